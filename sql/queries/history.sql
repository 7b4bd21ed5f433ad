-- The events of one dossier, oldest first, with the names of people and units.
--
--   $1 bigint  dossier_id
SELECT e.seq, e.at, e.action, coalesce(t.label, '{}') AS action_label, e.actor, a.username, a.name AS actor_name, e.login,
       e.unit, u.code AS unit_code, u.name AS unit_name, e.from_state, fs.label AS from_label, e.to_state, ts.label AS to_label,
       e.target_state, gs.label AS target_label, e.unit_to, v.code AS unit_to_code, v.name AS unit_to_name, e.due, e.step_due,
       e.consulted, e.workflow_version, w.version AS workflow_number, e.payload, e.prev_hash, e.hash
  FROM motcua.events_of($1::bigint) AS e
  JOIN motcua.workflow_version w ON w.id = e.workflow_version
  LEFT JOIN motcua.staff a ON a.id = e.actor
  LEFT JOIN motcua.unit u ON u.id = e.unit
  LEFT JOIN motcua.unit v ON v.id = e.unit_to
  LEFT JOIN motcua.workflow_transition t
    ON t.version_id = e.workflow_version AND t.from_state = e.from_state AND t.action = e.action AND t.to_state = CASE WHEN e.target_state = '' THEN e.to_state ELSE e.target_state END
  LEFT JOIN motcua.workflow_state fs ON fs.version_id = e.workflow_version AND fs.state = e.from_state
  LEFT JOIN motcua.workflow_state ts ON ts.version_id = e.workflow_version AND ts.state = e.to_state
  LEFT JOIN motcua.workflow_state gs ON gs.version_id = e.workflow_version AND gs.state = e.target_state
  ORDER BY e.seq;
