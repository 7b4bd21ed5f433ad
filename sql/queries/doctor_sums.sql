-- Rows whose counts, fee, payments or papers are not those of their events.
SELECT d.code, x.what
  FROM (
    SELECT d.dossier_id, format('counts %s, events say %s', d.counts, e.counts) AS what
      FROM motcua.dossier d
      JOIN (SELECT dossier_id, jsonb_object_agg(action, n) AS counts
              FROM (SELECT dossier_id, action, count(*) AS n FROM motcua.dossier_event GROUP BY 1, 2) AS g
              GROUP BY dossier_id) AS e USING (dossier_id)
      WHERE d.counts <> e.counts
    UNION ALL
    SELECT d.dossier_id, format('paid %s, payments %s, events %s', d.paid, p.paid, e.paid)
      FROM motcua.dossier d
      LEFT JOIN (SELECT dossier_id, sum(amount) AS paid FROM motcua.payment GROUP BY 1) AS p USING (dossier_id)
      LEFT JOIN (SELECT e.dossier_id, sum((e.payload #>> '{payment,amount}')::bigint) AS paid
                   FROM motcua.dossier_event e
                   JOIN motcua.workflow_transition t ON t.version_id = e.workflow_version AND t.from_state = e.from_state
                     AND t.action = e.action AND t.to_state = e.reached AND t.effect = 'pay'
                   GROUP BY 1) AS e USING (dossier_id)
      WHERE d.paid <> coalesce(p.paid, 0) OR d.paid <> coalesce(e.paid, 0)
    UNION ALL
    SELECT d.dossier_id, format('owes %s, events say %s', d.fee_due, e.fee)
      FROM motcua.dossier d
      JOIN (SELECT DISTINCT ON (e.dossier_id) e.dossier_id, coalesce((e.payload ->> 'feeDue')::bigint, 0) AS fee
              FROM motcua.dossier_event e
              JOIN motcua.workflow_transition t ON t.version_id = e.workflow_version AND t.from_state = e.from_state
                AND t.action = e.action AND t.to_state = e.reached
              WHERE t.effect = 'receive' OR t.effect = 'amend' AND e.payload ->> 'feeDue' IS NOT NULL
              ORDER BY e.dossier_id, e.seq DESC) AS e USING (dossier_id)
      WHERE d.fee_due <> e.fee
    UNION ALL
    SELECT coalesce(f.dossier_id, e.dossier_id), format('event %s brought %s papers, %s are kept',
             coalesce(f.seq, e.seq), coalesce(e.n, 0), coalesce(f.n, 0))
      FROM (SELECT dossier_id, seq, count(*)::int AS n FROM motcua.document GROUP BY 1, 2) AS f
      FULL JOIN (SELECT dossier_id, seq, json_array_length(payload -> 'documents') AS n FROM motcua.dossier_event
                   WHERE payload::jsonb ? 'documents' AND json_array_length(payload -> 'documents') > 0) AS e
        ON e.dossier_id = f.dossier_id AND e.seq = f.seq
      WHERE f.n IS DISTINCT FROM e.n
  ) AS x
  JOIN motcua.dossier d ON d.dossier_id = x.dossier_id;
