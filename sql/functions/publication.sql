-- Putting workflow versions in force.

-- A digest of what stays: everything but the status, and what publication derives.
CREATE OR REPLACE FUNCTION motcua.version_seal(v motcua.workflow_version) RETURNS bytea LANGUAGE sql IMMUTABLE
  RETURN sha256(convert_to(jsonb_build_array(v.id, v.procedure_code, v.version, v.source, v.definition::text,
    encode(v.digest, 'hex'), v.received_at, v.initial_state, v.needed_papers, v.fees, extract(epoch FROM v.created_at),
    extract(epoch FROM v.published_at), v.published_by)::text, 'UTF8'));

-- Puts drafts in force, together: adds the step of reception where the loader did not, retires what was
-- in force before. A procedure's versions are published in the order of their numbers. Returns how many.
CREATE OR REPLACE FUNCTION motcua.publish_workflows(p_ids int[]) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE v_bad int; v_count int;
BEGIN
  PERFORM motcua.refuse_former_administrators();
  SELECT v.id INTO v_bad FROM motcua.workflow_version v
    WHERE v.id = ANY (p_ids)
      AND (v.status <> 'draft' OR NOT EXISTS (SELECT FROM motcua.workflow_state s
             WHERE s.version_id = v.id AND s.state = v.initial_state AND s.outcome IS NULL)
           OR EXISTS (SELECT FROM motcua.workflow_version o
             WHERE o.procedure_code = v.procedure_code AND o.version > v.version AND o.status <> 'draft'))
    LIMIT 1;
  IF v_bad IS NOT NULL THEN
    RAISE EXCEPTION 'workflow version % cannot be published', v_bad
      USING ERRCODE = 'integrity_constraint_violation',
            HINT = 'it must be a draft whose initial state is loaded and is not an end, numbered above what is published';
  END IF;
  INSERT INTO motcua.workflow_transition (version_id, from_state, action, to_state, effect)
    SELECT v.id, '', 'receive', v.initial_state, 'receive' FROM motcua.workflow_version v
      WHERE v.id = ANY (p_ids)
    ON CONFLICT DO NOTHING;
  UPDATE motcua.workflow_state s SET consults = true
    WHERE s.version_id = ANY (p_ids)
      AND EXISTS (SELECT FROM motcua.workflow_consult c WHERE c.version_id = s.version_id AND c.state = s.state);
  UPDATE motcua.workflow_version o SET status = 'retired'
    FROM motcua.workflow_version n
    WHERE n.id = ANY (p_ids) AND o.procedure_code = n.procedure_code AND o.status = 'published';
  UPDATE motcua.workflow_version v SET status = 'published', published_at = motcua.now(),
      published_by = motcua.acting_role(),
      defaults = (SELECT coalesce(jsonb_object_agg(f ->> 'name', f -> 'default') FILTER (WHERE f ->> 'default' IS NOT NULL), '{}')
                    FROM json_array_elements(v.definition -> 'data') AS f),
      fields = (SELECT coalesce(jsonb_object_agg(f ->> 'name', f::jsonb - '{name,label,unit,required,default}'::text[]), '{}')
                  FROM json_array_elements(v.definition -> 'data') AS f),
      needed_fields = ARRAY(SELECT f ->> 'name' FROM json_array_elements(v.definition -> 'data') AS f
                      WHERE f ->> 'required' = 'true'),
      channels = ARRAY(SELECT json_array_elements_text(v.definition -> 'channels')),
      always_needed = ARRAY(SELECT c ->> 'id' FROM jsonb_array_elements(v.needed_papers) AS c WHERE NOT c ? 'when'),
      sometimes_needed = motcua.papers_on_condition(v.needed_papers),
      components = ARRAY(SELECT c ->> 'id' FROM json_array_elements(v.definition -> 'components') AS c),
      needs_address = EXISTS (
        SELECT FROM motcua.workflow_state s WHERE s.version_id = v.id AND s.holder_base = 'address'
        UNION ALL SELECT FROM motcua.workflow_consult c WHERE c.version_id = v.id AND c.holder_base = 'address')
    WHERE v.id = ANY (p_ids);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  DELETE FROM motcua.workflow_step w WHERE w.version_id = ANY (p_ids);
  INSERT INTO motcua.workflow_step SELECT w.* FROM unnest(p_ids) AS v (id), motcua.steps_of(v.id) AS w;
  RETURN v_count;
END
$$;

-- Of the papers that are required under a condition: where that is that one field is true, or equals a literal, it is
-- asked whether the data contain it (fits), which needs no interpreter.
CREATE OR REPLACE FUNCTION motcua.papers_on_condition(p_papers jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('id', c -> 'id') || CASE
      WHEN c -> 'when' ? 'field' THEN jsonb_build_object('fits', jsonb_build_object(c #>> '{when,field}', true))
      WHEN c #>> '{when,op}' = '=' AND c #> '{when,of,0}' ? 'field' AND jsonb_typeof(c #> '{when,of,1}') IN ('string', 'number', 'boolean')
        THEN jsonb_build_object('fits', jsonb_build_object(c #>> '{when,of,0,field}', c #> '{when,of,1}'))
      ELSE jsonb_build_object('when', c -> 'when') END ORDER BY c ->> 'id'), '[]')
    FROM jsonb_array_elements(p_papers) AS c WHERE c ? 'when'
$$;

-- The steps of a version, each with what the state it leads to says. Where a transition names no roles they are the
-- state's: of the one it leaves, or for who takes or receives, of the one it leads to.
CREATE OR REPLACE FUNCTION motcua.steps_of(p_version int) RETURNS SETOF motcua.workflow_step LANGUAGE sql STABLE AS $$
  SELECT t.version_id, t.from_state, t.action, t.to_state, t.effect, t.actor, t.during, t.may, t.must,
         CASE WHEN t.roles <> '{}' THEN t.roles WHEN t.effect IN ('receive', 'take') THEN ARRAY[s.role]
              WHEN t.actor = 'receiver' THEN '{}' ELSE ARRAY[f.role] END,
         t.at_most, t.before_due, t.guard,
         CASE WHEN 'data' = ANY (t.requires) THEN v.needed_fields ELSE '{}' END, 'components' = ANY (t.requires),
         CASE WHEN 'components' = ANY (t.requires) THEN v.always_needed ELSE '{}' END,
         CASE WHEN 'components' = ANY (t.requires) THEN v.sometimes_needed ELSE '[]' END, 'fee' = ANY (t.requires),
         'signature' = ANY (t.requires), 'answers' = ANY (t.requires),
         t.effect IN ('move', 'back', 'take', 'note') AND t.actor IN ('holder', 'receiver') AND t.guard IS NULL AND t.at_most IS NULL
           AND NOT t.before_due AND NOT t.requires && '{signature,answers,fee}' AND t.must <@ '{reason,text}' AND cardinality(t.must) <= 1
           AND '{reason,text}' <@ t.may
           AND (t.effect = 'note' OR s.clock = 'running' AND s.outcome IS NULL AND NOT s.consults AND coalesce(f.clock, 'running') = 'running'),
         NOT EXISTS (SELECT FROM motcua.workflow_transition o
           WHERE (o.version_id, o.from_state, o.action) = (t.version_id, t.from_state, t.action) AND o.to_state <> t.to_state),
         s.holder_base, s.holder_base IS NOT NULL AND NOT s.holder_parent AND s.holder_tier IS NULL AND s.holder_department IS NULL,
         s.holder_parent, s.holder_tier, s.holder_department, s.role, s.time_amount, s.time_unit,
         CASE WHEN s.outcome IS NULL THEN s.clock ELSE 'stopped' END, s.portal, s.outcome, s.consults
    FROM motcua.workflow_transition t
    JOIN motcua.workflow_version v ON v.id = t.version_id
    JOIN motcua.workflow_state s ON s.version_id = t.version_id AND s.state = t.to_state
    LEFT JOIN motcua.workflow_state f ON f.version_id = t.version_id AND f.state = t.from_state
    WHERE t.version_id = p_version
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('publish_workflows', 'owner', '{admin}');
