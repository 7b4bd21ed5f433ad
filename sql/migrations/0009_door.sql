-- The one door: the only way anything is written about a dossier.
--
-- Four calls: receive and append for one dossier, receive_many and append_many for many of one actor. Each
-- judges (0006 to 0008), then writes event, row and projections in plain statements that name the dossier_id.
-- Who acts is asked of the session, never of the caller. Errors: SQLSTATE MC001-MC015, detail in JSON.

-- What the door answers. In the set forms a refused one has sqlstate, message, detail, hint and no seq.
CREATE TYPE motcua.appended AS (
  dossier_id bigint, code text, seq int, at timestamptz, actor int, login text, unit int, action text,
  from_state text, to_state text, target_state text, unit_to int, due timestamptz, step_due timestamptz,
  consulted int[], workflow_version int, payload text, portal_status smallint, hash bytea,
  sqlstate text, message text, detail text, hint text
);

CREATE FUNCTION motcua.as_appended(v motcua.verdict, p_dossier bigint) RETURNS motcua.appended
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE n motcua.dossier := v.after;
BEGIN
  RETURN ROW(p_dossier, n.code, v.seq, v.at, v.actor, v.login, v.unit, v.action, v.from_state, v.to_state,
    v.target_state, v.unit_to, n.due_at, n.step_due, v.consulted, n.workflow_version, v.payload, n.portal_status,
    v.hash, v.sqlstate, v.message, v.detail, v.hint)::motcua.appended;
END
$$;

-- The member of staff who knocks; login is who logged in, where that is somebody else; reader is the role whose
-- memberships say what they may see, none while these are stale.
CREATE FUNCTION motcua.who_knocks(p_now timestamptz, OUT staff int, OUT login text, OUT reader text)
LANGUAGE plpgsql STABLE AS $$
DECLARE v_role text := motcua.acting_role();
BEGIN
  -- A snapshot taken a while ago would show assignments and versions as they were then.
  IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
    RAISE EXCEPTION 'decisions are written at the isolation level READ COMMITTED, this is %',
        current_setting('transaction_isolation')
      USING ERRCODE = 'active_sql_transaction', HINT = 'BEGIN ISOLATION LEVEL READ COMMITTED';
  END IF;
  SELECT s.id, CASE WHEN s.stale_on <= motcua.local_date(p_now) THEN NULL ELSE v_role END INTO staff, reader
    FROM motcua.staff s WHERE s.role_name = v_role AND s.active;
  IF NOT FOUND THEN
    RAISE EXCEPTION '% is not a member of staff', v_role
      USING ERRCODE = 'MC007', DETAIL = json_build_object('role', v_role),
            HINT = 'log in, or act (SET ROLE), as somebody who is';
  END IF;
  login := CASE WHEN session_user = v_role THEN '' ELSE session_user END;
END
$$;

CREATE FUNCTION motcua.raise_refusal(v motcua.verdict) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', v.message USING ERRCODE = v.sqlstate, DETAIL = v.detail, HINT = v.hint;
END
$$;

-- Takes p_count numbers of an agency's day and returns the first. The row stays locked until the end of
-- the transaction: that is what makes the register gap-free.
CREATE FUNCTION motcua.take_numbers(p_agency text, p_day date, p_count int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE v_last int;
BEGIN
  INSERT INTO motcua.dossier_number AS x (agency_code, day, last) VALUES (p_agency, p_day, p_count)
    ON CONFLICT (agency_code, day) DO UPDATE SET last = x.last + p_count
    RETURNING x.last INTO v_last;
  RETURN v_last - p_count + 1;
END
$$;

CREATE FUNCTION motcua.documents_of(p_papers jsonb)
RETURNS TABLE (no int, component text, name text, copies int, original bool, sha256 bytea)
LANGUAGE sql IMMUTABLE AS $$
  SELECT t.no::int, e ->> 'component', e ->> 'name', coalesce((e ->> 'copies')::int, 1),
         coalesce((e ->> 'original')::bool, false), decode(e ->> 'sha256', 'hex')
    FROM jsonb_array_elements(p_papers) WITH ORDINALITY AS t (e, no)
$$;

-- What the portal is told of an event.
CREATE FUNCTION motcua.portal_message(
  p_code text, p_procedure text, p_status smallint, p_at timestamptz, p_action text, p_state text,
  p_due timestamptz, p_reason text
) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object('code', p_code, 'procedure', p_procedure, 'status', p_status, 'at', p_at,
    'action', p_action, 'state', p_state, 'due', p_due, 'reason', p_reason)
$$;

-- Writes what an accepted judgement says, except the dossier row. (Returns true, because an assignment
-- is the cheapest way to call a function.)
CREATE FUNCTION motcua.write_projections(v motcua.verdict) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
  d motcua.dossier := v.before; n motcua.dossier := v.after; i int;
  kinds CONSTANT text[] := '{due,step}';
BEGIN
  INSERT INTO motcua.dossier_event (dossier_id, seq, at, actor, login, unit, action, from_state, to_state,
      target_state, unit_to, due, step_due, consulted, workflow_version, payload, prev_hash, hash)
    VALUES (n.dossier_id, v.seq, v.at, v.actor, v.login, v.unit, v.action, v.from_state, v.to_state,
      v.target_state, v.unit_to, n.due_at, n.step_due, v.consulted, n.workflow_version, v.payload::json,
      v.prev_hash, v.hash);

  IF v.effect = 'receive' THEN
    INSERT INTO motcua.timer
      SELECT n.dossier_id, t.kind, t.due_at FROM unnest(kinds, v.after_timers) AS t (kind, due_at)
        WHERE t.due_at IS NOT NULL;
    v.before_timers := v.after_timers;
  END IF;
  FOR i IN 1..2 LOOP
    IF v.after_timers[i] IS DISTINCT FROM v.before_timers[i] THEN
      IF v.after_timers[i] IS NULL THEN
        DELETE FROM motcua.timer WHERE dossier_id = n.dossier_id AND kind = kinds[i];
      ELSE
        INSERT INTO motcua.timer VALUES (n.dossier_id, kinds[i], v.after_timers[i])
          ON CONFLICT (dossier_id, kind) DO UPDATE SET due_at = EXCLUDED.due_at;
      END IF;
    END IF;
  END LOOP;

  IF v.closes IS NOT NULL THEN
    UPDATE motcua.handover SET result = v.closes, closed_at = v.at, closed_by = v.actor, closed_seq = v.seq,
        reason = v.said ->> 'reason'
      WHERE dossier_id = n.dossier_id AND seq = d.pending_seq;
  ELSIF v.target_state <> '' THEN
    INSERT INTO motcua.handover (dossier_id, seq, from_unit, from_state, to_unit, to_state, back, sent_at, sent_by, step_due)
      VALUES (n.dossier_id, v.seq, n.holder, n.state, n.pending_unit, n.pending_state, n.pending_back, v.at,
        v.actor, d.step_due);
  END IF;

  -- Whoever may see it finds it by the applicant's name.
  IF v.effect = 'receive' OR v.target_state <> '' OR v.consulted <> '{}' THEN
    INSERT INTO motcua.applicant (unit_id, dossier_id, name, rev)
      SELECT u, n.dossier_id, n.applicant_search, n.applicant_rev FROM unnest(n.participants || n.pending_unit) AS u
        WHERE u IS NOT NULL AND (u = ANY (d.participants)) IS NOT TRUE
      ON CONFLICT DO NOTHING;
  ELSIF v.closes <> 'taken' AND d.pending_unit <> ALL (n.participants) THEN
    DELETE FROM motcua.applicant a
      WHERE a.unit_id = d.pending_unit AND a.name = n.applicant_search AND a.dossier_id = n.dossier_id;
  END IF;

  IF v.lapses THEN
    UPDATE motcua.consultation SET status = 'lapsed', closed_at = v.at
      WHERE dossier_id = n.dossier_id AND status = 'open';
  END IF;
  IF v.consulted <> '{}' THEN
    INSERT INTO motcua.consultation (dossier_id, seq, unit_id, no, asked_at, due)
      SELECT n.dossier_id, v.seq, u.unit, u.no, v.at, n.step_due
        FROM unnest(v.consulted) WITH ORDINALITY AS u (unit, no);
  END IF;

  IF v.tells_portal THEN
    INSERT INTO motcua.portal_outbox (dossier_id, seq, status, payload, created_at)
      VALUES (n.dossier_id, v.seq, n.portal_status, motcua.portal_message(n.code, n.procedure_code, n.portal_status,
        v.at, v.action, v.to_state, n.due_at, v.said ->> 'reason'), v.at);
  END IF;

  IF v.effect = 'answer' THEN
    UPDATE motcua.consultation SET status = 'answered', closed_at = v.at, answered_by = v.actor,
        opinion = v.said ->> 'opinion', answer = v.said ->> 'text'
      WHERE dossier_id = n.dossier_id AND unit_id = v.unit AND status = 'open';
  ELSIF v.effect = 'pay' THEN
    INSERT INTO motcua.payment (dossier_id, seq, amount, method, receipt, at, actor)
      VALUES (n.dossier_id, v.seq, n.paid - d.paid, v.said #>> '{payment,method}',
        v.said #>> '{payment,receipt}', v.at, v.actor);
  END IF;
  IF v.said ? 'documents' THEN
    INSERT INTO motcua.document (dossier_id, seq, no, component, name, copies, original, sha256, at)
      SELECT n.dossier_id, v.seq, f.no, f.component, f.name, f.copies, f.original, f.sha256, v.at
        FROM motcua.documents_of(v.said -> 'documents') AS f;
  END IF;
  RETURN true;
END
$$;

CREATE FUNCTION motcua.receive(p_workflow_version int, p_payload text) RETURNS motcua.appended
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  k record; v motcua.verdict; n motcua.dossier; v_agency text; v_done bool; v_now timestamptz := motcua.now();
  v_day date := motcua.local_date(v_now);
BEGIN
  k := motcua.who_knocks(v_now);
  v := motcua.judge_receipt(p_workflow_version, p_payload, k.staff, k.login, v_now);
  IF v.sqlstate IS NOT NULL THEN PERFORM motcua.raise_refusal(v); END IF;
  SELECT u.agency_code INTO v_agency FROM motcua.unit u WHERE u.id = v.unit;
  v := motcua.number(v, motcua.first_id(v_day), motcua.code_stem(v_agency, v_day), motcua.take_numbers(v_agency, v_day, 1));
  n := v.after;
  INSERT INTO motcua.dossier SELECT n.*;
  v_done := motcua.write_projections(v);
  RETURN motcua.as_appended(v, n.dossier_id);
END
$$;

CREATE FUNCTION motcua.append(p_dossier bigint, p_version int, p_action text, p_to text, p_payload text)
RETURNS motcua.appended
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  k record; d motcua.dossier; v motcua.verdict; n motcua.dossier; v_done bool;
  v_now timestamptz := motcua.now(); v_reader text;
BEGIN
  k := motcua.who_knocks(v_now);
  v_reader := k.reader;
  -- What they may not see they may not lock either, nor learn by waiting that it is there. (The common case
  -- is written out: a function called for it would cost more than it.)
  SELECT * INTO d FROM motcua.dossier x
    WHERE x.dossier_id = p_dossier
      AND (pg_has_role(v_reader, to_regrole(motcua.unit_role(x.holder))::oid, 'USAGE')
           OR motcua.may_see(v_reader, x.holder, x.pending_unit, x.participants))
    FOR NO KEY UPDATE;
  IF NOT FOUND THEN PERFORM motcua.raise_refusal(motcua.no_such_dossier(p_dossier::text)); END IF;
  v := motcua.judge(d, p_version, p_action, p_to, p_payload, k.staff, k.login, v_now);
  IF v.sqlstate IS NOT NULL THEN PERFORM motcua.raise_refusal(v); END IF;
  n := v.after;
  UPDATE motcua.dossier SET
      due_at = n.due_at, step_due = n.step_due, paused_at = n.paused_at, finished_at = n.finished_at,
      ended_at = n.ended_at, changed_at = n.changed_at, fee_due = n.fee_due, paid = n.paid, version = n.version,
      holder = n.holder, assignee = n.assignee, changed_by = n.changed_by, pending_unit = n.pending_unit,
      pending_since = n.pending_since, pending_seq = n.pending_seq, pending_back = n.pending_back,
      portal_status = n.portal_status, state = n.state, awaits_role = n.awaits_role, clock = n.clock,
      outcome = n.outcome, pending_state = n.pending_state, trail_states = n.trail_states,
      trail_units = n.trail_units, participants = n.participants, consulted = n.consulted,
      counts = n.counts, data = n.data, hash = n.hash
    WHERE dossier_id = p_dossier;
  v_done := motcua.write_projections(v);
  RETURN motcua.as_appended(v, p_dossier);
END
$$;
