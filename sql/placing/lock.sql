-- Before anything is changed in an installation that works: gets all of its tables and views for this transaction, so
-- that whoever calls meanwhile waits at the first table, holding nothing, and nobody is waited for later.
--
-- Whoever waits for a lock holds up all who come after; and whoever waits for one while holding others may wait for
-- somebody who waits for them (a deadlock, which the server ends at the clerk's cost). So this waits half a second at
-- most, less than the server takes to look for deadlocks, then gives back all that it had, and tries again a little
-- later, for as long as the setting motcua.patience says (60 seconds). What nobody works with is left out: anybody may
-- read installation and migration, and need not be waited for.
--
-- Whoever vacuums a table gives it up only when it is asked to, and that takes longer than is waited here: it is told.

DO $$
DECLARE
  v_patience CONSTANT interval := coalesce(nullif(current_setting('motcua.patience', true), ''), '60s')::interval;
  v_before   CONSTANT text := current_setting('lock_timeout');
  v_longest  CONSTANT interval := least('500ms', current_setting('deadlock_timeout')::interval / 2);
  v_end      CONSTANT timestamptz := clock_timestamp() + v_patience;
  v_turn     interval := v_longest / 4;
  v_names    text[];
  v_name     text;
  v_started  timestamptz;
  v_left     int;
  v_holders  text;
BEGIN
  -- In the order in which calls take them, as far as that is known: whoever has the first then waits for nobody who waits
  -- for them. A call asks what time it is, and who acts.
  SELECT array_agg(c.oid::regclass::text ORDER BY c.relname <> 'training_clock', c.relname <> 'staff', c.relkind = 'v', c.oid)
    INTO v_names FROM pg_class c
    WHERE c.relnamespace = 'motcua'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
      AND c.relname NOT IN ('installation', 'migration');
  LOOP
    BEGIN
      v_started := clock_timestamp();
      FOREACH v_name IN ARRAY v_names LOOP
        v_left := extract(epoch FROM v_turn - (clock_timestamp() - v_started)) * 1000;
        PERFORM set_config('lock_timeout', greatest(v_left, 1)::text, true);
        EXECUTE 'LOCK TABLE ' || v_name || ' IN ACCESS EXCLUSIVE MODE';
      END LOOP;
      EXIT;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      -- All that was locked in this block is free again, and those who waited for it work. The table that somebody had
      -- is asked for first the next time.
      v_names := v_name || array_remove(v_names, v_name);
      v_turn := least(v_turn * 1.5, v_longest);
    END;
    SELECT string_agg(DISTINCT format('process %s (%s%s, %s since %s)', a.pid, coalesce(a.usename, a.backend_type),
             coalesce(' by ' || nullif(a.application_name, ''), ''), coalesce(a.state, 'active'),
             to_char(coalesce(a.xact_start, a.backend_start), 'HH24:MI:SS')), ', ')
      INTO v_holders
      FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND l.locktype = 'relation'
        AND l.granted AND l.pid <> pg_backend_pid()
        AND l.relation IN (SELECT oid FROM pg_class WHERE relnamespace = 'motcua'::regnamespace
                             AND relname NOT IN ('installation', 'migration'));
    IF clock_timestamp() > v_end THEN
      RAISE EXCEPTION 'for % others have worked on this installation without a pause; nothing was changed', v_patience
        USING ERRCODE = 'lock_not_available', DETAIL = coalesce(v_holders, 'many, for a short time each'),
              HINT = 'try again when there is less to do, or end what is left open: SELECT pg_terminate_backend(process)';
    END IF;
    IF current_setting('is_superuser') = 'on' THEN
      PERFORM pg_cancel_backend(a.pid) FROM pg_stat_activity a
        WHERE a.backend_type = 'autovacuum worker' AND a.query !~ 'to prevent wraparound' AND EXISTS (
          SELECT FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
            WHERE l.pid = a.pid AND l.database = a.datid AND c.relnamespace = 'motcua'::regnamespace);
    END IF;
    PERFORM pg_sleep(0.1 + random() * 0.4);
  END LOOP;
  -- Whatever else there is to wait for, it is not for long: others wait by now.
  PERFORM set_config('lock_timeout', CASE WHEN v_before = '0' THEN '5s' ELSE v_before END, true);
END
$$;
