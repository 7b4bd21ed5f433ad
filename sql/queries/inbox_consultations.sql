-- One page of opinions asked of my units and not yet given: soonest due first.
--
--   $1 int          rows on a page
--   $2 timestamptz  due_key and
--   $3 bigint       dossier_id of the last row of the page before; '-infinity' and 0 for the first page
--
-- Served by consultation_asked.
SELECT d.dossier_id, d.code, d.version, d.procedure_code, p.name AS procedure_name, d.applicant_name,
       d.state, s.label AS state_label, d.holder, h.name AS holder_name,
       c.unit_id AS asked_unit, u.name AS asked_name, c.asked_at, c.due, CASE WHEN c.due IS NULL THEN 'infinity' ELSE c.due END AS due_key
  FROM motcua.whoami() AS me,
  LATERAL (
    SELECT x.* FROM (SELECT DISTINCT unit FROM unnest(me.units) AS t (unit)) AS a,
      LATERAL (
        SELECT y.* FROM motcua.consultation y
          WHERE y.unit_id = a.unit AND y.status = 'open'
            AND (CASE WHEN y.due IS NULL THEN 'infinity' ELSE y.due END, y.dossier_id) > ($2::timestamptz, $3::bigint)
          ORDER BY CASE WHEN y.due IS NULL THEN 'infinity' ELSE y.due END, y.dossier_id
          LIMIT $1::int) AS x
      ORDER BY CASE WHEN x.due IS NULL THEN 'infinity' ELSE x.due END, x.dossier_id
      LIMIT $1::int) AS c
  JOIN motcua.dossier d ON d.dossier_id = c.dossier_id
  JOIN motcua.procedure p ON p.code = d.procedure_code
  JOIN motcua.workflow_state s ON s.version_id = d.workflow_version AND s.state = d.state
  JOIN motcua.unit h ON h.id = d.holder
  JOIN motcua.unit u ON u.id = c.unit_id
  ORDER BY due_key, d.dossier_id;
