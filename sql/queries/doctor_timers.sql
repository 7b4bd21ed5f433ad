-- Dossiers that a timer would look at too late, or for nothing: next_due is not the earliest deadline that runs.
SELECT a.code, format('is looked at when %s comes, its earliest deadline is %s', s.next_due, s.earliest) AS what
  FROM (SELECT x.dossier_id, x.next_due,
               least(x.step_due, CASE WHEN x.clock = 'running' AND x.ended_at IS NULL THEN x.due_at ELSE 'infinity' END) AS earliest
          FROM motcua.standing x) AS s
  JOIN motcua.application a USING (dossier_id)
  WHERE s.next_due <> s.earliest;
