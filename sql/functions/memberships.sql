-- The roles of the server that follow from staff and assignments.

-- Who has to be in which role: what the tables say of today. For one person, or all.
CREATE OR REPLACE FUNCTION motcua.memberships(p_staff int DEFAULT NULL) RETURNS TABLE (held text, holder text)
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
CREATE OR REPLACE FUNCTION motcua.sync_roles(p_staff int DEFAULT NULL) RETURNS TABLE (made int, granted int, revoked int)
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
CREATE OR REPLACE FUNCTION motcua.settle_day() RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  IF current_setting('transaction_read_only')::bool THEN RETURN false; END IF;
  PERFORM FROM motcua.settled_day s WHERE s.day <> motcua.local_date(motcua.now()) FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM motcua.sync_roles();
  RETURN true;
END
$$;

-- Whether this server lacks what a dump does not bring: roles, memberships, and with them owners.
CREATE OR REPLACE FUNCTION motcua.is_unsettled() RETURNS bool LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM motcua.capability c
                   WHERE to_regrole(quote_ident(motcua.capability_role(c.name))) IS NULL)
      OR EXISTS (SELECT FROM motcua.built b LEFT JOIN motcua.shape() s USING (object, aspect)
                   WHERE (b.aspect = 'owner' OR b.aspect LIKE 'privileges of %') AND s.value IS DISTINCT FROM b.value)
      OR EXISTS (SELECT FROM motcua.memberships() w
                   WHERE NOT EXISTS (SELECT FROM pg_auth_members x JOIN pg_roles g ON g.oid = x.roleid JOIN pg_roles m ON m.oid = x.member
                                       WHERE g.rolname = w.held AND m.rolname = w.holder))
$$;
COMMENT ON FUNCTION motcua.is_unsettled() IS 'after a restore on another server: build_walls and sync_roles are still to be run';

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('sync_roles', 'owner', '{admin}'),
  ('settle_day', 'owner', '{staff,auditor,service}');
