-- The one door: the only way anything is written about a dossier.
--
-- Four calls: receive and append for one dossier, receive_many and append_many (door_many.sql) for many of one actor.
-- Each judges, then writes event, row and projections in plain statements that name the dossier_id. Who acts is asked
-- of the session, never of the caller. Errors: SQLSTATE MC001-MC015, detail in JSON.
--
-- needs: write.sql

CREATE OR REPLACE FUNCTION motcua.receive(p_workflow_version int, p_payload text) RETURNS motcua.appended
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

CREATE OR REPLACE FUNCTION motcua.append(p_dossier bigint, p_version int, p_action text, p_to text, p_payload text)
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

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('receive', 'door', '{staff,auditor}'),
  ('append', 'door', '{staff,auditor}');
