-- What the tests are written with. Everything runs in the right of the caller.
CREATE SCHEMA test;
GRANT USAGE ON SCHEMA test TO PUBLIC;

CREATE FUNCTION test.same(p_what text, p_got anyelement, p_wanted anyelement) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_got IS DISTINCT FROM p_wanted THEN RAISE EXCEPTION '%: got %, wanted %', p_what, p_got, p_wanted; END IF;
END
$$;

-- The statement fails with one of these SQLSTATEs; anything else, success above all, fails the test.
CREATE FUNCTION test.refused(p_sqlstates text, p_sql text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE p_sql;
  RAISE EXCEPTION USING ERRCODE = 'TT000', MESSAGE = format('this was let through: %s', p_sql);
EXCEPTION WHEN OTHERS THEN
  IF SQLSTATE = 'TT000' THEN RAISE; END IF;
  IF SQLSTATE <> ALL (string_to_array(p_sqlstates, ' ')) THEN
    RAISE EXCEPTION '%: failed with % (%), wanted %', p_sql, SQLSTATE, SQLERRM, p_sqlstates;
  END IF;
END
$$;

CREATE FUNCTION test.as_staff(p_username text) RETURNS void LANGUAGE sql AS $$
  SELECT set_config('role', motcua.staff_role(p_username), false)
$$;

CREATE FUNCTION test.receipt(p_unit int, p_name text, p_procedure text DEFAULT '1.013225', p_address int DEFAULT NULL,
  p_channel text DEFAULT 'counter') RETURNS text
LANGUAGE sql AS $$
  SELECT json_build_object('reception', json_build_object('procedure', p_procedure, 'unit', p_unit, 'address', p_address,
    'channel', p_channel, 'applicant', json_build_object('name', p_name)), 'feeDue', 75000)::text
$$;

-- One step by somebody, at the version the dossier stands at.
CREATE FUNCTION test.step(p_who text, p_id bigint, p_action text, p_to text, p_payload text DEFAULT '{}') RETURNS motcua.appended
LANGUAGE plpgsql AS $$
DECLARE a motcua.appended; v_version int;
BEGIN
  RESET ROLE;
  SELECT version INTO v_version FROM motcua.dossier WHERE dossier_id = p_id;
  PERFORM test.as_staff(p_who);
  a := motcua.act_on(p_id, v_version, p_action, p_to, p_payload);
  RESET ROLE;
  RETURN a;
END
$$;

CREATE FUNCTION test.receive(p_who text, p_unit int, p_name text, p_version int DEFAULT 1, p_address int DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE v_id bigint;
BEGIN
  PERFORM test.as_staff(p_who);
  v_id := (motcua.receive(p_version, test.receipt(p_unit, p_name,
    CASE p_version WHEN 1 THEN '1.013225' ELSE '2.000001' END, p_address))).dossier_id;
  RESET ROLE;
  RETURN v_id;
END
$$;

-- The deadlines that run, a row each.
CREATE VIEW test.timer WITH (security_invoker = true) AS
  SELECT dossier_id, 'due' AS kind, due_at FROM motcua.standing WHERE clock = 'running' AND ended_at IS NULL AND due_at < 'infinity'
  UNION ALL SELECT dossier_id, 'step', step_due FROM motcua.standing WHERE step_due < 'infinity';

CREATE FUNCTION test.row_of(p_id bigint) RETURNS motcua.dossier LANGUAGE sql AS $$
  SELECT * FROM motcua.dossier WHERE dossier_id = p_id
$$;
-- What somebody sees of a dossier: its row, by its name, its events, and what the door loads.
CREATE FUNCTION test.sees(p_who text, p_id bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v text; v_name text := (SELECT applicant_name FROM motcua.dossier WHERE dossier_id = p_id);
BEGIN
  PERFORM test.as_staff(p_who);
  v := concat_ws(' ',
    (SELECT 'row' FROM motcua.dossiers_of_applicant(v_name, 1000) WHERE dossier_id = p_id),
    (SELECT 'events' FROM motcua.events_of(p_id) LIMIT 1),
    (SELECT 'load' FROM motcua.load_many(ARRAY[p_id])));
  RESET ROLE;
  RETURN v;
END
$$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA test TO PUBLIC;
