-- One page of what is mine to do: held by a unit I am assigned to, in a state that waits for my role there,
-- not on its way to somebody else, not given to a colleague. Soonest due first, so the late lead.
--
--   $1 int          rows on a page
--   $2 timestamptz  due_key and
--   $3 bigint       dossier_id of the last row of the page before; '-infinity' and 0 for the first page
--
-- Served by dossier_inbox, one range per assignment: a page costs the same whatever the number of dossiers.
SELECT d.dossier_id, d.code, d.version, d.procedure_code, p.name AS procedure_name, d.applicant_name,
       d.state, s.label AS state_label, d.holder, u.name AS holder_name, d.awaits_role AS role,
       d.assignee, d.received_at, d.due_at, d.step_due, d.clock, d.changed_at,
       d.due_at IS NOT NULL AND d.clock = 'running' AND d.due_at < motcua.now() AS late,
       d.due_key
  FROM motcua.whoami() AS me,
  LATERAL (
    SELECT x.*, CASE WHEN x.due_at IS NULL THEN 'infinity' ELSE x.due_at END AS due_key
      FROM unnest(me.units, me.roles) AS a (unit, role),
      LATERAL (
        SELECT y.* FROM motcua.dossier y
          WHERE y.holder = a.unit AND y.awaits_role = a.role AND y.ended_at IS NULL AND y.pending_unit IS NULL
            AND (CASE WHEN y.due_at IS NULL THEN 'infinity' ELSE y.due_at END, y.dossier_id) > ($2::timestamptz, $3::bigint)
            AND (y.assignee IS NULL OR y.assignee = me.staff)
          ORDER BY CASE WHEN y.due_at IS NULL THEN 'infinity' ELSE y.due_at END, y.dossier_id
          LIMIT $1::int) AS x
      ORDER BY CASE WHEN x.due_at IS NULL THEN 'infinity' ELSE x.due_at END, x.dossier_id
      LIMIT $1::int) AS d
  JOIN motcua.procedure p ON p.code = d.procedure_code
  JOIN motcua.workflow_state s ON s.version_id = d.workflow_version AND s.state = d.state
  JOIN motcua.unit u ON u.id = d.holder
  ORDER BY d.due_key, d.dossier_id;
