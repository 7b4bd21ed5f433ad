-- Takes a step on a dossier and tells what it did, with the words for it.
--
--   $1 text  its code or any unambiguous end of it
--   $2 text  the action
--   $3 text  the state it leads to; null where only one fits
--   $4 text  the payload
--   $5 text  the request's id, or null
--
-- Served by the primary keys.
SELECT a.*, t.label AS action_label, t.form, t.effect = 'take' AS is_taken, f.label AS from_label, s.label AS to_label, x.label AS target_label,
       s.outcome IS NOT NULL AS is_end, s.clock, x.clock AS target_clock,
       (SELECT json_agg(json_build_object('id', u.id, 'code', u.code, 'name', u.name)) FROM motcua.unit u
          WHERE u.id = ANY (a.consulted || a.unit || a.unit_to)) AS units
  FROM motcua.act_told($1::text, NULL, $2::text, $3::text, $4::text, $5::text) AS a
  JOIN motcua.workflow_transition t ON t.version_id = a.workflow_version AND t.from_state = a.from_state AND t.action = a.action
    AND t.to_state = CASE WHEN a.target_state = '' THEN a.to_state ELSE a.target_state END
  LEFT JOIN motcua.workflow_state f ON f.version_id = a.workflow_version AND f.state = a.from_state
  JOIN motcua.workflow_state s ON s.version_id = a.workflow_version AND s.state = a.to_state
  LEFT JOIN motcua.workflow_state x ON x.version_id = a.workflow_version AND x.state = a.target_state;
