-- Leases: which of several processes does the work that only one may do at a time, by a term that the database gives.
--
-- Time is the server's own (clock_timestamp, not the clock of a training installation), so no machine's clock matters.
-- A transaction that works under a term holds a lock on its row (check_term): as long as it runs the term cannot
-- end, and what it writes stands before the next term begins.

-- Takes the task for a holder, if nobody has it. free_in: seconds until it can be had, where somebody has it.
-- A call that is repeated because its answer was lost finds the term it was given.
CREATE OR REPLACE FUNCTION motcua.take_lease(p_task text, p_holder uuid, p_seconds float8)
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
  -- (No term is longer than an hour: one that ends later is of a clock that has been set back since.)
  IF l.holder IS DISTINCT FROM p_holder AND l.expires_at > v_now AND l.expires_at <= v_now + interval '1 hour' THEN
    RETURN QUERY SELECT l.term, false, extract(epoch FROM l.expires_at - v_now)::float8;
    RETURN;
  END IF;
  v_end := v_now + make_interval(secs => p_seconds);
  RETURN QUERY UPDATE motcua.lease x SET holder = p_holder, expires_at = v_end,
      term = x.term + CASE WHEN l.holder = p_holder AND l.expires_at > v_now THEN 0 ELSE 1 END
    WHERE x.task = p_task RETURNING x.term, true, 0::float8;
END
$$;

-- Prolongs a term: 'renewed'; 'busy' where somebody holds its row: a transaction that works under the term and keeps it,
-- or one that is taking it, which the next look shows; 'lost' where it is over.
CREATE OR REPLACE FUNCTION motcua.renew_lease(p_task text, p_holder uuid, p_term bigint, p_seconds float8) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  IF p_seconds IS NULL OR p_seconds NOT BETWEEN 0.1 AND 3600 THEN
    RAISE EXCEPTION 'a term is prolonged by 0.1 to 3600 seconds'
      USING ERRCODE = 'invalid_parameter_value', HINT = 'correct the setting lease.length';
  END IF;
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
CREATE OR REPLACE FUNCTION motcua.release_lease(p_task text, p_holder uuid, p_term bigint) RETURNS bool
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
CREATE OR REPLACE FUNCTION motcua.check_term(p_task text, p_holder uuid, p_term bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  PERFORM FROM motcua.lease x WHERE x.task = p_task AND x.holder = p_holder AND x.term = p_term FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'term % of the task % is over', p_term, p_task
      USING ERRCODE = 'MC018', DETAIL = json_build_object('task', p_task, 'term', p_term),
            HINT = 'another process does it now; take the lease again';
  END IF;
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('take_lease', 'owner', '{service}'),
  ('renew_lease', 'owner', '{service}'),
  ('release_lease', 'owner', '{service}'),
  ('check_term', 'owner', '{service}');
