-- Text that is not in NFC, so that it would look the same and not be found; names by which a dossier is not found where
-- it may be seen, or is found where it may not.
SELECT d.code, 'the applicant, or the data, is not in NFC' AS what
  FROM motcua.dossier d
  WHERE d.applicant_name IS NOT NFC NORMALIZED OR d.applicant::text IS NOT NFC NORMALIZED OR d.data::text IS NOT NFC NORMALIZED
     OR d.code IS NOT NFC NORMALIZED
UNION ALL
SELECT d.code, format('the payload of event %s is not in NFC', e.seq)
  FROM motcua.dossier_event e JOIN motcua.dossier d ON d.dossier_id = e.dossier_id
  WHERE e.payload::text IS NOT NFC NORMALIZED
UNION ALL
SELECT d.code, format('paper %s of event %s is not in NFC', f.no, f.seq)
  FROM motcua.document f JOIN motcua.dossier d ON d.dossier_id = f.dossier_id
  WHERE f.name IS NOT NFC NORMALIZED
UNION ALL
SELECT d.code, 'the name is not found as it is written'
  FROM motcua.dossier d
  WHERE d.applicant_search <> motcua.fold(d.applicant_name)
     OR d.applicant_rev <> motcua.reverse_words(d.applicant_search)
     OR d.applicant_name IS DISTINCT FROM d.applicant ->> 'name'
UNION ALL
SELECT coalesce(d.code, x.dossier_id::text), x.what
  FROM (
    SELECT coalesce(a.dossier_id, w.dossier_id) AS dossier_id,
           format('unit %s finds it by "%s", should by "%s"', coalesce(a.unit_id, w.unit_id), coalesce(a.name, 'nothing'),
             coalesce(w.name, 'nothing')) AS what
      FROM motcua.applicant a
      FULL JOIN (SELECT DISTINCT d.dossier_id, u AS unit_id, d.applicant_search AS name, d.applicant_rev AS rev
                   FROM motcua.dossier d, unnest(d.participants || d.pending_unit) AS u WHERE u IS NOT NULL) AS w
        ON w.dossier_id = a.dossier_id AND w.unit_id = a.unit_id
      WHERE (a.name, a.rev) IS DISTINCT FROM (w.name, w.rev)
  ) AS x LEFT JOIN motcua.application d ON d.dossier_id = x.dossier_id
UNION ALL
SELECT 'unit ' || code, 'the name is not in NFC' FROM motcua.unit WHERE name IS NOT NFC NORMALIZED
UNION ALL
SELECT 'staff ' || username, 'the name is not in NFC' FROM motcua.staff WHERE name IS NOT NFC NORMALIZED
UNION ALL
SELECT 'procedure ' || code, 'the name is not in NFC' FROM motcua.procedure WHERE name IS NOT NFC NORMALIZED;
