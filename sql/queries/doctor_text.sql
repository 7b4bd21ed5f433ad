-- Text that is not in NFC, so that it would look the same and not be found.
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
SELECT 'unit ' || code, 'the name is not in NFC' FROM motcua.unit WHERE name IS NOT NFC NORMALIZED
UNION ALL
SELECT 'staff ' || username, 'the name is not in NFC' FROM motcua.staff WHERE name IS NOT NFC NORMALIZED
UNION ALL
SELECT 'procedure ' || code, 'the name is not in NFC' FROM motcua.procedure WHERE name IS NOT NFC NORMALIZED;
