-- Before the files of sql/functions are put in place again: takes away what they made the last time, so that what
-- was renamed or dropped does not stay, and no signature stands in the way.
--
-- What tables stand on (generated columns, constraints, indexes, policies, triggers) stays, and is replaced in place.

DELETE FROM motcua.routine_access;
-- The record of the shape: until it is written anew nothing counts as built.
DELETE FROM motcua.built;

DO $$
DECLARE v_names text; v_kept oid[];
BEGIN
  v_kept := ARRAY(
    WITH RECURSIVE kept (id) AS (
      SELECT d.refobjid FROM pg_depend d
        WHERE d.refclassid = 'pg_proc'::regclass
          AND d.classid IN ('pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass, 'pg_class'::regclass)
      UNION
      SELECT d.refobjid FROM kept k JOIN pg_depend d ON d.objid = k.id
        WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_proc'::regclass
    )
    SELECT k.id FROM kept k);

  -- With a view go the functions of its row type; none of what is kept may be of one.
  IF EXISTS (SELECT FROM pg_depend d JOIN pg_type t ON t.oid = d.refobjid JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'v'
             WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_type'::regclass AND d.objid = ANY (v_kept)) THEN
    RAISE EXCEPTION 'a function on which a table stands takes or returns rows of a view'
      USING ERRCODE = 'dependent_objects_still_exist', HINT = 'let a table not stand on it';
  END IF;
  SELECT string_agg(c.oid::regclass::text, ', ') INTO v_names
    FROM pg_class c WHERE c.relnamespace = 'motcua'::regnamespace AND c.relkind = 'v';
  IF v_names IS NOT NULL THEN EXECUTE 'DROP VIEW ' || v_names || ' CASCADE'; END IF;

  SELECT string_agg(p.oid::regprocedure::text, ', ') INTO v_names
    FROM pg_proc p WHERE p.pronamespace = 'motcua'::regnamespace AND p.oid <> ALL (v_kept);
  IF v_names IS NOT NULL THEN EXECUTE 'DROP ROUTINE ' || v_names; END IF;

  SELECT string_agg(t.oid::regtype::text, ', ') INTO v_names
    FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
    WHERE t.typnamespace = 'motcua'::regnamespace;
  IF v_names IS NOT NULL THEN EXECUTE 'DROP TYPE ' || v_names; END IF;
END
$$;

-- The order of the files is that of signatures and types; what a body calls may stand in a later file. All bodies are
-- checked when all files are in place (check.sql).
SET LOCAL check_function_bodies = off;
