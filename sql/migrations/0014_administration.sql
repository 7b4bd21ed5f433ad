-- Administration: staff, passwords, assignments; and the roles of the server that follow from them.
--
-- SECURITY DEFINER, owned by the owner, callable by administrators. Each change settles the roles of the
-- person it is about in the same transaction.

-- Who has to be in which role: what the tables say of today. For one person, or all.
CREATE FUNCTION motcua.memberships(p_staff int DEFAULT NULL) RETURNS TABLE (held text, holder text)
LANGUAGE sql STABLE AS $$
  WITH today AS MATERIALIZED (SELECT motcua.local_date(motcua.now()) AS day)
  SELECT motcua.unit_role(u.id), motcua.oversight_role(u.id) FROM motcua.unit u WHERE p_staff IS NULL
  UNION SELECT motcua.oversight_role(u.id), motcua.oversight_role(u.parent_id) FROM motcua.unit u
    WHERE p_staff IS NULL AND u.parent_id IS NOT NULL
  UNION SELECT w.held, s.role_name FROM motcua.staff s,
      LATERAL (SELECT motcua.capability_role('staff')
         UNION ALL SELECT motcua.capability_role('auditor') WHERE s.auditor
         UNION ALL SELECT motcua.capability_role('admin') WHERE s.admin
         UNION ALL SELECT CASE WHEN b.looks_down THEN motcua.oversight_role(a.unit_id) ELSE motcua.unit_role(a.unit_id) END
           FROM today JOIN motcua.assignment a ON a.valid_from <= today.day AND (a.valid_to IS NULL OR today.day < a.valid_to)
           JOIN motcua.role b ON b.code = a.role
           WHERE a.staff_id = s.id
      ) AS w (held)
    WHERE s.active AND (p_staff IS NULL OR s.id = p_staff)
$$;

-- Makes the server's roles what the tables say: unit roles, logins, memberships; for one person, or all.
-- Run for all after a restore, after loading units or staff in bulk, and daily (assignments have dates; see
-- motcua.settle_day). One at a time: the server's catalogues do not bear two changing one role.
CREATE FUNCTION motcua.sync_roles(p_staff int DEFAULT NULL) RETURNS TABLE (made int, granted int, revoked int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE
  r record;
  v_today date := motcua.local_date(motcua.now());
BEGIN
  made := 0; granted := 0; revoked := 0;
  PERFORM FROM motcua.settled_day FOR UPDATE;
  FOR r IN
    SELECT w.name, w.login, w.person AND p.oid IS NULL AS newcomer FROM (
      SELECT motcua.unit_role(u.id) AS name, false AS login, false AS person FROM motcua.unit u WHERE p_staff IS NULL
      UNION ALL SELECT motcua.oversight_role(u.id), false, false FROM motcua.unit u WHERE p_staff IS NULL
      UNION ALL SELECT s.role_name, s.active, true FROM motcua.staff s WHERE p_staff IS NULL OR s.id = p_staff) AS w
    LEFT JOIN pg_roles p ON p.rolname = w.name
    WHERE p.oid IS NULL OR p.rolcanlogin <> w.login ORDER BY w.name
  LOOP
    PERFORM motcua.ensure_role(r.name, 'NOLOGIN');
    EXECUTE format('ALTER ROLE %I %s', r.name, CASE WHEN r.login THEN 'LOGIN' ELSE 'NOLOGIN' END);
    -- A psql that is left open in the middle of a reception holds the number of its agency's day, so nobody else
    -- there can receive. (Defaults, against forgetting: whoever logs in may set others.)
    IF r.newcomer THEN
      EXECUTE format('ALTER ROLE %1$I SET idle_in_transaction_session_timeout = ''60s'';
        ALTER ROLE %1$I SET lock_timeout = ''20s'';
        ALTER ROLE %1$I SET statement_timeout = ''10min''', r.name);
    END IF;
    made := made + 1;
  END LOOP;

  FOR r IN
    WITH wanted AS (
      SELECT * FROM motcua.memberships(p_staff)
    ), held AS (
      SELECT g.rolname AS held, m.rolname AS holder FROM pg_auth_members x
        JOIN pg_roles g ON g.oid = x.roleid JOIN pg_roles m ON m.oid = x.member
        WHERE starts_with(g.rolname, motcua.prefix() || '_')
          AND (m.rolname = (SELECT s.role_name FROM motcua.staff s WHERE s.id = p_staff)
               OR p_staff IS NULL AND (starts_with(m.rolname, motcua.staff_role(''))
                                       OR starts_with(m.rolname, motcua.prefix() || '_o_')))
    )
    SELECT w.held AS grant_held, h.held AS revoke_held, coalesce(w.holder, h.holder) AS holder
      FROM wanted w FULL JOIN held h ON h.held = w.held AND h.holder = w.holder
      WHERE w.held IS NULL OR h.held IS NULL ORDER BY 3, 1, 2
  LOOP
    IF r.grant_held IS NOT NULL THEN
      EXECUTE format('GRANT %I TO %I', r.grant_held, r.holder); granted := granted + 1;
    ELSE
      EXECUTE format('REVOKE %I FROM %I', r.revoke_held, r.holder); revoked := revoked + 1;
    END IF;
  END LOOP;
  UPDATE motcua.staff s SET stale_on = n.stale_on
    FROM (SELECT x.id, min(a.valid_to) AS stale_on FROM motcua.staff x
            LEFT JOIN motcua.assignment a ON a.staff_id = x.id AND a.valid_from <= v_today AND a.valid_to > v_today
            WHERE p_staff IS NULL OR x.id = p_staff GROUP BY x.id) AS n
    WHERE s.id = n.id AND s.stale_on IS DISTINCT FROM n.stale_on;
  IF p_staff IS NULL THEN UPDATE motcua.settled_day SET day = v_today; END IF;
  RETURN NEXT;
END
$$;

-- The first call of a day makes the roles those of the day. Whoever comes while that is being done does not wait,
-- and in a transaction that only reads nothing is done: motcua.memberships_stand keeps shut what has ended.
-- Returns whether it was this call.
CREATE FUNCTION motcua.settle_day() RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  IF current_setting('transaction_read_only')::bool THEN RETURN false; END IF;
  PERFORM FROM motcua.settled_day s WHERE s.day <> motcua.local_date(motcua.now()) FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM motcua.sync_roles();
  RETURN true;
END
$$;

CREATE FUNCTION motcua.staff_named(p_staff int) RETURNS motcua.staff LANGUAGE plpgsql STABLE AS $$
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
CREATE FUNCTION motcua.refuse_former_administrators() RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF NOT pg_has_role(session_user, motcua.capability_role('admin'), 'MEMBER')
     AND NOT pg_has_role(session_user, motcua.capability_role('owner'), 'MEMBER') THEN
    RAISE EXCEPTION '% is no administrator (any more)', session_user
      USING ERRCODE = 'insufficient_privilege', HINT = 'ask one of the administrators';
  END IF;
END
$$;

CREATE FUNCTION motcua.add_staff(p_username text, p_name text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE v_id int;
BEGIN
  PERFORM motcua.refuse_former_administrators();
  INSERT INTO motcua.staff (username, name) VALUES (p_username, p_name) RETURNING id INTO v_id;
  PERFORM motcua.sync_roles(v_id);
  RETURN v_id;
END
$$;

-- Takes a password, or better the SCRAM verifier that a client made of it, which keeps it out of logs.
CREATE FUNCTION motcua.set_password(p_staff int, p_password text) RETURNS void
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

CREATE FUNCTION motcua.set_active(p_staff int, p_active bool) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  PERFORM motcua.refuse_former_administrators();
  PERFORM motcua.staff_named(p_staff);
  UPDATE motcua.staff SET active = p_active WHERE id = p_staff;
  PERFORM motcua.sync_roles(p_staff);
END
$$;

CREATE FUNCTION motcua.set_capability(p_staff int, p_capability text, p_granted bool) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  PERFORM motcua.refuse_former_administrators();
  PERFORM motcua.staff_named(p_staff);
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
CREATE FUNCTION motcua.assign(
  p_staff int, p_unit int, p_role text, p_from date DEFAULT NULL, p_to date DEFAULT NULL, p_on_behalf_of int DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE v_from date := coalesce(p_from, motcua.local_date(motcua.now()));
BEGIN
  PERFORM motcua.refuse_former_administrators();
  PERFORM motcua.staff_named(p_staff);
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
CREATE FUNCTION motcua.end_assignment(p_staff int, p_unit int, p_role text, p_to date DEFAULT NULL) RETURNS int
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

-- Every role that exists on the server because of this installation, in an order in which they can be
-- dropped: what one does after dropping its last database.
CREATE FUNCTION motcua.roles_of_installation() RETURNS TABLE (role_name text)
LANGUAGE sql STABLE AS $$
  SELECT rolname::text FROM pg_roles
    WHERE rolname ~ ('^' || motcua.prefix() || '_([uo]_[0-9]+|s_.+)$')
       OR rolname = ANY (ARRAY(SELECT motcua.capability_role(c) FROM unnest('{owner,door,staff,auditor,admin}'::text[]) AS c))
    ORDER BY rolname ~ '_(owner|door|staff|auditor|admin)$', 1
$$;

SELECT motcua.build_walls();
