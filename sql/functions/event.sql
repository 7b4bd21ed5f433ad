-- Events: their hash, and the yearly partitions in which they are kept.

-- Numbers one after the other, four bytes each.
CREATE OR REPLACE FUNCTION motcua.int_bytes(p int[]) RETURNS bytea LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE v bytea := ''; i int;
BEGIN
  FOREACH i IN ARRAY p LOOP v := v || int4send(i); END LOOP;
  RETURN v;
END
$$;

-- SHA-256 over the previous hash and every field, each as its length and its binary send form; NULL has
-- length -1. Text is taken as UTF-8 whatever the client's encoding is (textsend would convert it).
-- (An array of bytea is sent as 20 bytes of head, then each element as its length and its bytes, NULL as -1: the same
-- as to concatenate them, at half the time. A single expression, so that the planner puts it in the query itself.)
CREATE OR REPLACE FUNCTION motcua.event_hash(
  prev_hash bytea, dossier_id bigint, seq int, at timestamptz, actor int, login text, unit int, action text,
  from_state text, to_state text, target_state text, unit_to int, due timestamptz, step_due timestamptz,
  consulted int[], workflow_version int, payload text
-- (STABLE, as array_send is: a function that says it is IMMUTABLE and is not would not be put in the query.)
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256(prev_hash || substr(array_send(ARRAY[int8send(dossier_id), int4send(seq), timestamptz_send(at), int4send(actor),
  convert_to(login, 'UTF8'), int4send(unit), convert_to(action, 'UTF8'), convert_to(from_state, 'UTF8'),
  convert_to(to_state, 'UTF8'), convert_to(target_state, 'UTF8'), int4send(unit_to), timestamptz_send(due),
  timestamptz_send(step_due), CASE WHEN consulted = '{}' THEN '' ELSE motcua.int_bytes(consulted) END, int4send(workflow_version), convert_to(payload, 'UTF8')]), 21));

CREATE OR REPLACE FUNCTION motcua.add_event_year(p_year int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_name CONSTANT text := 'dossier_event_' || p_year;
  v_first CONSTANT bigint := (p_year * 100 + 1) * 10::numeric ^ 12; v_end CONSTANT bigint := ((p_year + 1) * 100 + 1) * 10::numeric ^ 12;
BEGIN
  -- Events that came before their year had a partition lie in the one for all others: they move, or it could not be made.
  -- (Asked in words, for the first partitions are made before that one is.)
  IF to_regclass('motcua.dossier_event_other') IS NOT NULL AND to_regclass('motcua.' || v_name) IS NULL THEN
    EXECUTE 'LOCK TABLE motcua.dossier_event_other IN ACCESS EXCLUSIVE MODE';
    EXECUTE format('CREATE TEMP TABLE moving_events ON COMMIT DROP AS SELECT * FROM motcua.dossier_event_other e
      WHERE e.dossier_id >= %s AND e.dossier_id < %s', v_first, v_end);
    EXECUTE format('DELETE FROM motcua.dossier_event_other e WHERE e.dossier_id >= %s AND e.dossier_id < %s', v_first, v_end);
  END IF;
  EXECUTE format('CREATE TABLE IF NOT EXISTS motcua.%I PARTITION OF motcua.dossier_event FOR VALUES FROM (%s) TO (%s)',
    v_name, v_first, v_end);
  IF to_regclass('pg_temp.moving_events') IS NOT NULL THEN
    EXECUTE format('INSERT INTO motcua.%I SELECT * FROM pg_temp.moving_events', v_name);
    DROP TABLE pg_temp.moving_events;
  END IF;
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('int_bytes', 'owner', '{staff,auditor}'),
  ('event_hash', 'owner', '{staff,auditor}');
