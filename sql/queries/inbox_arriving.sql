-- One page of what is on its way to my units, for me to take or decline: longest waiting first.
--
--   $1 int          rows on a page
--   $2 timestamptz  pending_since and
--   $3 bigint       dossier_id of the last row of the page before; '-infinity' and 0 for the first page
--
-- Served by dossier_arriving.
SELECT d.dossier_id, d.code, d.version, d.procedure_code, p.name AS procedure_name, d.applicant_name,
       d.state, d.pending_state, s.label AS pending_label, d.holder, f.name AS from_name,
       d.pending_unit, u.name AS to_name, d.pending_since, d.pending_back AS back, d.due_at, d.clock
  FROM motcua.whoami() AS me,
  LATERAL (
    SELECT x.* FROM
      (SELECT unit, array_agg(role) AS roles FROM unnest(me.units, me.roles) AS t (unit, role) GROUP BY unit) AS a,
      LATERAL (
        SELECT y.* FROM motcua.dossier y
          WHERE y.pending_unit = a.unit AND (y.pending_since, y.dossier_id) > ($2::timestamptz, $3::bigint)
            AND EXISTS (
              SELECT FROM motcua.workflow_transition t
                JOIN motcua.workflow_state w ON w.version_id = t.version_id AND w.state = t.to_state
                WHERE t.version_id = y.workflow_version AND t.from_state = y.state AND t.effect = 'take'
                  AND t.to_state = y.pending_state
                  AND CASE WHEN t.roles = '{}' THEN w.role = ANY (a.roles) ELSE t.roles && a.roles END)
          ORDER BY y.pending_since, y.dossier_id
          LIMIT $1::int) AS x
      ORDER BY x.pending_since, x.dossier_id
      LIMIT $1::int) AS d
  JOIN motcua.procedure p ON p.code = d.procedure_code
  JOIN motcua.workflow_state s ON s.version_id = d.workflow_version AND s.state = d.pending_state
  JOIN motcua.unit f ON f.id = d.holder
  JOIN motcua.unit u ON u.id = d.pending_unit
  ORDER BY d.pending_since, d.dossier_id;
