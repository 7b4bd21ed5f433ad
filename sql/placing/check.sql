-- After the files of sql/functions have been put in place: every body must be one that could be created now, and
-- every row of the access registry must be about a function that there is.

SET LOCAL check_function_bodies = on;

DO $$
DECLARE r record;
BEGIN
  FOR r IN
    SELECT p.oid AS id, l.lanname AS language FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
      WHERE p.pronamespace = 'motcua'::regnamespace
  LOOP
    IF r.language = 'plpgsql' THEN
      PERFORM plpgsql_validator(r.id);
    ELSE
      PERFORM fmgr_sql_validator(r.id);
    END IF;
  END LOOP;
  FOR r IN
    SELECT a.routine FROM motcua.routine_access a
      WHERE NOT EXISTS (SELECT FROM pg_proc p
        WHERE p.pronamespace = 'motcua'::regnamespace AND p.proname = a.routine)
  LOOP
    RAISE EXCEPTION 'motcua.routine_access names %, which is no function', r.routine
      USING ERRCODE = 'undefined_function', HINT = 'correct its row in sql/functions';
  END LOOP;
END
$$;
