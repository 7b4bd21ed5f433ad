-- Handover lines that are not what the events tell of them, in any column; handovers under way that the dossier does
-- not know, and the other way round; trails whose two halves are not of one length.
WITH turn AS (
  -- Begun by a move that waits for its receiver, ended by the next event that takes, declines or recalls.
  SELECT e.*, t.effect, lead(e.seq) OVER w AS closed_seq, lead(t.effect) OVER w AS how, lead(e.at) OVER w AS closed_at,
         lead(e.actor) OVER w AS closed_by, lead(e.payload ->> 'reason') OVER w AS reason
    FROM motcua.dossier_event e
    JOIN motcua.workflow_transition t ON t.version_id = e.workflow_version AND t.from_state = e.from_state
      AND t.action = e.action AND t.to_state = CASE WHEN e.target_state = '' THEN e.to_state ELSE e.target_state END
    WHERE e.target_state <> '' OR t.effect IN ('take', 'decline', 'recall')
    WINDOW w AS (PARTITION BY e.dossier_id ORDER BY e.seq)
), told AS (
  SELECT dossier_id, seq, json_build_array(unit, to_state, unit_to, target_state, effect = 'back', at, actor, step_due,
           CASE how WHEN 'take' THEN 'taken' WHEN 'decline' THEN 'declined' WHEN 'recall' THEN 'recalled' ELSE 'pending' END,
           closed_at, closed_by, closed_seq, reason)::text AS line
    FROM turn WHERE target_state <> ''
), kept AS (
  SELECT dossier_id, seq, json_build_array(from_unit, from_state, to_unit, to_state, back, sent_at, sent_by, step_due,
           result, closed_at, closed_by, closed_seq, reason)::text AS line
    FROM motcua.handover
)
SELECT coalesce(d.code, x.dossier_id::text) AS code, x.what
  FROM (
    SELECT coalesce(k.dossier_id, t.dossier_id) AS dossier_id,
           format('handover %s: line is %s, events say %s', coalesce(k.seq, t.seq), coalesce(k.line, 'none'), coalesce(t.line, 'none')) AS what
      FROM kept k FULL JOIN told t ON t.dossier_id = k.dossier_id AND t.seq = k.seq
      WHERE k.line IS DISTINCT FROM t.line
    UNION ALL
    SELECT coalesce(d.dossier_id, h.dossier_id), format('row is on its way to %s, handover line says %s',
             coalesce(d.pending_unit::text, 'nobody'), coalesce(h.to_unit::text, 'nobody'))
      FROM motcua.dossier d
      FULL JOIN (SELECT * FROM motcua.handover WHERE result = 'pending') AS h ON h.dossier_id = d.dossier_id
      WHERE (d.pending_unit, d.pending_state, d.pending_seq, d.pending_back)
            IS DISTINCT FROM (h.to_unit, h.to_state, h.seq, coalesce(h.back, false))
    UNION ALL
    SELECT d.dossier_id, 'the way back is broken: states and units are not of one length'
      FROM motcua.dossier d WHERE cardinality(d.trail_states) <> cardinality(d.trail_units)
  ) AS x
  LEFT JOIN motcua.application d ON d.dossier_id = x.dossier_id;
