-- Before the files of sql/functions are put in place again: takes away what they made the last time, so that what
-- was renamed or dropped does not stay, and no signature stands in the way.
--
-- What tables stand on (generated columns, constraints, indexes, policies, triggers) stays, and is replaced in place.

DELETE FROM motcua.routine_access;

DO $$
DECLARE v_names text;
BEGIN
  SELECT string_agg(c.oid::regclass::text, ', ') INTO v_names
    FROM pg_class c WHERE c.relnamespace = 'motcua'::regnamespace AND c.relkind = 'v';
  IF v_names IS NOT NULL THEN EXECUTE 'DROP VIEW ' || v_names; END IF;

  WITH RECURSIVE kept (id) AS (
    SELECT d.refobjid FROM pg_depend d
      WHERE d.refclassid = 'pg_proc'::regclass AND d.classid <> 'pg_proc'::regclass
    UNION
    SELECT d.refobjid FROM kept k JOIN pg_depend d ON d.objid = k.id
      WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_proc'::regclass
  )
  SELECT string_agg(p.oid::regprocedure::text, ', ') INTO v_names
    FROM pg_proc p WHERE p.pronamespace = 'motcua'::regnamespace AND p.oid NOT IN (SELECT k.id FROM kept k);
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
