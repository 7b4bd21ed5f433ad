-- Open dossiers without exactly one unit that answers for them: the holder does not exist, has no part in
-- the dossier, or the state waits for nobody there; a handover half begun; dossiers that no inbox shows, or that of
-- another than who has to act.
SELECT d.code, CASE
    WHEN u.id IS NULL THEN format('held by unit %s, which does not exist', d.holder)
    WHEN d.holder <> ALL (d.participants) THEN format('held by unit %s, which has no part in it', d.holder)
    WHEN d.ended_at IS NULL AND d.awaits_role IS DISTINCT FROM s.role
      THEN format('waits for "%s", its state "%s" for "%s"', d.awaits_role, d.state, s.role)
    WHEN num_nulls(d.pending_unit, d.pending_state, d.pending_since, d.pending_seq) NOT IN (0, 4)
      THEN 'a handover half begun'
    WHEN d.pending_unit = d.holder THEN 'on its way to the unit that holds it'
    ELSE format('on its way to unit %s, which does not exist', d.pending_unit)
  END AS what
  FROM motcua.dossier d
  LEFT JOIN motcua.unit u ON u.id = d.holder
  LEFT JOIN motcua.workflow_state s ON s.version_id = d.workflow_version AND s.state = d.state
  LEFT JOIN motcua.unit p ON p.id = d.pending_unit
  WHERE u.id IS NULL OR d.holder <> ALL (d.participants)
     OR d.ended_at IS NULL AND d.awaits_role IS DISTINCT FROM s.role
     OR num_nulls(d.pending_unit, d.pending_state, d.pending_since, d.pending_seq) NOT IN (0, 4)
     OR d.pending_unit = d.holder OR d.pending_unit IS NOT NULL AND p.id IS NULL
UNION ALL
SELECT d.code, format('is in the inbox of %s, should be in that of %s', coalesce('unit ' || s.waits_at, 'nobody'),
         coalesce('unit ' || w.unit, 'nobody'))
  FROM motcua.standing s JOIN motcua.dossier d USING (dossier_id),
  LATERAL (SELECT CASE WHEN s.ended_at IS NULL AND s.pending_unit IS NULL THEN s.holder END AS unit) AS w
  WHERE s.waits_at IS DISTINCT FROM w.unit;
