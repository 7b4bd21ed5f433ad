-- Administration: staff, passwords, assignments.
--
-- SECURITY DEFINER, owned by the owner, callable by administrators. Each change settles the roles of the
-- person it is about in the same transaction.

CREATE OR REPLACE FUNCTION motcua.staff_named(p_staff int) RETURNS motcua.staff LANGUAGE plpgsql STABLE AS $$
DECLARE s motcua.staff;
BEGIN
  SELECT * INTO s FROM motcua.staff x WHERE x.id = p_staff;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no member of staff %', p_staff
      USING ERRCODE = 'MC007', DETAIL = json_build_object('staff', p_staff), HINT = 'the numbers are in the list of staff';
  END IF;
  RETURN s;
END
$$;

-- Whoever administers must be allowed to now: a session keeps a role that it took on, also when that is taken from it.
CREATE OR REPLACE FUNCTION motcua.refuse_former_administrators() RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF NOT pg_has_role(session_user, motcua.capability_role('admin'), 'MEMBER')
     AND NOT pg_has_role(session_user, motcua.capability_role('owner'), 'MEMBER') THEN
    RAISE EXCEPTION '% is no administrator (any more)', session_user
      USING ERRCODE = 'insufficient_privilege', HINT = 'ask one of the administrators';
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION motcua.add_staff(p_username text, p_name text, p_service bool DEFAULT false) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE v_id int;
BEGIN
  PERFORM motcua.refuse_former_administrators();
  INSERT INTO motcua.staff (username, name, service) VALUES (p_username, p_name, p_service) RETURNING id INTO v_id;
  PERFORM motcua.sync_roles(v_id);
  RETURN v_id;
END
$$;

-- Takes a password, or better the SCRAM verifier that a client made of it, which keeps it out of logs.
CREATE OR REPLACE FUNCTION motcua.set_password(p_staff int, p_password text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET password_encryption = 'scram-sha-256' AS $$
BEGIN
  PERFORM motcua.refuse_former_administrators();
  IF coalesce(length(p_password), 0) < 8 THEN
    RAISE EXCEPTION 'the password is shorter than 8 characters'
      USING ERRCODE = 'invalid_password', HINT = 'choose a longer one';
  END IF;
  EXECUTE format('ALTER ROLE %I PASSWORD %L', (motcua.staff_named(p_staff)).role_name, p_password);
END
$$;

CREATE OR REPLACE FUNCTION motcua.set_active(p_staff int, p_active bool) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  PERFORM motcua.refuse_former_administrators();
  PERFORM motcua.staff_named(p_staff);
  UPDATE motcua.staff SET active = p_active WHERE id = p_staff;
  PERFORM motcua.sync_roles(p_staff);
END
$$;

CREATE OR REPLACE FUNCTION motcua.set_capability(p_staff int, p_capability text, p_granted bool) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  PERFORM motcua.refuse_former_administrators();
  IF (motcua.staff_named(p_staff)).service AND p_granted THEN
    RAISE EXCEPTION 'a service cannot be %', p_capability
      USING ERRCODE = 'check_violation', HINT = 'give the capability to a person';
  END IF;
  CASE p_capability
    WHEN 'auditor' THEN UPDATE motcua.staff SET auditor = p_granted WHERE id = p_staff;
    WHEN 'admin' THEN UPDATE motcua.staff SET admin = p_granted WHERE id = p_staff;
    ELSE RAISE EXCEPTION 'there is no capability "%"', p_capability
      USING ERRCODE = 'invalid_parameter_value', HINT = 'auditor or admin';
  END CASE;
  PERFORM motcua.sync_roles(p_staff);
END
$$;

-- From p_from (default today) until the day before p_to; on behalf of somebody, where it is a delegation. One that was
-- ended on that very day is open again.
CREATE OR REPLACE FUNCTION motcua.assign(
  p_staff int, p_unit int, p_role text, p_from date DEFAULT NULL, p_to date DEFAULT NULL, p_on_behalf_of int DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE v_from date := coalesce(p_from, motcua.local_date(motcua.now())); s motcua.staff;
BEGIN
  PERFORM motcua.refuse_former_administrators();
  s := motcua.staff_named(p_staff);
  IF s.service <> motcua.is_service_word(p_role) THEN
    RAISE EXCEPTION '% is a %, and cannot be assigned as %', s.username, CASE WHEN s.service THEN 'service' ELSE 'person' END, p_role
      USING ERRCODE = 'check_violation', HINT = 'services are assigned as system or citizen, people as anything else';
  END IF;
  IF p_to <= v_from THEN
    RAISE EXCEPTION 'the assignment would be over on %, before it begins on %', p_to, v_from
      USING ERRCODE = 'check_violation', HINT = 'name a later day as the first on which it no longer holds, or none';
  END IF;
  UPDATE motcua.assignment a SET valid_to = p_to, on_behalf_of = p_on_behalf_of
    WHERE a.staff_id = p_staff AND a.unit_id = p_unit AND a.role = p_role AND a.valid_from = v_from AND a.valid_to = v_from;
  IF NOT FOUND THEN
    INSERT INTO motcua.assignment (staff_id, unit_id, role, valid_from, valid_to, on_behalf_of)
      VALUES (p_staff, p_unit, p_role, v_from, p_to, p_on_behalf_of);
  END IF;
  PERFORM motcua.sync_roles(p_staff);
END
$$;

-- The assignment ends: p_to is the first day on which it is no longer valid (default today). One that was to begin no
-- sooner is removed while it has not begun; one that has is kept, on no day at all, for what was done by it. Returns how
-- many ended.
CREATE OR REPLACE FUNCTION motcua.end_assignment(p_staff int, p_unit int, p_role text, p_to date DEFAULT NULL) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE
  v_today date := motcua.local_date(motcua.now()); v_to date := coalesce(p_to, v_today);
  v_removed int; v_ended int;
BEGIN
  PERFORM motcua.refuse_former_administrators();
  DELETE FROM motcua.assignment a
    WHERE a.staff_id = p_staff AND a.unit_id = p_unit AND a.role = p_role AND a.valid_from >= v_to
      AND a.valid_from > v_today;
  GET DIAGNOSTICS v_removed = ROW_COUNT;
  UPDATE motcua.assignment a SET valid_to = greatest(v_to, a.valid_from)
    WHERE a.staff_id = p_staff AND a.unit_id = p_unit AND a.role = p_role
      AND (a.valid_to IS NULL OR a.valid_to > greatest(v_to, a.valid_from));
  GET DIAGNOSTICS v_ended = ROW_COUNT;
  PERFORM motcua.sync_roles(p_staff);
  RETURN v_removed + v_ended;
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('add_staff', 'owner', '{admin}'),
  ('set_password', 'owner', '{admin}'),
  ('set_active', 'owner', '{admin}'),
  ('set_capability', 'owner', '{admin}'),
  ('assign', 'owner', '{admin}'),
  ('end_assignment', 'owner', '{admin}');
