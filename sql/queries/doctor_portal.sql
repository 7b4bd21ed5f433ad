-- What the portal is told that the events do not say, or say otherwise, and the other way round; dossiers of which it
-- was last told something else than their status.
WITH entered AS (
  SELECT e.*, s.portal, lag(s.portal) OVER (PARTITION BY e.dossier_id ORDER BY e.seq) AS before
    FROM motcua.dossier_event e
    JOIN motcua.workflow_transition t ON t.version_id = e.workflow_version AND t.from_state = e.from_state
      AND t.action = e.action AND t.to_state = e.reached
    JOIN motcua.workflow_state s ON s.version_id = e.workflow_version AND s.state = e.to_state
    WHERE e.target_state = '' AND t.effect IN ('receive', 'move', 'back', 'take') AND s.portal IS NOT NULL
), told AS (
  SELECT e.dossier_id, e.seq, e.portal AS status, e.at, e.due,
         motcua.portal_message(d.code, d.procedure_code, e.portal, e.at, e.action, e.to_state, e.due, e.payload ->> 'reason')::jsonb AS message
    FROM entered e JOIN motcua.dossier d ON d.dossier_id = e.dossier_id
    WHERE e.portal IS DISTINCT FROM e.before
)
SELECT coalesce(d.code, x.dossier_id::text) AS code, x.what
  FROM (
    -- Moments are compared as such: they are written in the time zone of whoever acted.
    SELECT coalesce(o.dossier_id, t.dossier_id) AS dossier_id,
           format('message %s: outbox has %s, events say %s', coalesce(o.seq, t.seq), coalesce(o.payload::text, 'none'),
             coalesce(t.message::text, 'none')) AS what
      FROM motcua.portal_outbox o FULL JOIN told t ON t.dossier_id = o.dossier_id AND t.seq = o.seq
      WHERE o.status IS DISTINCT FROM t.status OR o.created_at IS DISTINCT FROM t.at
         OR o.payload::jsonb - '{at,due}'::text[] IS DISTINCT FROM t.message - '{at,due}'::text[]
         OR (o.payload ->> 'at')::timestamptz IS DISTINCT FROM t.at OR (o.payload ->> 'due')::timestamptz IS DISTINCT FROM t.due
    UNION ALL
    SELECT d.dossier_id, format('status is %s, the portal was told %s', coalesce(d.portal_status::text, 'none'), coalesce(o.status::text, 'nothing'))
      FROM motcua.dossier d
      LEFT JOIN LATERAL (SELECT x.status FROM motcua.portal_outbox x WHERE x.dossier_id = d.dossier_id
                           ORDER BY x.seq DESC LIMIT 1) AS o ON true
      WHERE d.portal_status IS DISTINCT FROM o.status
  ) AS x
  LEFT JOIN motcua.dossier d ON d.dossier_id = x.dossier_id;
