-- What moved after its end, or whose row and state disagree about whether it has ended.
SELECT d.code, CASE
    WHEN e.seq IS NOT NULL THEN format('event %s happened after the end', e.seq)
    WHEN s.outcome IS NULL THEN format('has ended, but "%s" is no end', d.state)
    WHEN d.ended_at IS NULL THEN format('is open, but "%s" is an end', d.state)
    ELSE format('ended as "%s" with clock %s, "%s" ends as "%s"; nothing may wait or run', d.outcome, d.clock, d.state, s.outcome)
  END AS what
  FROM motcua.dossier d
  LEFT JOIN motcua.workflow_state s ON s.version_id = d.workflow_version AND s.state = d.state
  LEFT JOIN LATERAL (
    SELECT x.seq FROM motcua.dossier_event x
      JOIN motcua.workflow_state w ON w.version_id = x.workflow_version AND w.state = x.from_state
      WHERE x.dossier_id = d.dossier_id AND w.outcome IS NOT NULL ORDER BY x.seq LIMIT 1) AS e ON true
  WHERE e.seq IS NOT NULL
     OR (s.outcome IS NULL) <> (d.ended_at IS NULL)
     OR d.ended_at IS NOT NULL AND (d.outcome IS DISTINCT FROM s.outcome OR d.clock <> 'stopped' OR d.finished_at IS NULL
        OR num_nonnulls(d.pending_unit, d.assignee, d.step_due, d.awaits_role) > 0 OR d.consulted <> '{}');
