-- Rows whose counts, fee, payments or papers are not those of their events. Amounts are read as numbers of any size and
-- form: what somebody put where a number belongs must not stop who looks for it.
WITH paid AS (
  SELECT e.dossier_id, e.seq, CASE WHEN json_typeof(e.payload #> '{payment,amount}') = 'number'
             THEN (e.payload #>> '{payment,amount}')::numeric END AS amount,
         json_build_array(e.payload #>> '{payment,method}', e.payload #>> '{payment,receipt}', e.at, e.actor)::text AS line
    FROM motcua.dossier_event e
    JOIN motcua.workflow_transition t ON t.version_id = e.workflow_version AND t.from_state = e.from_state
      AND t.action = e.action AND t.to_state = CASE WHEN e.target_state = '' THEN e.to_state ELSE e.target_state END AND t.effect = 'pay'
)
SELECT coalesce(d.code, x.dossier_id::text) AS code, x.what
  FROM (
    SELECT d.dossier_id, format('counts %s, events say %s', d.counts, e.counts) AS what
      FROM motcua.dossier d
      JOIN (SELECT dossier_id, jsonb_object_agg(action, n) AS counts
              FROM (SELECT dossier_id, action, count(*) AS n FROM motcua.dossier_event GROUP BY 1, 2) AS g
              GROUP BY dossier_id) AS e USING (dossier_id)
      WHERE d.counts <> e.counts
    UNION ALL
    SELECT coalesce(p.dossier_id, e.dossier_id), format('payment %s: kept is %s %s, events say %s %s', coalesce(p.seq, e.seq),
             coalesce(p.amount::text, 'none'), p.line, coalesce(e.amount::text, 'none'), e.line)
      FROM (SELECT dossier_id, seq, amount, json_build_array(method, receipt, at, actor)::text AS line FROM motcua.payment) AS p
      FULL JOIN paid e ON e.dossier_id = p.dossier_id AND e.seq = p.seq
      WHERE (p.amount, p.line) IS DISTINCT FROM (e.amount, e.line)
    UNION ALL
    SELECT d.dossier_id, format('paid %s, events %s', d.paid, e.amount)
      FROM motcua.dossier d LEFT JOIN (SELECT dossier_id, sum(amount) AS amount FROM paid GROUP BY 1) AS e USING (dossier_id)
      WHERE d.paid <> coalesce(e.amount, 0)
    UNION ALL
    SELECT d.dossier_id, format('owes %s, events say %s', d.fee_due, e.fee)
      FROM motcua.dossier d
      JOIN (SELECT DISTINCT ON (e.dossier_id) e.dossier_id,
                   CASE WHEN json_typeof(e.payload -> 'feeDue') = 'number' THEN (e.payload ->> 'feeDue')::numeric ELSE 0 END AS fee
              FROM motcua.dossier_event e
              JOIN motcua.workflow_transition t ON t.version_id = e.workflow_version AND t.from_state = e.from_state
                AND t.action = e.action AND t.to_state = CASE WHEN e.target_state = '' THEN e.to_state ELSE e.target_state END
              WHERE t.effect = 'receive' OR t.effect = 'amend' AND e.payload ->> 'feeDue' IS NOT NULL
              ORDER BY e.dossier_id, e.seq DESC) AS e USING (dossier_id)
      WHERE d.fee_due <> e.fee
    UNION ALL
    SELECT coalesce(f.dossier_id, e.dossier_id), format('event %s brought %s papers, %s are kept',
             coalesce(f.seq, e.seq), coalesce(e.n, 0), coalesce(f.n, 0))
      FROM (SELECT dossier_id, seq, count(*)::int AS n, min(at) AS first, max(at) AS last FROM motcua.document GROUP BY 1, 2) AS f
      FULL JOIN (SELECT dossier_id, seq, at, json_array_length(payload -> 'documents') AS n FROM motcua.dossier_event
                   WHERE CASE WHEN json_typeof(payload -> 'documents') = 'array' THEN json_array_length(payload -> 'documents') > 0 END) AS e
        ON e.dossier_id = f.dossier_id AND e.seq = f.seq
      WHERE f.n IS DISTINCT FROM e.n OR f.first IS DISTINCT FROM e.at OR f.last IS DISTINCT FROM e.at
  ) AS x
  LEFT JOIN motcua.application d ON d.dossier_id = x.dossier_id;
