-- What the portal is told that the events do not say, or say otherwise, and the other way round; dossiers of which it
-- was last told something else than their status.
WITH entered AS (
  SELECT e.dossier_id, e.seq, e.xid, s.portal AS status, lag(s.portal) OVER (PARTITION BY e.dossier_id ORDER BY e.seq) AS before
    FROM motcua.dossier_event e
    JOIN motcua.workflow_transition t ON t.version_id = e.workflow_version AND t.from_state = e.from_state
      AND t.action = e.action AND t.to_state = CASE WHEN e.target_state = '' THEN e.to_state ELSE e.target_state END
    JOIN motcua.workflow_state s ON s.version_id = e.workflow_version AND s.state = e.to_state
    WHERE e.target_state = '' AND t.effect IN ('receive', 'move', 'back', 'take') AND s.portal IS NOT NULL
), told AS (
  SELECT dossier_id, seq, xid, status FROM entered WHERE status IS DISTINCT FROM before
)
SELECT coalesce(d.code, x.dossier_id::text) AS code, x.what
  FROM (
    -- A message belongs to the transaction of its event: that is the order in which it is read.
    SELECT coalesce(o.dossier_id, t.dossier_id) AS dossier_id,
           format('message %s: outbox has %s, events say %s', coalesce(o.seq, t.seq),
             coalesce(o.status || ' of transaction ' || o.xid::text, 'none'),
             coalesce(t.status || ' of transaction ' || t.xid::text, 'none')) AS what
      FROM motcua.portal_outbox o FULL JOIN told t ON t.dossier_id = o.dossier_id AND t.seq = o.seq
      WHERE o.status IS DISTINCT FROM t.status OR o.xid IS DISTINCT FROM t.xid
    UNION ALL
    SELECT dossier_id, format('status is %s, the portal was told %s', coalesce(d.portal_status::text, 'none'), coalesce(o.status::text, 'nothing'))
      FROM motcua.standing d
      LEFT JOIN (SELECT DISTINCT ON (dossier_id) dossier_id, status FROM motcua.portal_outbox
                   ORDER BY dossier_id, seq DESC) AS o USING (dossier_id)
      WHERE d.portal_status IS DISTINCT FROM o.status
  ) AS x
  LEFT JOIN motcua.application d ON d.dossier_id = x.dossier_id;
