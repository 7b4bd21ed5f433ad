-- Events by nobody: the actor, or the unit acted for, does not exist, or the actor never had an assignment
-- there on that day. (Dates have no hours: on the day on which it ended they may have acted before.)
SELECT d.code, format('event %s by staff %s for unit %s: not assigned there on %s', e.seq, e.actor, e.unit,
         motcua.local_date(e.at)) AS what
  FROM motcua.dossier_event e
  JOIN motcua.dossier d ON d.dossier_id = e.dossier_id
  WHERE NOT EXISTS (
    SELECT FROM motcua.assignment a
      WHERE a.staff_id = e.actor AND a.unit_id = e.unit AND a.valid_from <= motcua.local_date(e.at)
        AND (a.valid_to IS NULL OR motcua.local_date(e.at) <= a.valid_to));
