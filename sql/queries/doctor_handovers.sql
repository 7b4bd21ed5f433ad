-- Handovers under way that the dossier does not know, and the other way round; trails whose two halves
-- are not of one length.
SELECT coalesce(d.code, h.dossier_id::text) AS code,
       format('row is on its way to %s, handover line says %s', coalesce(d.pending_unit::text, 'nobody'),
         coalesce(h.to_unit::text, 'nobody')) AS what
  FROM motcua.dossier d
  FULL JOIN (SELECT * FROM motcua.handover WHERE result = 'pending') AS h ON h.dossier_id = d.dossier_id
  WHERE (d.pending_unit, d.pending_state, d.pending_seq, d.pending_back)
        IS DISTINCT FROM (h.to_unit, h.to_state, h.seq, coalesce(h.back, false))
UNION ALL
SELECT d.code, 'the way back is broken: states and units are not of one length'
  FROM motcua.dossier d WHERE cardinality(d.trail_states) <> cardinality(d.trail_units);
