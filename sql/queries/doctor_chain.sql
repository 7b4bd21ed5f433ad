-- Events whose hash is not that of their fields, or that do not follow the hash before them; dossiers
-- whose code is not the one that was hashed at reception.
SELECT coalesce(d.code, x.dossier_id::text) AS code, x.what
  FROM (
    SELECT e.dossier_id, CASE
        WHEN e.prev_hash <> coalesce(lag(e.hash) OVER w, decode(repeat('00', 32), 'hex'))
          THEN format('event %s does not follow the hash of event %s', e.seq, e.seq - 1)
        WHEN e.hash <> motcua.event_hash(e.prev_hash, e.dossier_id, e.seq, e.at, e.actor, e.login, e.unit, e.action,
               e.from_state, e.to_state, e.target_state, e.unit_to, e.due, e.step_due, e.consulted,
               e.workflow_version, e.payload::text)
          THEN format('event %s was altered: its hash is not that of its fields', e.seq)
      END AS what
      FROM motcua.dossier_event e
      WINDOW w AS (PARTITION BY e.dossier_id ORDER BY e.seq)
    UNION ALL
    SELECT d.dossier_id, format('was received as %s', e.payload ->> 'code')
      FROM motcua.dossier d JOIN motcua.dossier_event e ON e.dossier_id = d.dossier_id AND e.seq = 1
      WHERE d.code IS DISTINCT FROM e.payload ->> 'code'
  ) AS x
  LEFT JOIN motcua.application d ON d.dossier_id = x.dossier_id
  WHERE x.what IS NOT NULL;
