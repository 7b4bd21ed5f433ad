-- Consultations that are not what the events tell of them, in any column; opinions awaited by the row that no open
-- consultation stands for, and the other way round.
WITH asked AS (
  SELECT e.dossier_id, e.seq, u.unit, u.no, e.at, e.step_due
    FROM motcua.dossier_event e, unnest(e.consulted) WITH ORDINALITY AS u (unit, no)
    WHERE e.consulted <> '{}'
), told AS (
  -- Closed by the first event after it that answers for the unit, or that enters another state.
  SELECT DISTINCT ON (a.dossier_id, a.seq, a.unit) a.dossier_id, a.seq, a.unit,
         json_build_array(a.no, a.at, a.step_due, CASE WHEN c.seq IS NULL THEN 'open' WHEN c.answers THEN 'answered' ELSE 'lapsed' END,
           c.at, c.answered_by, c.opinion, c.answer)::text AS line
    FROM asked a
    LEFT JOIN (
      SELECT e.dossier_id, e.seq, e.unit, e.at, t.effect = 'answer' AS answers,
             CASE WHEN t.effect = 'answer' THEN e.actor END AS answered_by,
             CASE WHEN t.effect = 'answer' THEN e.payload ->> 'opinion' END AS opinion,
             CASE WHEN t.effect = 'answer' THEN e.payload ->> 'text' END AS answer
        FROM motcua.dossier_event e
        JOIN motcua.workflow_transition t ON t.version_id = e.workflow_version AND t.from_state = e.from_state
          AND t.action = e.action AND t.to_state = CASE WHEN e.target_state = '' THEN e.to_state ELSE e.target_state END
        WHERE (t.effect = 'answer' OR t.effect IN ('move', 'back', 'take') AND e.target_state = '')
          AND e.dossier_id IN (SELECT dossier_id FROM asked)
    ) AS c ON c.dossier_id = a.dossier_id AND c.seq > a.seq AND (NOT c.answers OR c.unit = a.unit)
    ORDER BY a.dossier_id, a.seq, a.unit, c.seq
), kept AS (
  SELECT dossier_id, seq, unit_id AS unit,
         json_build_array(no, asked_at, due, status, closed_at, answered_by, opinion, answer)::text AS line
    FROM motcua.consultation
)
SELECT coalesce(d.code, x.dossier_id::text) AS code, x.what
  FROM (
    SELECT coalesce(k.dossier_id, t.dossier_id) AS dossier_id,
           format('consultation of unit %s by event %s: kept is %s, events say %s', coalesce(k.unit, t.unit), coalesce(k.seq, t.seq),
             coalesce(k.line, 'none'), coalesce(t.line, 'none')) AS what
      FROM kept k FULL JOIN told t ON t.dossier_id = k.dossier_id AND t.seq = k.seq AND t.unit = k.unit
      WHERE k.line IS DISTINCT FROM t.line
    UNION ALL
    SELECT coalesce(d.dossier_id, c.dossier_id), format('row awaits %s, consultations %s', d.consulted, c.units)
      FROM motcua.dossier d
      FULL JOIN (SELECT dossier_id, array_agg(unit_id ORDER BY unit_id) AS units
                   FROM motcua.consultation WHERE status = 'open' GROUP BY dossier_id) AS c ON c.dossier_id = d.dossier_id
      WHERE ARRAY(SELECT unnest(d.consulted) ORDER BY 1) <> coalesce(c.units, '{}')
  ) AS x
  LEFT JOIN motcua.application d ON d.dossier_id = x.dossier_id;
