-- Workflow versions that are not as they were published, or whose defaults are not those of their fields, or whose
-- steps and papers, as the door looks them up, are not those of their transitions and definition; procedures whose
-- version in force is not the one published last. (That is the one with the highest number, in which order
-- motcua.publish_workflows has them published; not by the time, for a training clock may be set back.)
SELECT v.procedure_code || ' v' || v.version AS code, 'its definition does not have the digest it was published with' AS what
  FROM motcua.workflow_version v
  WHERE v.digest <> sha256(convert_to(v.definition::text, 'UTF8'))
UNION ALL
SELECT v.procedure_code || ' v' || v.version, 'is published without its initial state, or a step of reception'
  FROM motcua.workflow_version v
  WHERE v.status <> 'draft' AND NOT EXISTS (
    SELECT FROM motcua.workflow_transition t WHERE t.version_id = v.id AND t.from_state = '' AND t.to_state = v.initial_state)
UNION ALL
SELECT v.procedure_code || ' v' || v.version, format('fills in %s, its fields say %s', v.defaults, f.defaults)
  FROM motcua.workflow_version v,
    LATERAL (SELECT coalesce(jsonb_object_agg(f ->> 'name', f -> 'default') FILTER (WHERE f ->> 'default' IS NOT NULL), '{}') AS defaults
               FROM json_array_elements(CASE json_typeof(v.definition -> 'data') WHEN 'array' THEN v.definition -> 'data' END) AS f) AS f
  WHERE v.status <> 'draft' AND v.defaults <> f.defaults
UNION ALL
SELECT v.procedure_code || ' v' || v.version, 'its number, source or definition, or when and by whom it was published, is not what it was then'
  FROM motcua.workflow_version v
  WHERE v.status <> 'draft' AND v.seal IS DISTINCT FROM motcua.version_seal(v)
UNION ALL
SELECT v.procedure_code || ' v' || v.version, format('is %s, but %s published last', v.status, CASE WHEN v.last THEN 'was' ELSE 'was not' END)
  FROM (SELECT x.*, x.version = max(x.version) OVER (PARTITION BY x.procedure_code) AS last
          FROM motcua.workflow_version x WHERE x.status <> 'draft') AS v
  WHERE v.last <> (v.status = 'published')
UNION ALL
SELECT v.procedure_code || ' v' || v.version, format('needs the papers %s and %s, its definition %s', v.always_needed, v.sometimes_needed, v.needed_papers)
  FROM motcua.workflow_version v
  WHERE v.status <> 'draft'
    AND (v.always_needed <> ARRAY(SELECT c ->> 'id' FROM jsonb_array_elements(v.needed_papers) AS c WHERE NOT c ? 'when')
      OR v.sometimes_needed <> motcua.papers_on_condition(v.needed_papers))
UNION ALL
SELECT coalesce(v.procedure_code || ' v' || v.version, 'version ' || x.version_id), format('%s from "%s" to "%s": %s', x.action, x.from_state,
         x.to_state, x.how)
  FROM (
    SELECT k.version_id, k.from_state, k.action, k.to_state, 'the door has a step that its transitions do not make' AS how
      FROM (TABLE motcua.workflow_step
            EXCEPT SELECT w.* FROM motcua.workflow_version p, motcua.steps_of(p.id) AS w WHERE p.status <> 'draft') AS k
    UNION ALL
    SELECT m.version_id, m.from_state, m.action, m.to_state, 'the door lacks this step, or has it otherwise'
      FROM (SELECT w.* FROM motcua.workflow_version p, motcua.steps_of(p.id) AS w WHERE p.status <> 'draft'
            EXCEPT TABLE motcua.workflow_step) AS m
  ) AS x
  LEFT JOIN motcua.workflow_version v ON v.id = x.version_id;
