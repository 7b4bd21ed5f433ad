-- Deadlines that run without a timer, timers without a running deadline, and timers set to another time.
SELECT coalesce(d.code, o.code, t.dossier_id::text) AS code,
       format('%s timer is set to %s, should be %s', coalesce(t.kind, d.kind), coalesce(t.due_at::text, 'nothing'),
         coalesce(d.due_at::text, 'nothing')) AS what
  FROM (
    SELECT x.dossier_id, x.code, k.kind, (motcua.running_timers(x))[k.i] AS due_at
      FROM motcua.dossier x, (VALUES ('due', 1), ('step', 2)) AS k (kind, i)
      WHERE (motcua.running_timers(x))[k.i] IS NOT NULL
  ) AS d
  FULL JOIN motcua.timer t ON t.dossier_id = d.dossier_id AND t.kind = d.kind
  LEFT JOIN motcua.dossier o ON o.dossier_id = t.dossier_id
  WHERE t.due_at IS DISTINCT FROM d.due_at;
