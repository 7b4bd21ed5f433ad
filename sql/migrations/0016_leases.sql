-- Processes that stay: leases, and what wakes a service that waits.

CREATE TABLE motcua.lease (
  task       text PRIMARY KEY CHECK (task ~ '^[a-z][a-z0-9_]{0,39}$'),
  term       bigint NOT NULL DEFAULT 0 CHECK (term >= 0),
  holder     uuid,
  expires_at timestamptz,
  CHECK ((holder IS NULL) = (expires_at IS NULL))
);
COMMENT ON TABLE motcua.lease IS
  'Who does what only one process may do at a time. term: grows with every holder. holder: a number that a process '
  'chose for itself. expires_at: by the server''s clock, when others may take it';

-- Leases: which of several processes does the work that only one may do at a time, by a term that the database gives.
--
-- Time is the server's own (clock_timestamp, not the clock of a training installation), so no machine's clock matters.
-- A transaction that works under a term holds a lock on its row (check_term): as long as it runs the term cannot
-- end, and what it writes stands before the next term begins.

-- Takes the task for a holder, if nobody has it. free_in: seconds until it can be had, where somebody has it.
-- A call that is repeated because its answer was lost finds the term it was given.
CREATE FUNCTION motcua.take_lease(p_task text, p_holder uuid, p_seconds float8)
RETURNS TABLE (term bigint, is_mine bool, free_in float8)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE l motcua.lease; v_now timestamptz; v_end timestamptz;
BEGIN
  IF p_holder IS NULL OR p_seconds IS NULL OR p_seconds NOT BETWEEN 0.1 AND 3600 THEN
    RAISE EXCEPTION 'a lease is taken by a holder, for 0.1 to 3600 seconds'
      USING ERRCODE = 'invalid_parameter_value', HINT = 'correct the setting lease.length';
  END IF;
  INSERT INTO motcua.lease (task) VALUES (p_task) ON CONFLICT DO NOTHING;
  -- Locked by others: somebody works under its present term, or is taking it.
  SELECT * INTO l FROM motcua.lease x WHERE x.task = p_task FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN QUERY SELECT x.term, false, greatest(0, extract(epoch FROM x.expires_at - clock_timestamp()))::float8
      FROM motcua.lease x WHERE x.task = p_task;
    RETURN;
  END IF;
  v_now := clock_timestamp();
  IF l.holder IS DISTINCT FROM p_holder AND l.expires_at > v_now THEN
    RETURN QUERY SELECT l.term, false, extract(epoch FROM l.expires_at - v_now)::float8;
    RETURN;
  END IF;
  v_end := v_now + make_interval(secs => p_seconds);
  RETURN QUERY UPDATE motcua.lease x SET holder = p_holder, expires_at = v_end,
      term = x.term + CASE WHEN l.holder = p_holder AND l.expires_at > v_now THEN 0 ELSE 1 END
    WHERE x.task = p_task RETURNING x.term, true, 0::float8;
END
$$;

-- Prolongs a term: 'renewed'; 'busy' where a transaction that works under it keeps it anyway; 'lost' where it is over.
CREATE FUNCTION motcua.renew_lease(p_task text, p_holder uuid, p_term bigint, p_seconds float8) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  PERFORM FROM motcua.lease x WHERE x.task = p_task AND x.holder = p_holder AND x.term = p_term
    FOR NO KEY UPDATE SKIP LOCKED;
  IF FOUND THEN
    UPDATE motcua.lease x SET expires_at = clock_timestamp() + make_interval(secs => p_seconds)
      WHERE x.task = p_task;
    RETURN 'renewed';
  END IF;
  PERFORM FROM motcua.lease x WHERE x.task = p_task AND x.holder = p_holder AND x.term = p_term;
  RETURN CASE WHEN FOUND THEN 'busy' ELSE 'lost' END;
END
$$;

-- Gives a term back before its time, and says so to those who wait. Returns whether it was still the holder's.
CREATE FUNCTION motcua.release_lease(p_task text, p_holder uuid, p_term bigint) RETURNS bool
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  UPDATE motcua.lease x SET holder = NULL, expires_at = NULL
    WHERE x.task = p_task AND x.holder = p_holder AND x.term = p_term;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM pg_notify('motcua', 'lease ' || p_task);
  RETURN true;
END
$$;

-- First in every transaction that works under a term: refuses where it is over, else keeps it from ending.
CREATE FUNCTION motcua.check_term(p_task text, p_holder uuid, p_term bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  PERFORM FROM motcua.lease x WHERE x.task = p_task AND x.holder = p_holder AND x.term = p_term FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'term % of the task % is over', p_term, p_task
      USING ERRCODE = 'MC016', DETAIL = json_build_object('task', p_task, 'term', p_term),
            HINT = 'another process does it now; take the lease again';
  END IF;
END
$$;
-- The keeper of the day: what a service does that keeps an installation in order while nobody is looking.

-- All that the keeper decides on, in one row.
--   clock                  the server's clock; now: the installation's, which in training may be ahead
--   years_through          the last year, from this one on without a gap, whose events have a partition of their own
--   calendar_ends          the last day of the working calendar
--   holidays_through       the last year, from this one on without a gap, that has a holiday
CREATE FUNCTION motcua.keeping_facts()
RETURNS TABLE (clock timestamptz, now timestamptz, today date, settled_on date, seconds_to_midnight float8,
  years_through int, calendar_ends date, holidays_through int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE v_now CONSTANT timestamptz := motcua.now(); v_today CONSTANT date := motcua.local_date(v_now);
  v_year int := extract(year FROM v_today); v_years int; v_holidays int;
BEGIN
  v_years := v_year - 1;
  WHILE to_regclass('motcua.dossier_event_' || v_years + 1) IS NOT NULL LOOP v_years := v_years + 1; END LOOP;
  v_holidays := v_year - 1;
  WHILE EXISTS (SELECT FROM motcua.calendar_day d WHERE d.kind = 'holiday'
      AND d.day BETWEEN make_date(v_holidays + 1, 1, 1) AND make_date(v_holidays + 1, 12, 31))
  LOOP v_holidays := v_holidays + 1; END LOOP;
  RETURN QUERY SELECT clock_timestamp(), v_now, v_today, s.day,
      extract(epoch FROM (v_today + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' - v_now)::float8,
      v_years, (SELECT max(i.day) FROM motcua.calendar_index i), v_holidays
    FROM motcua.settled_day s;
END
$$;

-- Gives the events of this year and the next ones a partition each, where they have none. Returns the years added.
-- Making a partition shuts out readers and writers of events for a moment. To get that moment it waits no longer than
-- two seconds: while it waits nobody else gets at them either.
CREATE FUNCTION motcua.keep_event_years(p_ahead int) RETURNS int[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp SET lock_timeout = '2s' AS $$
DECLARE v_this CONSTANT int := extract(year FROM motcua.local_date(motcua.now())); v_added int[] := '{}'; y int;
BEGIN
  FOR y IN v_this .. v_this + least(greatest(p_ahead, 0), 50) LOOP
    CONTINUE WHEN to_regclass('motcua.dossier_event_' || y) IS NOT NULL;
    PERFORM motcua.add_event_year(y);
    v_added := v_added || y;
  END LOOP;
  RETURN v_added;
END
$$;

-- A trigger's: wakes the services that wait on the channel motcua; its argument says what has changed.
CREATE FUNCTION motcua.announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_catalog.pg_notify('motcua', TG_ARGV[0]);
  RETURN NULL;
END
$$;

CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON motcua.calendar_day
  FOR EACH STATEMENT EXECUTE FUNCTION motcua.announce('calendar');

DO $$
BEGIN
  IF to_regclass('motcua.training_clock') IS NOT NULL THEN
    CREATE TRIGGER announce AFTER UPDATE ON motcua.training_clock
      FOR EACH STATEMENT EXECUTE FUNCTION motcua.announce('clock');
  END IF;
END
$$;
