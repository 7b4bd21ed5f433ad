-- The walls: who owns what, who may do what, who sees which rows. One function states it all; it is run
-- after every migration and after a restore, and where all stands already it takes no table away from those who work.
--
-- Who may call a function stands beside it, as a row of motcua.routine_access; who may read or write a table, beside
-- the table, as a row of motcua.relation_access. Nothing here names a module's objects.
--
-- Roles of an installation, after its prefix (roles belong to the server, hence the prefix):
--   _owner     no login; owns everything but the door. CREATEROLE, for the functions of administration
--   _door      no login; owns the door. The only role that may write the case tables
--   _staff     may read reference data, and call the door; of dossiers they read what the door gives them
--   _auditor   reads everything, writes nothing
--   _admin     may call the functions of administration; is staff besides
--   _service   may call what services do (leases, the keeper of the day); reads no dossier
--   _u_ID      a unit's; being in it means working there       _o_ID  holds _u_ID and every _o_ of a unit below
--   _s_NAME    a member of staff: their login

CREATE OR REPLACE FUNCTION motcua.build_walls() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_owner  text := motcua.capability_role('owner');
  v_door   text := motcua.capability_role('door');
  v_staff  text := motcua.capability_role('staff');
  v_audit  text := motcua.capability_role('auditor');
  v_sound  text[];
  r record;
BEGIN
  PERFORM motcua.ensure_role(v_owner, 'NOLOGIN CREATEROLE');
  PERFORM motcua.ensure_role(motcua.capability_role(c.name), 'NOLOGIN') FROM motcua.capability c WHERE c.name <> 'owner';
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    -- To give something to a role one must be in it.
    EXECUTE format('GRANT %I, %I TO %I', v_owner, v_door, current_user);
  END IF;

  -- Where everybody may make functions, some would be called like those that others call.
  IF EXISTS (SELECT FROM pg_namespace n, aclexplode(n.nspacl) AS a
             WHERE n.nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE') THEN
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    IF EXISTS (SELECT FROM pg_namespace n, aclexplode(n.nspacl) AS a
               WHERE n.nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE') THEN
      RAISE EXCEPTION 'everybody may create in the schema public of this database'
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'its owner says: REVOKE CREATE ON SCHEMA public FROM PUBLIC';
    END IF;
  END IF;

  -- Owners. A role must be able to create in the schema at the moment it becomes owner of something in it.
  EXECUTE format('GRANT USAGE, CREATE ON SCHEMA motcua TO %I, %I', v_owner, v_door);
  FOR r IN
    SELECT c.oid::regclass::text AS name, c.relkind FROM pg_class c
      WHERE c.relnamespace = 'motcua'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
        AND c.relowner <> to_regrole(v_owner)
        -- a sequence that belongs to a column follows its table
        AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_class'::regclass AND x.objid = c.oid
                          AND x.deptype IN ('a', 'i') AND c.relkind = 'S')
  LOOP
    EXECUTE format('ALTER %s %s OWNER TO %I',
      CASE r.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, r.name, v_owner);
  END LOOP;
  FOR r IN
    SELECT t.oid::regtype::text AS name FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
      WHERE t.typnamespace = 'motcua'::regnamespace AND t.typowner <> to_regrole(v_owner)
  LOOP
    EXECUTE format('ALTER TYPE %s OWNER TO %I', r.name, v_owner);
  END LOOP;
  FOR r IN
    SELECT p.oid::regprocedure::text AS name, w.owner FROM pg_proc p
      LEFT JOIN motcua.routine_access a ON a.routine = p.proname,
        LATERAL (SELECT CASE WHEN p.prosecdef AND a.runs_as = 'door' THEN v_door ELSE v_owner END) AS w (owner)
      WHERE p.pronamespace = 'motcua'::regnamespace AND p.proowner IS DISTINCT FROM to_regrole(w.owner)::oid
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO %I', r.name, r.owner);
  END LOOP;
  EXECUTE format('ALTER SCHEMA motcua OWNER TO %I', v_owner);
  EXECUTE format('REVOKE CREATE ON SCHEMA motcua FROM %I', v_door);

  -- Of what runs in another's right nothing may depend on how the caller has set their session: not how literals are
  -- read (functions are parsed when they are first called), nor in which zone times are told.
  FOR r IN
    SELECT p.oid::regprocedure::text AS name FROM pg_proc p
      WHERE p.pronamespace = 'motcua'::regnamespace AND p.prosecdef
        AND NOT coalesce(p.proconfig, '{}') @> '{standard_conforming_strings=on,TimeZone=Asia/Ho_Chi_Minh}'
  LOOP
    EXECUTE format('ALTER FUNCTION %1$s SET standard_conforming_strings = on;
      ALTER FUNCTION %1$s SET TimeZone = ''Asia/Ho_Chi_Minh''', r.name);
  END LOOP;

  -- Privileges. Nothing is anybody's by being PUBLIC.
  EXECUTE format('REVOKE ALL ON SCHEMA motcua FROM PUBLIC;
    REVOKE ALL ON ALL TABLES IN SCHEMA motcua FROM PUBLIC, %2$s;
    REVOKE ALL ON ALL SEQUENCES IN SCHEMA motcua FROM PUBLIC, %2$s;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA motcua FROM PUBLIC, %2$s;
    GRANT USAGE ON SCHEMA motcua TO %2$s;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA motcua TO %1$I', v_door,
    (SELECT string_agg(quote_ident(motcua.capability_role(c.name)), ', ') FROM motcua.capability c WHERE c.name <> 'owner'));
  FOR r IN
    SELECT c.oid::regclass::text AS name, c.relkind, c.relrowsecurity AS guarded, a.* FROM pg_class c
      LEFT JOIN motcua.relation_access a ON a.relation = c.relname
      WHERE c.relnamespace = 'motcua'::regnamespace AND NOT c.relispartition
        AND (c.relkind IN ('r', 'p', 'v') OR c.relkind = 'S' AND a.kind IS NOT NULL)
  LOOP
    IF r.relkind = 'v' THEN
      -- Of what a view shows one needs the right as well.
      EXECUTE format('GRANT SELECT ON %s TO %I, %I', r.name, v_door, v_audit);
    ELSIF r.kind IS NULL THEN
      EXECUTE format('GRANT SELECT ON %s TO %I, %I, %I', r.name, v_door, v_staff, v_audit);
    ELSE
      EXECUTE format('GRANT %s ON %s TO %I', r.door, r.name, v_door);
      IF r.auditor IS NOT NULL THEN EXECUTE format('GRANT %s ON %s TO %I', r.auditor, r.name, v_audit); END IF;
      IF r.staff IS NOT NULL THEN EXECUTE format('GRANT %s ON %s TO %I', r.staff, r.name, v_staff); END IF;
      IF r.kind = 'dossier' AND NOT r.guarded THEN EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', r.name); END IF;
    END IF;
  END LOOP;
  FOR r IN
    SELECT p.oid::regprocedure::text AS name, a.callers FROM pg_proc p JOIN motcua.routine_access a ON a.routine = p.proname
      WHERE p.pronamespace = 'motcua'::regnamespace
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', r.name,
      (SELECT string_agg(quote_ident(motcua.capability_role(c)), ', ') FROM unnest(r.callers) AS c));
    -- What administers is not the door's.
    IF r.callers = '{admin}' THEN EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM %I', r.name, v_door); END IF;
  END LOOP;

  -- Rows: the second wall, should somebody be given the right to read these tables after all (and the first for an
  -- auditor who took on the role, and from whom it was taken in the same session). The
  -- holder is asked first: that is the common case, and the quick one. Whoever it is on its way to sees it until they
  -- take or decline it, or it is recalled. What belongs to a dossier is seen by whoever sees the dossier. (The
  -- sub-select is run once for a statement, not for each row.)
  --
  -- To make a policy shuts out who reads the table, so those that are as they were built stay. What was built is on record
  -- but while files are put in place: then all are made anew, for they may say something else now.
  v_sound := ARRAY(
    SELECT coalesce(n.object, b.object) FROM (SELECT * FROM motcua.shape() AS s WHERE s.aspect LIKE 'policy %') AS n
      FULL JOIN (SELECT * FROM motcua.built WHERE aspect LIKE 'policy %') AS b ON b.object = n.object AND b.aspect = n.aspect
      GROUP BY 1 HAVING bool_and(n.value IS NOT DISTINCT FROM b.value));
  FOR r IN SELECT a.relation AS name FROM motcua.relation_access a WHERE a.kind = 'dossier' AND a.relation <> ALL (v_sound) LOOP
    EXECUTE format('DROP POLICY IF EXISTS units ON motcua.%1$I;
      DROP POLICY IF EXISTS auditors ON motcua.%1$I;
      DROP POLICY IF EXISTS door ON motcua.%1$I;
      CREATE POLICY units ON motcua.%1$I FOR SELECT USING (%2$s);
      CREATE POLICY auditors ON motcua.%1$I FOR SELECT TO %3$I
        USING ((SELECT pg_has_role(session_user, current_user, ''MEMBER'')));
      CREATE POLICY door ON motcua.%1$I TO %4$I USING (true) WITH CHECK (true)', r.name,
      CASE r.name WHEN 'standing' THEN
          '(SELECT motcua.memberships_stand())
             AND (pg_has_role(to_regrole(motcua.unit_role(holder))::oid, ''USAGE'') OR motcua.took_part(participants)
                  OR pg_has_role(to_regrole(motcua.unit_role(pending_unit))::oid, ''USAGE''))'
        ELSE format('EXISTS (SELECT FROM motcua.standing d WHERE d.dossier_id = %I.dossier_id)', r.name) END,
      v_audit, v_door);
  END LOOP;
END
$$;

-- Makes a role unless the server has it already: databases restored from one dump share theirs.
CREATE OR REPLACE FUNCTION motcua.ensure_role(p_name text, p_options text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF to_regrole(quote_ident(p_name)) IS NULL THEN
    EXECUTE format('CREATE ROLE %I %s', p_name, p_options);
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;  -- another database of this server was quicker
END
$$;

-- Every role that exists on the server because of this installation, in an order in which they can be
-- dropped: what one does after dropping its last database.
CREATE OR REPLACE FUNCTION motcua.roles_of_installation() RETURNS TABLE (role_name text)
LANGUAGE sql STABLE AS $$
  SELECT rolname::text FROM pg_roles
    WHERE rolname ~ ('^' || motcua.prefix() || '_([uo]_[0-9]+|s_.+)$')
       OR rolname IN (SELECT motcua.capability_role(c.name) FROM motcua.capability c)
    ORDER BY rolname IN (SELECT motcua.capability_role(c.name) FROM motcua.capability c), 1
$$;
