-- Putting workflow versions in force.

-- A digest of what stays: everything but the status, and what publication derives.
CREATE OR REPLACE FUNCTION motcua.version_seal(v motcua.workflow_version) RETURNS bytea LANGUAGE sql IMMUTABLE
  RETURN sha256(convert_to(jsonb_build_array(v.id, v.procedure_code, v.version, v.source, v.definition::text,
    encode(v.digest, 'hex'), v.received_at, v.initial_state, extract(epoch FROM v.created_at),
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
      components = ARRAY(SELECT c ->> 'id' FROM json_array_elements(v.definition -> 'components') AS c),
      needs_address = EXISTS (
        SELECT FROM motcua.workflow_state s WHERE s.version_id = v.id AND s.holder_base = 'address'
        UNION ALL SELECT FROM motcua.workflow_consult c WHERE c.version_id = v.id AND c.holder_base = 'address')
    WHERE v.id = ANY (p_ids);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('publish_workflows', 'owner', '{admin}');
