-- Dossiers whose row is not what their last event says; what was filed that is not what the reception says.
SELECT d.code, format('row says %s, last event says %s', r.mine, r.theirs) AS what
  FROM motcua.dossier d
  JOIN motcua.dossier_event e ON e.dossier_id = d.dossier_id AND e.seq = d.version,
  LATERAL (SELECT
      json_build_array(d.state, d.holder, d.due_at, d.step_due, d.changed_at, d.changed_by, d.workflow_version, encode(d.hash, 'hex'),
        CASE WHEN e.target_state = '' THEN '' ELSE d.pending_state END)::text AS mine,
      json_build_array(e.to_state, CASE WHEN e.target_state = '' THEN e.unit_to ELSE d.holder END, e.due, e.step_due, e.at,
        e.actor, e.workflow_version, encode(e.hash, 'hex'), e.target_state)::text AS theirs) AS r
  WHERE r.mine IS DISTINCT FROM r.theirs
     OR e.target_state <> '' AND d.pending_unit IS DISTINCT FROM e.unit_to
UNION ALL
SELECT a.code, format('row has the applicant %s, the reception %s', a.applicant, coalesce(e.payload #> '{reception,applicant}', 'null'))
  FROM motcua.application a JOIN motcua.dossier_event e ON e.dossier_id = a.dossier_id AND e.seq = 1
  WHERE a.applicant IS DISTINCT FROM (e.payload #> '{reception,applicant}')::jsonb
UNION ALL
SELECT a.code, format('filed as %s, the reception says %s', r.mine, r.theirs)
  FROM motcua.application a JOIN motcua.dossier_event e ON e.dossier_id = a.dossier_id AND e.seq = 1,
  LATERAL (SELECT
      json_build_array(a.received_at, a.reception::text, a.address::text, a.procedure_code, a.channel)::text AS mine,
      json_build_array(e.at, e.payload #>> '{reception,unit}', e.payload #>> '{reception,address}', e.payload #>> '{reception,procedure}',
        e.payload #>> '{reception,channel}')::text AS theirs) AS r
  WHERE r.mine <> r.theirs;
