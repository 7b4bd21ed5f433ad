-- One step on one dossier: the door's short way for the steps that clerks take all day, beside the whole way.
--
-- What is plain is judged and written here by two statements: a remark, a move, a step back, the taking of a handover,
-- without conditions, consultations or pauses, with {} or one plain text. All else, every refusal, and every dossier
-- that somebody else holds locked go to motcua.act_many, which says the same of plain steps and costs more for one
-- (docs/decisions/0018; Tests/sql/twins.sql holds the two together).
--
-- needs: act.sql, texts.sql

-- The number of the event that the step became.
CREATE OR REPLACE FUNCTION motcua.act(
  p_code text, p_version int, p_action text, p_to text, p_payload text, p_request text DEFAULT NULL
) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  v_role CONSTANT text := motcua.acting_role();
  v_login CONSTANT text := CASE WHEN session_user = v_role THEN '' ELSE session_user END;
  v_now timestamptz; v_day date;
  r record; v_step timestamptz; v_seq int; v_ok bool; v_paper jsonb;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' OR NOT motcua.is_plain_payload(p_payload)
     OR NOT motcua.is_request_id(p_request) THEN
    RETURN motcua.act_whole(p_code, p_version, p_action, p_to, p_payload, p_request);
  END IF;
  IF p_request IS NOT NULL THEN
    -- (As motcua.claim_requests does; before any lock, as there.)
    INSERT INTO motcua.request (actor, id, digest, at)
      SELECT t.id, p_request, motcua.request_digest(p_code, p_version::text, p_action, p_to, p_payload), motcua.now()
        FROM motcua.staff t WHERE t.role_name = v_role
      ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN RETURN motcua.act_whole(p_code, p_version, p_action, p_to, p_payload, p_request); END IF;
  END IF;

  -- (After the request, which may have waited for the same one in another session.)
  v_now := motcua.now();
  v_day := motcua.local_date(v_now);
  -- Locked without waiting. Whoever is assigned to the unit that
  -- acts, and has its role, sees the dossier.
  SELECT s.dossier_id, s.version, s.workflow_version, s.holder, s.state, s.due_at, s.step_due, s.hash, s.pending_unit, s.pending_seq,
         t.id AS staff,
         f.data, w.to_state AS target, w.effect, w.needs_papers, w.papers, w.papers_when, w.next_role, w.time_amount, w.time_unit, w.portal, s.portal_status, w.effect = 'back' AS back,
         CASE WHEN w.needs_papers THEN ARRAY(SELECT x.component FROM motcua.document x
           WHERE x.dossier_id = s.dossier_id AND x.component IS NOT NULL) END AS have,
         CASE
           WHEN w.effect IN ('note', 'take') OR w.effect = 'back' AND s.trail_units[cardinality(s.trail_units)] = s.holder THEN s.holder
           WHEN w.effect = 'move' AND w.is_base THEN (SELECT u.id FROM motcua.unit u
             WHERE u.id = CASE w.holder_base WHEN 'current' THEN s.holder WHEN 'reception' THEN f.reception ELSE f.address END
               AND (w.holder_base = 'current' OR u.valid_from <= v_day AND (u.valid_to IS NULL OR v_day < u.valid_to)))
           WHEN w.effect = 'move' THEN motcua.resolve_unit(w.holder_base, w.holder_parent, w.holder_tier, w.holder_department,
             f.reception, f.address, s.holder, v_day)
         END AS goes
    INTO r
    FROM motcua.staff t, motcua.application f, motcua.standing s, motcua.workflow_step w
    WHERE t.role_name = v_role AND t.active AND NOT t.service AND (t.stale_on <= v_day) IS NOT TRUE
      AND reverse(f.code) COLLATE "C" = reverse(p_code) COLLATE "C" AND s.dossier_id = f.dossier_id
      AND w.version_id = s.workflow_version AND w.from_state = s.state AND w.action = p_action
      AND (w.to_state = p_to OR p_to IS NULL AND w.is_only)
      AND w.is_plain AND (s.version = p_version OR p_version IS NULL) AND s.ended_at IS NULL AND s.changed_at <= v_now
      AND s.consulted = '{}' AND f.data ?& w.needs_data
      AND CASE w.effect WHEN 'note' THEN true
            WHEN 'take' THEN s.pending_state = w.to_state AND NOT s.pending_back
            WHEN 'move' THEN s.pending_unit IS NULL
            ELSE s.pending_unit IS NULL AND s.trail_states[cardinality(s.trail_states)] = w.to_state END
      AND EXISTS (SELECT FROM motcua.assignment a
        WHERE a.staff_id = t.id AND a.unit_id = CASE WHEN w.effect = 'take' THEN s.pending_unit ELSE s.holder END
          AND a.role = ANY (w.roles) AND a.valid_from <= v_day AND (a.valid_to IS NULL OR v_day < a.valid_to))
      AND pg_has_role(v_role, to_regrole(motcua.unit_role(CASE WHEN w.effect = 'take' THEN s.pending_unit ELSE s.holder END))::oid, 'USAGE')
      AND (w.must = '{}' OR motcua.has_plain_text(p_payload, w.must[1]))
    FOR NO KEY UPDATE OF s SKIP LOCKED;
  IF r.goes IS NULL THEN
    RETURN motcua.act_whole(p_code, p_version, p_action, p_to, p_payload, p_request);
  END IF;
  IF r.needs_papers THEN
    -- (Of a row that was changed while it was being locked, standing is read anew and its application is not; which
    -- papers are needed follows from the data. Fields and papers once there stay.)
    IF r.papers_when <> '[]' THEN SELECT f.data INTO r.data FROM motcua.application f WHERE f.dossier_id = r.dossier_id; END IF;
    v_ok := r.papers <@ r.have;
    FOR i IN 1..jsonb_array_length(r.papers_when) LOOP
      v_paper := r.papers_when -> (i - 1);
      v_ok := v_ok AND (v_paper ? 'fits') AND (NOT r.data @> (v_paper -> 'fits') OR (v_paper ->> 'id') = ANY (r.have));
    END LOOP;
    IF v_ok IS NOT TRUE THEN RETURN motcua.act_whole(p_code, p_version, p_action, p_to, p_payload, p_request); END IF;
  END IF;

  IF r.effect = 'note' THEN
    WITH u AS (
      UPDATE motcua.standing s SET version = r.version + 1, changed_at = v_now, changed_by = r.staff,
          counts = s.counts || jsonb_build_object(p_action, coalesce((s.counts ->> p_action)::int, 0) + 1),
          hash = motcua.event_hash(r.hash, r.dossier_id, r.version + 1, v_now, r.staff, v_login, r.holder, p_action, r.state, r.state, '',
            r.holder, nullif(r.due_at, 'infinity'), nullif(r.step_due, 'infinity'), '{}', r.workflow_version, p_payload)
        WHERE s.dossier_id = r.dossier_id AND s.version = r.version RETURNING s.hash)
    INSERT INTO motcua.dossier_event (dossier_id, seq, at, actor, login, unit, action, from_state, to_state, unit_to,
        due, step_due, workflow_version, payload, prev_hash, hash)
      SELECT r.dossier_id, r.version + 1, v_now, r.staff, v_login, r.holder, p_action, r.state, r.state, r.holder,
             nullif(r.due_at, 'infinity'), nullif(r.step_due, 'infinity'), r.workflow_version, p_payload::json, r.hash, u.hash FROM u
      RETURNING seq INTO v_seq;
  ELSIF r.goes = r.holder OR r.effect = 'take' THEN
    IF r.time_amount IS NULL THEN
      v_step := 'infinity';
    ELSIF r.time_unit = 'working_hour' THEN
      -- (As motcua.advance counts, without the call.)
      SELECT y.opens_at + (x.target - y.us_before) * interval '1 microsecond' INTO v_step
        FROM (SELECT w.closes_at, r.time_amount * 3600000000 + w.us_before
                     + (extract(epoch FROM least(v_now, w.closes_at) - w.opens_at) * 1000000)::bigint AS target
                FROM motcua.working_session w WHERE w.opens_at <= v_now ORDER BY w.opens_at DESC, w.closes_at DESC LIMIT 1) AS x,
             LATERAL (SELECT w.opens_at, w.us_before, w.closes_at FROM motcua.working_session w WHERE w.us_before < x.target
                ORDER BY w.us_before DESC, w.opens_at DESC, w.closes_at DESC LIMIT 1) AS y
        WHERE x.closes_at IS NOT NULL AND y.closes_at IS NOT NULL;
    ELSE
      v_step := motcua.due_at(v_now, r.time_amount, r.time_unit, true);
    END IF;
    IF v_step IS NULL THEN RETURN motcua.act_whole(p_code, p_version, p_action, p_to, p_payload, p_request); END IF;
    IF r.effect = 'take' THEN
      WITH u AS (
        UPDATE motcua.standing s SET version = r.version + 1, changed_at = v_now, changed_by = r.staff,
            counts = s.counts || jsonb_build_object(p_action, coalesce((s.counts ->> p_action)::int, 0) + 1),
            hash = motcua.event_hash(r.hash, r.dossier_id, r.version + 1, v_now, r.staff, v_login, r.pending_unit, p_action, r.state, r.target, '',
              r.pending_unit, nullif(r.due_at, 'infinity'), nullif(v_step, 'infinity'), '{}', r.workflow_version, p_payload),
            state = r.target, holder = r.pending_unit, waits_at = r.pending_unit, assignee = 0,
            pending_state = NULL, pending_unit = NULL, pending_since = NULL, pending_seq = NULL,
            participants = CASE WHEN r.pending_unit = ANY (s.participants) THEN s.participants ELSE s.participants || r.pending_unit END,
            awaits_role = r.next_role, step_due = v_step, next_due = least(v_step, s.due_at),
            portal_status = coalesce(r.portal, s.portal_status),
            trail_states = s.trail_states || s.state, trail_units = s.trail_units || s.holder
          WHERE s.dossier_id = r.dossier_id AND s.version = r.version RETURNING s.hash
      ), h AS (
        UPDATE motcua.handover h SET result = 'taken', closed_at = v_now, closed_by = r.staff, closed_seq = r.version + 1,
            reason = p_payload::json ->> 'reason'
          FROM u WHERE h.dossier_id = r.dossier_id AND h.seq = r.pending_seq
      ), o AS (
        INSERT INTO motcua.portal_outbox (dossier_id, seq, status)
          SELECT r.dossier_id, r.version + 1, r.portal FROM u WHERE r.portal IS NOT NULL AND r.portal IS DISTINCT FROM r.portal_status)
      INSERT INTO motcua.dossier_event (dossier_id, seq, at, actor, login, unit, action, from_state, to_state, unit_to,
          due, step_due, workflow_version, payload, prev_hash, hash)
        SELECT r.dossier_id, r.version + 1, v_now, r.staff, v_login, r.pending_unit, p_action, r.state, r.target, r.pending_unit,
               nullif(r.due_at, 'infinity'), nullif(v_step, 'infinity'), r.workflow_version, p_payload::json, r.hash, u.hash FROM u
        RETURNING seq INTO v_seq;
    ELSE
      WITH u AS (
        UPDATE motcua.standing s SET version = r.version + 1, changed_at = v_now, changed_by = r.staff,
            counts = s.counts || jsonb_build_object(p_action, coalesce((s.counts ->> p_action)::int, 0) + 1),
            hash = motcua.event_hash(r.hash, r.dossier_id, r.version + 1, v_now, r.staff, v_login, r.holder, p_action, r.state, r.target, '',
              r.holder, nullif(r.due_at, 'infinity'), nullif(v_step, 'infinity'), '{}', r.workflow_version, p_payload),
            state = r.target, assignee = 0, awaits_role = r.next_role, step_due = v_step, next_due = least(v_step, s.due_at),
            portal_status = coalesce(r.portal, s.portal_status),
            trail_states = CASE WHEN r.back THEN trim_array(s.trail_states, 1) ELSE s.trail_states || s.state END,
            trail_units = CASE WHEN r.back THEN trim_array(s.trail_units, 1) ELSE s.trail_units || s.holder END
          WHERE s.dossier_id = r.dossier_id AND s.version = r.version RETURNING s.hash
      ), o AS (
        INSERT INTO motcua.portal_outbox (dossier_id, seq, status)
          SELECT r.dossier_id, r.version + 1, r.portal FROM u WHERE r.portal IS NOT NULL AND r.portal IS DISTINCT FROM r.portal_status)
      INSERT INTO motcua.dossier_event (dossier_id, seq, at, actor, login, unit, action, from_state, to_state, unit_to,
          due, step_due, workflow_version, payload, prev_hash, hash)
        SELECT r.dossier_id, r.version + 1, v_now, r.staff, v_login, r.holder, p_action, r.state, r.target, r.holder,
               nullif(r.due_at, 'infinity'), nullif(v_step, 'infinity'), r.workflow_version, p_payload::json, r.hash, u.hash FROM u
        RETURNING seq INTO v_seq;
    END IF;
  ELSIF r.effect <> 'take' THEN
    -- To another unit: on its way, until that takes it.
    WITH u AS (
      UPDATE motcua.standing s SET version = r.version + 1, changed_at = v_now, changed_by = r.staff,
          counts = s.counts || jsonb_build_object(p_action, coalesce((s.counts ->> p_action)::int, 0) + 1),
          hash = motcua.event_hash(r.hash, r.dossier_id, r.version + 1, v_now, r.staff, v_login, r.holder, p_action, r.state, r.state, r.target,
            r.goes, nullif(r.due_at, 'infinity'), nullif(r.step_due, 'infinity'), '{}', r.workflow_version, p_payload),
          waits_at = NULL, pending_state = r.target, pending_unit = r.goes, pending_since = v_now, pending_seq = r.version + 1,
          pending_back = r.back
        WHERE s.dossier_id = r.dossier_id AND s.version = r.version RETURNING s.hash, s.participants
    ), h AS (
      INSERT INTO motcua.handover (dossier_id, seq, from_unit, from_state, to_unit, to_state, back, sent_at, sent_by, step_due)
        SELECT r.dossier_id, r.version + 1, r.holder, r.state, r.goes, r.target, r.back, v_now, r.staff, nullif(r.step_due, 'infinity') FROM u
    ), a AS (
      INSERT INTO motcua.applicant (unit_id, dossier_id, name, rev)
        SELECT r.goes, r.dossier_id, x.applicant_search, x.applicant_rev FROM u JOIN motcua.application x ON x.dossier_id = r.dossier_id
          WHERE r.goes <> ALL (u.participants)
        ON CONFLICT DO NOTHING)
    INSERT INTO motcua.dossier_event (dossier_id, seq, at, actor, login, unit, action, from_state, to_state, target_state, unit_to,
        due, step_due, workflow_version, payload, prev_hash, hash)
      SELECT r.dossier_id, r.version + 1, v_now, r.staff, v_login, r.holder, p_action, r.state, r.state, r.target, r.goes,
             nullif(r.due_at, 'infinity'), nullif(r.step_due, 'infinity'), r.workflow_version, p_payload::json, r.hash, u.hash FROM u
      RETURNING seq INTO v_seq;
  END IF;
  IF v_seq IS NULL THEN RETURN motcua.act_whole(p_code, p_version, p_action, p_to, p_payload, p_request); END IF;
  IF p_request IS NOT NULL THEN
    UPDATE motcua.request q SET dossier_id = r.dossier_id, seq = v_seq WHERE q.actor = r.staff AND q.id = p_request;
  END IF;
  RETURN v_seq;
END
$$;

-- Whether a plain payload holds this member, and more than space in it.
CREATE OR REPLACE FUNCTION motcua.has_plain_text(p_payload text, p_member text) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN p_payload LIKE '{"' || p_member || '"%' AND NOT motcua.is_blank(substring(p_payload FROM ': ?"([^"]*)"\}$'));

-- The whole way for one: finds the dossier, judges and writes it as one of many, and raises what is refused. (The digest
-- of a request is of what was asked: the code as it was given.)
CREATE OR REPLACE FUNCTION motcua.act_whole(
  p_code text, p_version int, p_action text, p_to text, p_payload text, p_request text
) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  me CONSTANT motcua.caller := motcua.whoami(); v_id bigint; v_claim motcua.claim; v motcua.appended;
BEGIN
  IF me.staff IS NULL THEN PERFORM motcua.current_actor(motcua.now()); END IF;
  IF p_request IS NOT NULL THEN
    -- What this transaction has entered on the short way is entered anew; what another has is waited for.
    PERFORM motcua.drop_claims(me.staff, ARRAY[p_request]);
    v_claim := (motcua.claim_requests(me.staff, ARRAY[p_request],
      ARRAY[motcua.request_digest(p_code, p_version::text, p_action, p_to, p_payload)]))[1];
    IF v_claim.fault IS NOT NULL THEN
      PERFORM motcua.raise_refusal(motcua.claim_refusal(v_claim.fault));
    END IF;
    IF v_claim.seq IS NOT NULL THEN RETURN v_claim.seq; END IF;
  END IF;
  v_id := motcua.find_dossier(p_code, me);
  -- Where the version does not matter it is that of the moment in which the row is theirs.
  IF p_version IS NULL THEN PERFORM motcua.lock_dossiers(ARRAY[v_id], motcua.current_actor(motcua.now())); END IF;
  SELECT * INTO v FROM motcua.act_many(ARRAY[v_id],
    ARRAY[coalesce(p_version, (SELECT s.version FROM motcua.standing s WHERE s.dossier_id = v_id))],
    ARRAY[p_action], ARRAY[p_to], ARRAY[p_payload]);
  IF v.sqlstate IS NOT NULL THEN PERFORM motcua.raise_refusal(ROW(v.sqlstate, v.message, v.detail, v.hint)::motcua.refusal); END IF;
  UPDATE motcua.request q SET dossier_id = v.dossier_id, seq = v.seq WHERE q.actor = v.actor AND q.id = p_request;
  RETURN v.seq;
END
$$;

-- The same with the event that it became: the dossier may be one that the actor sees no more.
CREATE OR REPLACE FUNCTION motcua.act_told(
  p_code text, p_version int, p_action text, p_to text, p_payload text, p_request text DEFAULT NULL
) RETURNS motcua.appended
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE v_id bigint; v_code text; v_seq int;
BEGIN
  SELECT a.dossier_id, a.code INTO v_id, v_code FROM motcua.application a WHERE reverse(a.code) COLLATE "C" = reverse(p_code) COLLATE "C";
  IF v_id IS NULL AND p_request IS NOT NULL THEN
    -- Sent before, it is of the dossier that it was of then, whatever else ends so by now.
    SELECT a.dossier_id, a.code INTO v_id, v_code
      FROM motcua.staff t JOIN motcua.request q ON q.actor = t.id JOIN motcua.application a ON a.dossier_id = q.dossier_id
      WHERE t.role_name = motcua.acting_role() AND q.id = p_request AND right(a.code, length(p_code)) = p_code;
  END IF;
  IF v_id IS NULL THEN
    v_id := motcua.find_dossier(p_code, motcua.whoami());
    SELECT a.code INTO v_code FROM motcua.application a WHERE a.dossier_id = v_id;
  END IF;
  v_seq := motcua.act(v_code, p_version, p_action, p_to, p_payload, p_request);
  RETURN motcua.answer_again(v_id, v_seq);
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('act', 'door', '{staff,auditor}'),
  ('act_told', 'door', '{staff,auditor}');
