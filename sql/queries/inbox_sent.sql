-- One page of what my units have sent and nobody has taken yet: it is still ours. Longest waiting first.
--
--   $1 int          rows on a page
--   $2 timestamptz  pending_since and
--   $3 bigint       dossier_id of the last row of the page before; '-infinity' and 0 for the first page
--
-- Served by dossier_sent.
SELECT d.dossier_id, d.code, d.version, d.procedure_code, p.name AS procedure_name, d.applicant_name,
       d.state, d.pending_state, s.label AS pending_label, d.holder, f.name AS from_name,
       d.pending_unit, u.name AS to_name, d.pending_since, d.pending_back AS back, d.due_at, d.clock
  FROM motcua.whoami() AS me,
  LATERAL (
    SELECT x.* FROM (SELECT DISTINCT unit FROM unnest(me.units) AS t (unit)) AS a,
      LATERAL (
        SELECT y.* FROM motcua.dossier y
          WHERE y.holder = a.unit AND y.pending_unit IS NOT NULL
            AND (y.pending_since, y.dossier_id) > ($2::timestamptz, $3::bigint)
          ORDER BY y.pending_since, y.dossier_id
          LIMIT $1::int) AS x
      ORDER BY x.pending_since, x.dossier_id
      LIMIT $1::int) AS d
  JOIN motcua.procedure p ON p.code = d.procedure_code
  JOIN motcua.workflow_state s ON s.version_id = d.workflow_version AND s.state = d.pending_state
  JOIN motcua.unit f ON f.id = d.holder
  JOIN motcua.unit u ON u.id = d.pending_unit
  ORDER BY d.pending_since, d.dossier_id;
