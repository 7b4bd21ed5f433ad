-- Before the files of sql/functions are put in place again: takes away what they made the last time, so that what
-- was renamed or dropped does not stay, and no signature stands in the way.
--
-- What tables stand on (generated columns, constraints, indexes, policies, triggers) stays, and is replaced in place.
-- What somebody else has built on the rest, outside the schema, would go with it: then nothing is done, and it is named.

DELETE FROM motcua.routine_access;
-- The record of the shape: until it is written anew nothing counts as built.
DELETE FROM motcua.built;

DO $$
DECLARE v_names text; v_kept oid[]; v_views oid[]; v_routines oid[]; v_types oid[];
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
  v_views := ARRAY(SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'motcua'::regnamespace AND c.relkind = 'v');
  v_routines := ARRAY(SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'motcua'::regnamespace AND p.oid <> ALL (v_kept));
  v_types := ARRAY(SELECT t.oid FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
                     WHERE t.typnamespace = 'motcua'::regnamespace);

  -- With a view go the functions of its row type; none of what is kept may be of one.
  IF EXISTS (SELECT FROM pg_depend d JOIN pg_type t ON t.oid = d.refobjid
             WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_type'::regclass AND d.objid = ANY (v_kept)
               AND t.typrelid = ANY (v_views)) THEN
    RAISE EXCEPTION 'a function on which a table stands takes or returns rows of a view'
      USING ERRCODE = 'dependent_objects_still_exist', HINT = 'let a table not stand on it';
  END IF;

  -- Of a rule, a trigger or a column's default it is the table or view that has a schema. (A type is a view's row, what
  -- was created as a type, or an array of either.)
  SELECT string_agg(DISTINCT pg_describe_object(o.classid, o.objid, 0), ', ') INTO v_names
    FROM (
      SELECT CASE WHEN w.ev_class IS NULL THEN d.classid ELSE 'pg_class'::regclass END AS classid, coalesce(w.ev_class, d.objid) AS objid
        FROM pg_depend d LEFT JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
        WHERE d.deptype IN ('n', 'a') AND (
          d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (v_views)
          OR d.refclassid = 'pg_proc'::regclass AND d.refobjid = ANY (v_routines)
          OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (
            SELECT x.id FROM pg_type t, unnest(ARRAY[t.oid, t.typarray]) AS x (id) WHERE t.oid = ANY (v_types) OR t.typrelid = ANY (v_views)))
    ) AS o
    WHERE NOT EXISTS (
      SELECT FROM pg_proc p WHERE o.classid = 'pg_proc'::regclass AND p.oid = o.objid AND p.pronamespace = 'motcua'::regnamespace
      UNION ALL
      SELECT FROM pg_type t WHERE o.classid = 'pg_type'::regclass AND t.oid = o.objid AND t.typnamespace = 'motcua'::regnamespace
      UNION ALL
      SELECT FROM pg_class c WHERE c.relnamespace = 'motcua'::regnamespace AND c.oid = CASE o.classid
        WHEN 'pg_class'::regclass THEN o.objid
        WHEN 'pg_attrdef'::regclass THEN (SELECT x.adrelid FROM pg_attrdef x WHERE x.oid = o.objid)
        WHEN 'pg_constraint'::regclass THEN (SELECT x.conrelid FROM pg_constraint x WHERE x.oid = o.objid)
        WHEN 'pg_policy'::regclass THEN (SELECT x.polrelid FROM pg_policy x WHERE x.oid = o.objid)
        WHEN 'pg_trigger'::regclass THEN (SELECT x.tgrelid FROM pg_trigger x WHERE x.oid = o.objid)
        WHEN 'pg_statistic_ext'::regclass THEN (SELECT x.stxrelid FROM pg_statistic_ext x WHERE x.oid = o.objid) END);
  IF v_names IS NOT NULL THEN
    RAISE EXCEPTION 'what others have built on the functions and views of this schema would be lost: %', v_names
      USING ERRCODE = 'dependent_objects_still_exist',
            HINT = 'drop it (DROP VIEW, DROP FUNCTION …), migrate, and make it again; nothing was changed';
  END IF;

  SELECT string_agg(v::regclass::text, ', ') INTO v_names FROM unnest(v_views) AS v;
  IF v_names IS NOT NULL THEN EXECUTE 'DROP VIEW ' || v_names || ' CASCADE'; END IF;

  SELECT string_agg(p.oid::regprocedure::text, ', ') INTO v_names FROM pg_proc p WHERE p.oid = ANY (v_routines);
  IF v_names IS NOT NULL THEN EXECUTE 'DROP ROUTINE ' || v_names; END IF;

  SELECT string_agg(t::regtype::text, ', ') INTO v_names FROM unnest(v_types) AS t;
  IF v_names IS NOT NULL THEN EXECUTE 'DROP TYPE ' || v_names; END IF;
END
$$;

-- The order of the files is that of signatures and types; what a body calls may stand in a later file. All bodies are
-- checked when all files are in place (check.sql).
SET LOCAL check_function_bodies = off;
