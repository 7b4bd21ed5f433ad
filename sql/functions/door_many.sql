-- The door's set forms: many dossiers of one actor in one call, judged by the same rules, written by
-- plain statements over arrays. A refusal is that one's row in the answer; the others go through.
-- (Their plans are generic: planned for the arrays at hand, these would be copied into the plan as constants, time and
-- again, at a sixth of a call's time.)
--
-- needs: write.sql

CREATE OR REPLACE FUNCTION motcua.receive_many(p_workflow_versions int[], p_payloads text[]) RETURNS SETOF motcua.appended
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  k record; r record; f record; v motcua.verdict; v_now timestamptz := motcua.now();
  v_version int; v_reception jsonb; v_no int; v_place int;
  v_day date := motcua.local_date(v_now); v_first bigint := motcua.first_id(v_day); v_stem text;
  v_all motcua.verdict[]; v_n motcua.dossier[];
BEGIN
  IF cardinality(p_workflow_versions) IS DISTINCT FROM cardinality(p_payloads) THEN
    RAISE EXCEPTION 'the arrays are not of one length' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM motcua.refuse_too_many(cardinality(p_payloads));
  k := motcua.who_knocks(v_now);

  -- Those of one frame one after the other, so that each frame is judged once.
  v_all := array_fill(NULL::motcua.verdict, ARRAY[cardinality(p_payloads)]);
  FOR r IN
    SELECT a.no, a.version, a.payload, x.j, y.fault,
           CASE WHEN y.fault IS NULL THEN (x.j -> 'reception') - 'applicant' END AS reception
      FROM unnest(p_workflow_versions, p_payloads) WITH ORDINALITY AS a (version, payload, no),
           LATERAL (SELECT motcua.parse_payload(a.payload) AS j OFFSET 0) AS x,
           LATERAL (SELECT coalesce(motcua.payload_fault(a.payload, x.j), motcua.reception_fault(x.j)) AS fault OFFSET 0) AS y
      ORDER BY a.version, reception
  LOOP
    IF r.fault IS NOT NULL THEN
      v_all[r.no] := motcua.refuse_reception(r.fault);
    ELSE
      IF f IS NULL OR v_version IS DISTINCT FROM r.version OR v_reception <> r.reception THEN
        v_version := r.version; v_reception := r.reception;
        f := motcua.frame_reception(v_version, v_reception, k.staff, k.login, v_now);
      END IF;
      v_all[r.no] := motcua.judge_application(f.offer, f.v, r.payload, r.j);
    END IF;
  END LOOP;

  -- Numbers for the accepted only, agencies in one order so that two calls cannot deadlock; within an
  -- agency they run in the order of the call.
  FOR r IN
    SELECT u.agency_code, array_agg(x.ordinality::int ORDER BY x.ordinality) AS places
      FROM unnest(v_all) WITH ORDINALITY AS x JOIN motcua.unit u ON u.id = x.unit
      WHERE x.sqlstate IS NULL GROUP BY u.agency_code ORDER BY u.agency_code
  LOOP
    v_no := motcua.take_numbers(r.agency_code, v_day, cardinality(r.places));
    v_stem := motcua.code_stem(r.agency_code, v_day);
    FOREACH v_place IN ARRAY r.places LOOP
      v := motcua.number(v_all[v_place], v_first, v_stem, v_no);
      v_all[v_place] := v; v_n := v_n || v.after;
      v_no := v_no + 1;
    END LOOP;
  END LOOP;

  INSERT INTO motcua.dossier SELECT * FROM unnest(v_n);
  PERFORM motcua.write_projections_many(v_all);
  FOREACH v IN ARRAY v_all LOOP
    RETURN NEXT motcua.as_appended(v, (v.after).dossier_id);
  END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION motcua.append_many(
  p_dossiers bigint[], p_versions int[], p_actions text[], p_tos text[], p_payloads text[]
) RETURNS SETOF motcua.appended
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  k record; v_now timestamptz := motcua.now();
  v_all motcua.verdict[]; v_n motcua.dossier[]; v_units int[];
BEGIN
  IF cardinality(p_dossiers) IS DISTINCT FROM cardinality(p_versions)
     OR cardinality(p_dossiers) IS DISTINCT FROM cardinality(p_actions)
     OR cardinality(p_dossiers) IS DISTINCT FROM cardinality(p_tos)
     OR cardinality(p_dossiers) IS DISTINCT FROM cardinality(p_payloads) THEN
    RAISE EXCEPTION 'the arrays are not of one length' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  PERFORM motcua.refuse_too_many(cardinality(p_dossiers));
  k := motcua.who_knocks(v_now);
  -- Those they work for today, and those they will: a step may be judged as of a later day than this (that of the
  -- dossier's last event, where the clock was set back).
  v_units := ARRAY(SELECT DISTINCT a.unit_id FROM motcua.assignment a
    WHERE a.staff_id = k.staff AND (a.valid_to IS NULL OR motcua.local_date(v_now) < a.valid_to));

  -- Locked in ascending order, so that two calls cannot deadlock; of two steps for one dossier in one
  -- call the first is judged and the second has changed under it. A lock stays until the end of the transaction, also
  -- on a dossier whose step is refused: so only those are locked that a unit of theirs may act on. Of the others they
  -- see, the judgement says why not.
  WITH locked AS MATERIALIZED (
    SELECT d FROM motcua.dossier d
      WHERE d.dossier_id = ANY (p_dossiers)
        AND (d.holder = ANY (v_units) OR d.pending_unit = ANY (v_units) OR d.consulted && v_units)
        AND motcua.may_see(k.reader, d.holder, d.pending_unit, d.participants)
      ORDER BY d.dossier_id FOR NO KEY UPDATE
  ), seen AS MATERIALIZED (
    SELECT d, d.holder = ANY (v_units) OR d.pending_unit = ANY (v_units) OR d.consulted && v_units AS has_gone
      FROM motcua.dossier d
      WHERE d.dossier_id IN (SELECT unnest(p_dossiers) EXCEPT SELECT (l.d).dossier_id FROM locked l)
        AND motcua.may_see(k.reader, d.holder, d.pending_unit, d.participants)
  ), asked AS (
    SELECT a.*, row_number() OVER (PARTITION BY a.id ORDER BY a.no) AS nth
      FROM unnest(p_dossiers, p_versions, p_actions, p_tos, p_payloads)
             WITH ORDINALITY AS a (id, version, action, target, payload, no)
  ), judged AS MATERIALIZED (
    SELECT a.no, CASE
        WHEN l.d IS NULL AND s.d IS NULL THEN motcua.no_such_dossier(a.id::text)
        WHEN s.has_gone THEN motcua.refuse(s.d, 'MC002', 'the dossier has just gone to others',
          jsonb_build_object('expected', a.version), 'look at it again')
        WHEN a.nth > 1 THEN motcua.refuse(coalesce(l.d, s.d), 'MC002',
          'another step for this dossier comes first in the same call',
          jsonb_build_object('expected', a.version), 'send it again with the new version')
        ELSE motcua.judge(coalesce(l.d, s.d), a.version, a.action, a.target, a.payload, k.staff, k.login, v_now)
      END AS v
      FROM asked a
      LEFT JOIN seen s ON (s.d).dossier_id = a.id
      LEFT JOIN locked l ON (l.d).dossier_id = a.id
  )
  SELECT array_agg(v ORDER BY no),
         array_agg((v).after ORDER BY no) FILTER (WHERE (v).seq IS NOT NULL)
    INTO v_all, v_n FROM judged;

  IF v_n IS NOT NULL THEN
    UPDATE motcua.dossier d SET
        due_at = n.due_at, step_due = n.step_due, paused_at = n.paused_at, finished_at = n.finished_at,
        ended_at = n.ended_at, changed_at = n.changed_at, fee_due = n.fee_due, paid = n.paid, version = n.version,
        holder = n.holder, assignee = n.assignee, changed_by = n.changed_by, pending_unit = n.pending_unit,
        pending_since = n.pending_since, pending_seq = n.pending_seq, pending_back = n.pending_back,
        portal_status = n.portal_status, state = n.state, awaits_role = n.awaits_role, clock = n.clock,
        outcome = n.outcome, pending_state = n.pending_state, trail_states = n.trail_states,
        trail_units = n.trail_units, participants = n.participants, consulted = n.consulted,
        counts = n.counts, data = n.data, hash = n.hash
      FROM unnest(v_n) AS n WHERE d.dossier_id = n.dossier_id;
    PERFORM motcua.write_projections_many(v_all);
  END IF;
  FOR i IN 1..cardinality(p_dossiers) LOOP
    RETURN NEXT motcua.as_appended(v_all[i], p_dossiers[i]);
  END LOOP;
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('receive_many', 'door', '{staff,auditor}'),
  ('append_many', 'door', '{staff,auditor}');
