-- What staff read of dossiers, behind the door: one call brings all that decide needs, one all that a person reads.
--
-- Staff have no right to the case tables themselves, for row-level security hides rows and not that they were read
-- (docs/decisions/0009); and these keep their plans, where a query under it is planned anew whenever the acting role
-- changes. Each asks motcua.may_see, or looks only at what lies under the units of who asks.

-- PL/pgSQL throughout: it keeps its plans, where a function in SQL that is not inlined is planned at every
-- call; and generic plans, because for these look-ups by key planning costs more than any other plan saves.

-- Who acts, with today's assignments. Of a login that is nobody's (the owner, an auditor's tool) staff is null.
-- reader is the role whose memberships say what they may see, none while these are stale.
CREATE TYPE motcua.caller AS (
  staff int, username text, name text, login text, units int[], roles text[], reader text
);

CREATE FUNCTION motcua.whoami() RETURNS motcua.caller LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE
  me motcua.caller; v_role text := motcua.acting_role(); v_day date := motcua.local_date(motcua.now());
BEGIN
  SELECT s.id, s.username, s.name, CASE WHEN s.stale_on <= v_day THEN NULL ELSE v_role END
    INTO me.staff, me.username, me.name, me.reader
    FROM motcua.staff s WHERE s.role_name = v_role AND s.active;
  IF NOT FOUND AND motcua.memberships_stand() THEN me.reader := v_role; END IF;
  me.login := CASE WHEN session_user = v_role THEN '' ELSE session_user END;
  SELECT coalesce(array_agg(a.unit_id ORDER BY a.unit_id, a.role), '{}'),
         coalesce(array_agg(a.role ORDER BY a.unit_id, a.role), '{}') INTO me.units, me.roles
    FROM motcua.assignment a
    WHERE a.staff_id = me.staff AND a.valid_from <= v_day AND (a.valid_to IS NULL OR v_day < a.valid_to);
  RETURN me;
END
$$;

-- The units that holder rules may come upon from a dossier: those named, what is above them, and the
-- departments of all these.
CREATE FUNCTION motcua.units_around(p_units int[]) RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE v json;
BEGIN
  WITH RECURSIVE up (id, parent_id) AS (
    SELECT u.id, u.parent_id FROM motcua.unit u WHERE u.id = ANY (p_units)
    UNION
    SELECT p.id, p.parent_id FROM up JOIN motcua.unit p ON p.id = up.parent_id
  )
  SELECT json_agg(json_build_object('id', u.id, 'code', u.code, 'name', u.name, 'tier', u.tier, 'parent', u.parent_id,
           'department', u.department, 'validFrom', nullif(u.valid_from, '-infinity'), 'validTo', u.valid_to) ORDER BY u.id)
    INTO v
    FROM (SELECT up.id FROM up
          UNION SELECT c.id FROM up JOIN motcua.unit c ON c.parent_id = up.id AND c.department IS NOT NULL) AS around
    JOIN motcua.unit u USING (id);
  RETURN v;
END
$$;

CREATE TYPE motcua.loaded AS (
  dossier_id bigint, code text, procedure_code text, workflow_version int, version int,
  state text, awaits_role text, holder int, assignee int, reception int, address int, channel text,
  received_at timestamptz, due_at timestamptz, step_due timestamptz, clock text, paused_at timestamptz,
  finished_at timestamptz, ended_at timestamptz, outcome text, portal_status smallint,
  pending_state text, pending_unit int, pending_since timestamptz, pending_back bool,
  trail_states text[], trail_units int[], participants int[], consulted int[],
  counts jsonb, data jsonb, applicant jsonb, fee_due bigint, paid bigint,
  changed_at timestamptz, changed_by int, hash bytea,
  documents json,        -- [{component, name, copies, original, sha256}] in the order they came
  consultations json,    -- [{seq, unit, askedAt, due, closedAt, outcome}], outcome null while open
  units json,            -- units_around reception, address, holder and where it came from
  now timestamptz,
  actor int, actor_login text, actor_units int[], actor_roles text[]
);

CREATE FUNCTION motcua.loaded_rows(p_ids bigint[], me motcua.caller) RETURNS SETOF motcua.loaded LANGUAGE sql STABLE AS $$
  SELECT d.dossier_id, d.code, d.procedure_code, d.workflow_version, d.version,
         d.state, d.awaits_role, d.holder, d.assignee, d.reception, d.address, d.channel,
         d.received_at, d.due_at, d.step_due, d.clock, d.paused_at,
         d.finished_at, d.ended_at, d.outcome, d.portal_status,
         d.pending_state, d.pending_unit, d.pending_since, d.pending_back,
         d.trail_states, d.trail_units, d.participants, d.consulted,
         d.counts, d.data, d.applicant, d.fee_due, d.paid,
         d.changed_at, d.changed_by, d.hash,
         coalesce((SELECT json_agg(json_build_object('component', f.component, 'name', f.name, 'copies', f.copies,
                    'original', f.original, 'sha256', encode(f.sha256, 'hex')) ORDER BY f.seq, f.no)
                    FROM motcua.document f WHERE f.dossier_id = d.dossier_id), '[]'),
         coalesce((SELECT json_agg(json_build_object('seq', c.seq, 'unit', c.unit_id, 'askedAt', c.asked_at, 'due', c.due,
                    'closedAt', c.closed_at,
                    'outcome', CASE c.status WHEN 'lapsed' THEN 'lapsed' ELSE c.opinion END)
                      ORDER BY c.seq, c.no)
                    FROM motcua.consultation c WHERE c.dossier_id = d.dossier_id), '[]'),
         motcua.units_around(ARRAY[d.reception, d.address, d.holder, d.trail_units[cardinality(d.trail_units)]]),
         motcua.now(), me.staff, me.login, me.units, me.roles
    FROM motcua.dossier d
    WHERE d.dossier_id = ANY (p_ids)
$$;

-- The units whose dossiers a reader may see.
CREATE FUNCTION motcua.units_seen(p_reader text) RETURNS int[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF pg_has_role(p_reader, to_regrole(motcua.capability_role('auditor'))::oid, 'USAGE') THEN
    RETURN ARRAY(SELECT u.id FROM motcua.unit u);
  END IF;
  RETURN ARRAY(SELECT u.id FROM motcua.unit u
    WHERE pg_has_role(p_reader, to_regrole(motcua.unit_role(u.id))::oid, 'USAGE'));
END
$$;

-- The dossier that a code, or the end of one, names, among what the actor may see: first on their own desks, so
-- that "0042" means today's at this counter; then among what their units received; then anywhere. And first a
-- whole number, so that it does not mean 10042.
CREATE FUNCTION motcua.find_dossier(p_name text, p_me motcua.caller) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_reader CONSTANT text := p_me.reader; v_desks CONSTANT int[] := p_me.units;
  v_ends CONSTANT text[] := ARRAY[reverse('-' || p_name), reverse(p_name)];
  v_low text COLLATE "C"; v_high text COLLATE "C";
  v_found bigint[];
  -- Anywhere, a short ending may fit a hundred thousand: so many are looked at, then a longer one is asked for.
  v_most CONSTANT int := 5000; v_looked int := 0;
BEGIN
  IF coalesce(p_name, '') = '' THEN PERFORM motcua.raise_refusal(motcua.no_such_dossier('')); END IF;
  SELECT array_agg(dossier_id) INTO v_found FROM motcua.dossier d
    WHERE reverse(d.code) COLLATE "C" = v_ends[2]
      AND (pg_has_role(v_reader, to_regrole(motcua.unit_role(d.holder))::oid, 'USAGE')
           OR motcua.may_see(v_reader, d.holder, d.pending_unit, d.participants));
  IF v_found IS NOT NULL THEN RETURN v_found[1]; END IF;
  FOREACH v_low IN ARRAY v_ends LOOP
    v_high := v_low || U&'\+10FFFF';
    SELECT array_agg(dossier_id) INTO v_found FROM (
      SELECT d.dossier_id FROM motcua.dossier d
        WHERE d.ended_at IS NULL AND d.holder = ANY (v_desks)
          AND reverse(d.code) COLLATE "C" >= v_low AND reverse(d.code) COLLATE "C" < v_high
      UNION
      SELECT d.dossier_id FROM motcua.dossier d
        WHERE d.pending_unit = ANY (v_desks)
          AND reverse(d.code) COLLATE "C" >= v_low AND reverse(d.code) COLLATE "C" < v_high
      LIMIT 10) AS mine;
    EXIT WHEN v_found IS NOT NULL;
  END LOOP;
  IF v_found IS NULL THEN
    FOREACH v_low IN ARRAY v_ends LOOP
      v_high := v_low || U&'\+10FFFF';
      SELECT array_agg(dossier_id) INTO v_found FROM (
        SELECT d.dossier_id FROM unnest(v_desks) AS u (id), LATERAL (
          SELECT x.dossier_id FROM motcua.dossier x
            WHERE x.reception = u.id
              AND reverse(x.code) COLLATE "C" >= v_low AND reverse(x.code) COLLATE "C" < v_high
            LIMIT 10) AS d
        LIMIT 10) AS ours;
      EXIT WHEN v_found IS NOT NULL;
    END LOOP;
  END IF;
  IF v_found IS NULL THEN
    FOREACH v_low IN ARRAY v_ends LOOP
      v_high := v_low || U&'\+10FFFF';
      SELECT array_agg(c.dossier_id) FILTER (WHERE motcua.may_see(v_reader, c.holder, c.pending_unit, c.participants)),
             count(*)
        INTO v_found, v_looked FROM (
          SELECT d.dossier_id, d.holder, d.pending_unit, d.participants FROM motcua.dossier d
            WHERE reverse(d.code) COLLATE "C" >= v_low AND reverse(d.code) COLLATE "C" < v_high
            LIMIT v_most + 1) AS c;
      EXIT WHEN v_found IS NOT NULL OR v_looked > v_most;
    END LOOP;
  END IF;
  -- The one that was found among the first so many need not be the only one.
  IF cardinality(v_found) > 1 OR v_looked > v_most THEN
    RAISE EXCEPTION '"%" is the end of more than one code', p_name
      USING ERRCODE = 'MC001', HINT = 'give more of the code',
        DETAIL = (SELECT json_build_object('dossier', p_name, 'ambiguous', true,
            'candidates', coalesce(json_agg(json_build_object(
              'code', d.code, 'state', d.state, 'holder', d.holder, 'applicant', d.applicant_name) ORDER BY d.code), '[]'))
          FROM motcua.dossier d WHERE d.dossier_id = ANY (v_found[1:10]));
  END IF;
  IF v_found IS NULL THEN PERFORM motcua.raise_refusal(motcua.no_such_dossier(p_name)); END IF;
  RETURN v_found[1];
END
$$;

-- The same for whoever asks.
CREATE FUNCTION motcua.dossier_named(p_name text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN motcua.find_dossier(p_name, motcua.whoami());
END
$$;

CREATE FUNCTION motcua.load(p_name text) RETURNS SETOF motcua.loaded
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE me motcua.caller := motcua.whoami(); v_id bigint := motcua.find_dossier(p_name, me);
BEGIN
  RETURN QUERY SELECT * FROM motcua.loaded_rows(ARRAY[v_id], me);
END
$$;

-- Those of the ids that the actor may see, in no order; the others are simply not there.
CREATE FUNCTION motcua.load_many(p_ids bigint[]) RETURNS SETOF motcua.loaded
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE me motcua.caller := motcua.whoami();
BEGIN
  RETURN QUERY SELECT l.* FROM motcua.loaded_rows(p_ids, me) AS l
    WHERE motcua.may_see(me.reader, l.holder, l.pending_unit, l.participants);
END
$$;

-- A dossier as a person reads it, by its code or any unambiguous end of it: the row, and what belongs to it.
CREATE FUNCTION motcua.case_named(p_name text)
RETURNS TABLE (d motcua.dossier, documents json, payments json, consultations json, handovers json)
LANGUAGE plpgsql STABLE ROWS 1 SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE v_id bigint := motcua.find_dossier(p_name, motcua.whoami());
BEGIN
  RETURN QUERY
  SELECT d,
         (SELECT coalesce(json_agg(json_build_object('component', f.component, 'name', f.name, 'copies', f.copies,
                   'original', f.original, 'sha256', encode(f.sha256, 'hex'), 'at', f.at) ORDER BY f.seq, f.no), '[]')
            FROM motcua.document f WHERE f.dossier_id = v_id),
         (SELECT coalesce(json_agg(json_build_object('amount', y.amount, 'method', y.method, 'receipt', y.receipt,
                   'at', y.at) ORDER BY y.seq), '[]')
            FROM motcua.payment y WHERE y.dossier_id = v_id),
         (SELECT coalesce(json_agg(json_build_object('unit', (SELECT u.code FROM motcua.unit u WHERE u.id = k.unit_id),
                   'name', (SELECT u.name FROM motcua.unit u WHERE u.id = k.unit_id), 'askedAt', k.asked_at,
                   'due', k.due, 'status', k.status, 'closedAt', k.closed_at, 'opinion', k.opinion, 'text', k.answer)
                   ORDER BY k.seq, k.unit_id), '[]')
            FROM motcua.consultation k WHERE k.dossier_id = v_id),
         (SELECT coalesce(json_agg(json_build_object(
                   'from', (SELECT u.code FROM motcua.unit u WHERE u.id = o.from_unit), 'fromName', (SELECT u.name FROM motcua.unit u WHERE u.id = o.from_unit),
                   'to', (SELECT u.code FROM motcua.unit u WHERE u.id = o.to_unit), 'toName', (SELECT u.name FROM motcua.unit u WHERE u.id = o.to_unit),
                   'state', o.to_state, 'back', o.back, 'sentAt', o.sent_at,
                   'sentBy', (SELECT s.username FROM motcua.staff s WHERE s.id = o.sent_by),
                   'sentByName', (SELECT s.name FROM motcua.staff s WHERE s.id = o.sent_by),
                   'stepDue', o.step_due, 'result', o.result, 'closedAt', o.closed_at,
                   'closedBy', (SELECT s.username FROM motcua.staff s WHERE s.id = o.closed_by),
                   'closedByName', (SELECT s.name FROM motcua.staff s WHERE s.id = o.closed_by),
                   'reason', o.reason) ORDER BY o.seq), '[]')
            FROM motcua.handover o WHERE o.dossier_id = v_id)
    FROM motcua.dossier d WHERE d.dossier_id = v_id;
END
$$;

-- The events of a dossier, in no order; none of one that the reader may not see. (Its plan may be one for this
-- dossier alone: that is of one year, where a generic one would be of all.)
CREATE FUNCTION motcua.events_of(p_dossier bigint) RETURNS SETOF motcua.dossier_event
LANGUAGE plpgsql STABLE ROWS 15 SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE me motcua.caller := motcua.whoami();
BEGIN
  IF EXISTS (SELECT FROM motcua.dossier d
             WHERE d.dossier_id = p_dossier AND motcua.may_see(me.reader, d.holder, d.pending_unit, d.participants)) THEN
    RETURN QUERY SELECT * FROM motcua.dossier_event e WHERE e.dossier_id = p_dossier;
  END IF;
END
$$;

-- Dossiers by the applicant's name or a beginning or an ending of it, whatever its accents, case and tone placement:
-- the first so many of the alphabet from either end, newest first. Reads nothing but what the reader's units may see:
-- other plans than by these indexes, which might be quicker while the tables are small, would.
CREATE FUNCTION motcua.dossiers_of_applicant(p_name text, p_limit int) RETURNS SETOF motcua.dossier
LANGUAGE plpgsql STABLE ROWS 20 SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  v_low CONSTANT text COLLATE "C" := motcua.fold(p_name);
  v_high CONSTANT text COLLATE "C" := v_low || U&'\+10FFFF';
  v_low_rev CONSTANT text COLLATE "C" := motcua.reverse_words(v_low);
  v_high_rev CONSTANT text COLLATE "C" := v_low_rev || U&'\+10FFFF';
  v_units CONSTANT int[] := motcua.units_seen((motcua.whoami()).reader);
BEGIN
  RETURN QUERY
  WITH found AS (
    (SELECT x.dossier_id FROM unnest(v_units) AS u (id), LATERAL (
       SELECT a.name, a.dossier_id FROM motcua.applicant a
         WHERE a.unit_id = u.id AND a.name >= v_low AND a.name < v_high
         ORDER BY a.name, a.dossier_id LIMIT p_limit) AS x
       GROUP BY x.name, x.dossier_id ORDER BY x.name, x.dossier_id LIMIT p_limit)
    UNION
    (SELECT x.dossier_id FROM unnest(v_units) AS u (id), LATERAL (
       SELECT a.rev, a.dossier_id FROM motcua.applicant a
         WHERE a.unit_id = u.id AND a.rev >= v_low_rev AND a.rev < v_high_rev
         ORDER BY a.rev, a.dossier_id LIMIT p_limit) AS x
       GROUP BY x.rev, x.dossier_id ORDER BY x.rev, x.dossier_id LIMIT p_limit)
  )
  SELECT d.* FROM found JOIN motcua.dossier d USING (dossier_id) ORDER BY d.dossier_id DESC LIMIT p_limit;
END
$$;

-- How many open dossiers of each workflow version the reader may see.
CREATE FUNCTION motcua.open_dossiers() RETURNS TABLE (workflow_version int, open bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_reader CONSTANT text := (motcua.whoami()).reader;
  v_all CONSTANT bool := pg_has_role(v_reader, to_regrole(motcua.capability_role('auditor'))::oid, 'USAGE');
  v_units CONSTANT int[] := CASE WHEN NOT v_all THEN motcua.units_seen(v_reader) END;
BEGIN
  RETURN QUERY
  SELECT d.workflow_version, count(*) FROM motcua.dossier d
    WHERE d.ended_at IS NULL
      AND (v_all OR d.dossier_id IN (SELECT a.dossier_id FROM motcua.applicant a WHERE a.unit_id = ANY (v_units)))
    GROUP BY d.workflow_version;
END
$$;
