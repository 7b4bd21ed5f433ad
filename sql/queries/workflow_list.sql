-- Workflow versions, of all procedures or one ($1), the newest first, with the number of open dossiers in each
-- that the reader may see. The count is one pass over the open dossiers; the list itself is small.
SELECT v.id, v.procedure_code, p.name, v.version, v.status, v.published_at,
  (SELECT count(*) FROM motcua.workflow_state s WHERE s.version_id = v.id) AS states,
  coalesce(o.open, 0)::bigint AS open
FROM motcua.workflow_version v
JOIN motcua.procedure p ON p.code = v.procedure_code
LEFT JOIN motcua.open_dossiers() AS o ON o.workflow_version = v.id
WHERE $1::text IS NULL OR v.procedure_code = $1
ORDER BY v.procedure_code, v.version DESC;
