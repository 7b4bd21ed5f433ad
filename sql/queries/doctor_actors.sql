-- Events by nobody: the actor, or the unit acted for, does not exist, or the actor never had an assignment
-- there on that day; a service, neither there nor above it. (Dates have no hours: on the day on which it ended they may have acted before.) And requests that
-- would be answered with what their actor never did, or not done at all.
SELECT d.code, format('event %s by staff %s for unit %s: not assigned there on %s', e.seq, e.actor, e.unit,
         motcua.local_date(e.at)) AS what
  FROM motcua.dossier_event e
  JOIN motcua.dossier d ON d.dossier_id = e.dossier_id
  WHERE NOT EXISTS (
    SELECT FROM motcua.staff s JOIN motcua.assignment a ON a.staff_id = s.id
      WHERE s.id = e.actor AND a.unit_id = ANY (CASE WHEN s.service THEN motcua.unit_and_above(e.unit) ELSE ARRAY[e.unit] END)
        AND s.service = motcua.is_service_word(a.role) AND a.valid_from <= motcua.local_date(e.at)
        AND (a.valid_to IS NULL OR motcua.local_date(e.at) <= a.valid_to))
UNION ALL
SELECT coalesce(d.code, r.dossier_id::text, 'request'), CASE
    WHEN r.seq IS NULL OR r.dossier_id IS NULL THEN format('request "%s" of staff %s became no event', r.id, r.actor)
    WHEN e.seq IS NULL THEN format('request "%s" of staff %s became event %s, which does not exist', r.id, r.actor, r.seq)
    WHEN e.actor <> r.actor THEN format('request "%s" of staff %s became event %s, which is by staff %s', r.id, r.actor, r.seq, e.actor)
    ELSE format('request "%s" of staff %s came at %s, after event %s, which it became', r.id, r.actor, r.at, r.seq)
  END
  FROM motcua.request r
  LEFT JOIN motcua.dossier_event e ON e.dossier_id = r.dossier_id AND e.seq = r.seq
  LEFT JOIN motcua.dossier d ON d.dossier_id = r.dossier_id
  -- (A clock may be set back by a moment between the two.)
  WHERE e.seq IS NULL OR e.actor <> r.actor OR r.at > e.at + interval '1 minute';
