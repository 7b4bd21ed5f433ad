-- Who acts, and what they may see.

-- Whether what the server's roles give somebody is no more than they are assigned to today; if not, it is as nothing
-- until it has been settled. Asked of who logged in as well as of who acts: a unit's role, which one may take on,
-- has no assignments of its own.
CREATE OR REPLACE FUNCTION motcua.memberships_stand() RETURNS bool LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  RETURN NOT EXISTS (SELECT FROM motcua.staff s
    WHERE s.role_name IN (session_user, motcua.acting_role()) AND s.stale_on <= motcua.local_date(motcua.now()));
END
$$;

-- Whether a reader may see a dossier with these units: it belongs to one of them, or audits.
CREATE OR REPLACE FUNCTION motcua.may_see(p_reader text, p_holder int, p_pending int, p_participants int[]) RETURNS bool
LANGUAGE plpgsql STABLE AS $$
DECLARE u int;
BEGIN
  IF pg_has_role(p_reader, to_regrole(motcua.unit_role(p_holder))::oid, 'USAGE')
     OR pg_has_role(p_reader, to_regrole(motcua.unit_role(p_pending))::oid, 'USAGE') THEN
    RETURN true;
  END IF;
  FOREACH u IN ARRAY p_participants LOOP
    IF pg_has_role(p_reader, to_regrole(motcua.unit_role(u))::oid, 'USAGE') THEN RETURN true; END IF;
  END LOOP;
  RETURN coalesce(pg_has_role(p_reader, to_regrole(motcua.capability_role('auditor'))::oid, 'USAGE'), false);
END
$$;

-- The words that stand for services in the steps of a workflow: only services are assigned as these, and as nothing
-- else. system: on the shop's own account; citizen: in the place of an applicant who has asked for it.
CREATE OR REPLACE FUNCTION motcua.is_service_word(p_role text) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN p_role IN ('system', 'citizen');

-- A unit and all above it, to the top.
CREATE OR REPLACE FUNCTION motcua.unit_and_above(p_unit int) RETURNS int[] LANGUAGE plpgsql STABLE AS $$
DECLARE v_units int[] := '{}';
BEGIN
  WHILE p_unit IS NOT NULL LOOP
    v_units := v_units || p_unit;
    p_unit := (SELECT u.parent_id FROM motcua.unit u WHERE u.id = p_unit);
  END LOOP;
  RETURN v_units;
END
$$;

-- What somebody is assigned to on a day, or ever (NULL): people in roles of people, services by the words of services.
CREATE OR REPLACE FUNCTION motcua.assignments_of(p_staff int, p_day date) RETURNS TABLE (unit_id int, role text)
LANGUAGE plpgsql STABLE ROWS 2 AS $$
BEGIN
  RETURN QUERY SELECT a.unit_id, a.role FROM motcua.staff s JOIN motcua.assignment a ON a.staff_id = s.id
    WHERE s.id = p_staff AND motcua.is_service_word(a.role) = s.service
      AND (p_day IS NULL OR a.valid_from <= p_day AND (a.valid_to IS NULL OR p_day < a.valid_to));
END
$$;

-- Whether somebody may act for a unit on a day in one of these roles: who is assigned there; of services, also who is
-- assigned above it.
CREATE OR REPLACE FUNCTION motcua.is_assigned(p_staff int, p_unit int, p_roles text[], p_day date) RETURNS bool
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM motcua.assignments_of(p_staff, p_day) AS a
    WHERE a.role = ANY (p_roles)
      AND (a.unit_id = p_unit OR motcua.is_service_word(a.role) AND a.unit_id = ANY (motcua.unit_and_above(p_unit))));
END
$$;

-- Who acts, for a decision. login: who logged in, where that is somebody else. reader: the role whose memberships say
-- what they may see, none while these are stale. mine: what they are assigned to on the day, {unit: [roles]}. sees: of
-- these units the ones whose dossiers they may read. (Of a service mine is where it is assigned, and what lies below is
-- its own as well: see motcua.is_assigned.)
CREATE TYPE motcua.actor AS (staff int, service bool, login text, reader text, mine jsonb, sees int[]);

CREATE OR REPLACE FUNCTION motcua.current_actor(p_now timestamptz) RETURNS motcua.actor LANGUAGE plpgsql STABLE AS $$
DECLARE
  v motcua.actor; v_role CONSTANT text := motcua.acting_role(); v_day CONSTANT date := motcua.local_date(p_now);
BEGIN
  -- A snapshot taken a while ago would show assignments and versions as they were then.
  IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
    RAISE EXCEPTION 'decisions are written at the isolation level READ COMMITTED, this is %',
        current_setting('transaction_isolation')
      USING ERRCODE = 'active_sql_transaction', HINT = 'BEGIN ISOLATION LEVEL READ COMMITTED';
  END IF;
  SELECT s.id, s.service, CASE WHEN s.stale_on <= v_day THEN NULL ELSE v_role END INTO v.staff, v.service, v.reader
    FROM motcua.staff s WHERE s.role_name = v_role AND s.active;
  IF NOT FOUND THEN
    RAISE EXCEPTION '% is not a member of staff', v_role
      USING ERRCODE = 'MC007', DETAIL = json_build_object('role', v_role),
            HINT = 'log in, or act (SET ROLE), as somebody who is';
  END IF;
  v.login := CASE WHEN session_user = v_role THEN '' ELSE session_user END;
  SELECT coalesce(jsonb_object_agg(u.unit_id, u.roles), '{}'),
         array_agg(u.unit_id) FILTER (WHERE pg_has_role(v.reader, to_regrole(motcua.unit_role(u.unit_id))::oid, 'USAGE'))
    INTO v.mine, v.sees
    FROM (SELECT a.unit_id, jsonb_agg(a.role) AS roles FROM motcua.assignments_of(v.staff, v_day) AS a GROUP BY a.unit_id) AS u;
  RETURN v;
END
$$;

-- Whether who acts has anything to do with a unit's dossiers.
CREATE OR REPLACE FUNCTION motcua.acts_for(p_actor motcua.actor, p_unit int, p_day date) RETURNS bool LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN p_actor.mine ? p_unit::text OR p_actor.service AND motcua.is_assigned(p_actor.staff, p_unit, '{system,citizen}', p_day);
END
$$;

-- PL/pgSQL throughout: it keeps its plans, where a function in SQL that is not inlined is planned at every
-- call; and generic plans, because for these look-ups by key planning costs more than any other plan saves.

-- Who acts, with today's assignments. Of a login that is nobody's (the owner, an auditor's tool) staff is null.
-- reader is the role whose memberships say what they may see, none while these are stale.
CREATE TYPE motcua.caller AS (
  staff int, username text, name text, service bool, login text, units int[], roles text[], reader text
);

CREATE OR REPLACE FUNCTION motcua.whoami() RETURNS motcua.caller LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE
  me motcua.caller; v_role text := motcua.acting_role(); v_day date := motcua.local_date(motcua.now());
BEGIN
  SELECT s.id, s.username, s.name, s.service, CASE WHEN s.stale_on <= v_day THEN NULL ELSE v_role END
    INTO me.staff, me.username, me.name, me.service, me.reader
    FROM motcua.staff s WHERE s.role_name = v_role AND s.active;
  IF NOT FOUND AND motcua.memberships_stand() THEN me.reader := v_role; END IF;
  me.login := CASE WHEN session_user = v_role THEN '' ELSE session_user END;
  SELECT coalesce(array_agg(a.unit_id ORDER BY a.unit_id, a.role), '{}'),
         coalesce(array_agg(a.role ORDER BY a.unit_id, a.role), '{}') INTO me.units, me.roles
    FROM motcua.assignments_of(me.staff, v_day) AS a;
  RETURN me;
END
$$;

-- The assignments of who acts, as the engine asks for them: of a service, what it may act as for each of these units.
CREATE OR REPLACE FUNCTION motcua.assigned_around(p_me motcua.caller, p_units int[], OUT units int[], OUT roles text[])
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_me.service IS NOT TRUE THEN
    units := p_me.units; roles := p_me.roles;
  ELSE
    SELECT coalesce(array_agg(u), '{}'), coalesce(array_agg(r.role), '{}') INTO units, roles
      FROM unnest(p_units) AS u, (SELECT DISTINCT x AS role FROM unnest(p_me.roles) AS x) AS r
      WHERE motcua.is_assigned(p_me.staff, u, ARRAY[r.role], motcua.local_date(motcua.now()));
  END IF;
END
$$;

-- The same for a front end.
CREATE OR REPLACE FUNCTION motcua.my_assignments(p_units int[], OUT units int[], OUT roles text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  SELECT a.* INTO units, roles FROM motcua.assigned_around(motcua.whoami(), p_units) AS a;
END
$$;

-- The units whose dossiers a reader may see.
CREATE OR REPLACE FUNCTION motcua.units_seen(p_reader text) RETURNS int[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF pg_has_role(p_reader, to_regrole(motcua.capability_role('auditor'))::oid, 'USAGE') THEN
    RETURN ARRAY(SELECT u.id FROM motcua.unit u);
  END IF;
  RETURN ARRAY(SELECT u.id FROM motcua.unit u
    WHERE pg_has_role(p_reader, to_regrole(motcua.unit_role(u.id))::oid, 'USAGE'));
END
$$;

-- For row-level security, in the right of who asks: whether one of these units is theirs. It runs in the
-- search_path of who asks, too, so all it calls is named in full.
CREATE OR REPLACE FUNCTION motcua.took_part(p_units int[]) RETURNS bool LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE u int;
BEGIN
  FOREACH u IN ARRAY p_units LOOP
    IF pg_catalog.pg_has_role(pg_catalog.to_regrole(motcua.unit_role(u))::pg_catalog.oid, 'USAGE') THEN RETURN true; END IF;
  END LOOP;
  RETURN false;
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('memberships_stand', 'owner', '{staff,auditor}'),
  ('whoami', 'door', '{staff,auditor}'),
  ('my_assignments', 'door', '{staff,auditor}'),
  ('took_part', 'owner', '{staff,auditor}');
