-- Workflow versions whose text is not the one that was published.
SELECT v.procedure_code || ' v' || v.version AS code, 'its definition does not have the digest it was published with' AS what
  FROM motcua.workflow_version v
  WHERE v.digest <> sha256(convert_to(v.definition::text, 'UTF8'))
UNION ALL
SELECT v.procedure_code || ' v' || v.version, 'is published without its initial state, or a step of reception'
  FROM motcua.workflow_version v
  WHERE v.status <> 'draft' AND NOT EXISTS (
    SELECT FROM motcua.workflow_transition t WHERE t.version_id = v.id AND t.from_state = '' AND t.to_state = v.initial_state);
