-- Events: their hash, and the yearly partitions in which they are kept.

CREATE OR REPLACE FUNCTION motcua.add_event_year(p_year int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TABLE IF NOT EXISTS motcua.%I PARTITION OF motcua.dossier_event
                    FOR VALUES FROM (%s) TO (%s)',
    'dossier_event_' || p_year, (p_year * 100 + 1) * 10::numeric ^ 12, ((p_year + 1) * 100 + 1) * 10::numeric ^ 12);
END
$$;

-- SHA-256 over the previous hash and every field, each as its length and its binary send form; NULL has
-- length -1. Text is taken as UTF-8 whatever the client's encoding is (textsend would convert it).
CREATE OR REPLACE FUNCTION motcua.event_hash(
  prev_hash bytea, dossier_id bigint, seq int, at timestamptz, actor int, login text, unit int, action text,
  from_state text, to_state text, target_state text, unit_to int, due timestamptz, step_due timestamptz,
  consulted int[], workflow_version int, payload text
) RETURNS bytea LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  four CONSTANT bytea := int4send(4);
  eight CONSTANT bytea := int4send(8);
  none CONSTANT bytea := int4send(-1);
  v_asked bytea := ''; v_unit int;
BEGIN
  FOREACH v_unit IN ARRAY consulted LOOP v_asked := v_asked || int4send(v_unit); END LOOP;
  RETURN sha256(prev_hash
    || eight || int8send(dossier_id)
    || four || int4send(seq)
    || eight || timestamptz_send(at)
    || four || int4send(actor)
    || int4send(octet_length(login)) || convert_to(login, 'UTF8')
    || four || int4send(unit)
    || int4send(octet_length(action)) || convert_to(action, 'UTF8')
    || int4send(octet_length(from_state)) || convert_to(from_state, 'UTF8')
    || int4send(octet_length(to_state)) || convert_to(to_state, 'UTF8')
    || int4send(octet_length(target_state)) || convert_to(target_state, 'UTF8')
    || four || int4send(unit_to)
    || coalesce(eight || timestamptz_send(due), none)
    || coalesce(eight || timestamptz_send(step_due), none)
    || int4send(length(v_asked)) || v_asked
    || four || int4send(workflow_version)
    || int4send(octet_length(payload)) || convert_to(payload, 'UTF8'));
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('event_hash', 'owner', '{staff,auditor}');
