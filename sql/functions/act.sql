-- The one door, for steps: with its short way (act_one.sql) the only way an event is written after a reception.
--
-- motcua.act_many judges and writes many steps of one actor: locks in ascending order of the ids, then asks who acts
-- and what time it is, judges, and writes each table in one statement. motcua.act_on is for one dossier, by its id;
-- motcua.trial_many judges and writes nothing. Who acts is asked of the session, never of the caller.
-- Errors: SQLSTATE MC001-MC017, detail in JSON.
--
-- needs: judge.sql, explain.sql, requests.sql

-- A call is one statement in memory, and holds its locks until the end of the transaction: a larger set is sent as
-- several calls of one transaction, in ascending order of the ids.
CREATE OR REPLACE FUNCTION motcua.check_set(p_lengths int[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM unnest(p_lengths) AS n WHERE n IS DISTINCT FROM p_lengths[1]) THEN
    RAISE EXCEPTION 'the arrays are not of one length' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF p_lengths[1] > 10000 THEN
    RAISE EXCEPTION '% in one call, 10000 are the most', p_lengths[1]
      USING ERRCODE = 'program_limit_exceeded', HINT = 'send them in several calls of one transaction';
  END IF;
END
$$;

-- Locks those of the dossiers that the actor sees and a unit of theirs may act on, in ascending order, so that two
-- calls cannot deadlock. (A lock stays until the end of the transaction, also on a dossier whose step is refused: of the
-- others they see, the judge says why not. What they may not see they may not lock either, nor learn by waiting that it
-- is there.)
CREATE OR REPLACE FUNCTION motcua.lock_dossiers(p_ids bigint[], p_actor motcua.actor, OUT locked bigint[], OUT versions int[])
LANGUAGE plpgsql AS $$
DECLARE
  v_units CONSTANT int[] := ARRAY(SELECT DISTINCT a.unit_id FROM motcua.assignments_of(p_actor.staff, NULL) AS a);
BEGIN
  SELECT array_agg(l.dossier_id), array_agg(DISTINCT l.workflow_version) INTO locked, versions FROM (
    SELECT s.dossier_id, s.workflow_version FROM (SELECT DISTINCT u.id FROM unnest(p_ids) AS u (id)) AS u JOIN motcua.standing s ON s.dossier_id = u.id
      WHERE (s.holder = ANY (v_units) OR s.pending_unit = ANY (v_units) OR s.consulted && v_units
             OR p_actor.service AND motcua.is_assigned(p_actor.staff, s.holder, '{system,citizen}', NULL))
        AND (s.holder = ANY (p_actor.sees) OR s.pending_unit = ANY (p_actor.sees)
             OR motcua.may_see(p_actor.reader, s.holder, s.pending_unit, s.participants))
      ORDER BY s.dossier_id FOR NO KEY UPDATE OF s) AS l;
END
$$;

-- Judges and writes steps on many dossiers. Each succeeds or fails by itself; with p_together nothing is written unless
-- all succeed. p_tos: NULL where only one target fits. p_requests: an id each, or NULL (see requests.sql).
-- Of two steps for one dossier in a call the first is judged, and the second has changed under it.
CREATE OR REPLACE FUNCTION motcua.act_many(
  p_ids bigint[], p_versions int[], p_actions text[], p_tos text[], p_payloads text[],
  p_requests text[] DEFAULT NULL, p_together bool DEFAULT false
) RETURNS SETOF motcua.appended
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan SET work_mem = '64MB' AS $$
DECLARE
  v_ids bigint[]; v_locked bigint[]; v_versions int[]; v_now timestamptz; v_times jsonb; k motcua.actor; v_claims motcua.claim[];
BEGIN
  PERFORM motcua.check_set(ARRAY[cardinality(p_ids), cardinality(p_versions), cardinality(p_actions), cardinality(p_tos),
    cardinality(p_payloads), coalesce(cardinality(p_requests), cardinality(p_ids))]);
  k := motcua.current_actor(motcua.now());
  IF p_requests IS NOT NULL THEN
    v_claims := motcua.claim_requests(k.staff, p_requests, ARRAY(
      SELECT motcua.request_digest(u.id::text, u.version::text, u.action, u.target, u.payload)
        FROM unnest(p_ids, p_versions, p_actions, p_tos, p_payloads) WITH ORDINALITY AS u (id, version, action, target, payload, no) ORDER BY u.no));
  END IF;
  -- (What has been answered before is not judged again, nor does it come before others of the same dossier.)
  v_ids := CASE WHEN EXISTS (SELECT FROM unnest(v_claims) AS c WHERE c.seq IS NOT NULL) THEN ARRAY(
    SELECT CASE WHEN c.seq IS NULL THEN u.id END FROM unnest(p_ids) WITH ORDINALITY AS u (id, no) LEFT JOIN unnest(v_claims) AS c USING (no) ORDER BY u.no)
    ELSE p_ids END;
  SELECT l.locked, l.versions INTO v_locked, v_versions FROM motcua.lock_dossiers(v_ids, k) AS l;
  -- Who may act is asked after the last lock is had, and no event is older than that.
  v_now := motcua.now();
  k := motcua.current_actor(v_now);
  v_times := motcua.times_from(v_now, v_versions);

  RETURN QUERY
  WITH judgement AS MATERIALIZED (
    SELECT j.*, c.fault AS claim_fault, c.dossier_id AS known_id, c.seq AS known_seq, c.id AS request
      FROM motcua.judged(v_ids, p_versions, p_actions, p_tos, p_payloads, v_locked, k, v_now, v_times) AS j
      LEFT JOIN unnest(v_claims) AS c ON c.no = j.no
  ), decided AS MATERIALIZED (
    SELECT j.*, motcua.event_hash(j.prev_hash, j.id, j.version + 1, j.at, k.staff, k.login, j.unit, j.action,
             j.state, j.next_state, CASE WHEN j.sends THEN j.target ELSE '' END, j.goes, nullif(j.due, 'infinity'),
             nullif(j.next_step_due, 'infinity'), j.asks, j.workflow_version, j.payload) AS hash
      FROM judgement j
      WHERE j.fault IS NULL AND j.claim_fault IS NULL AND j.known_seq IS NULL
        AND (NOT p_together OR NOT EXISTS (SELECT FROM judgement r
          WHERE (r.fault IS NOT NULL AND r.known_seq IS NULL) OR r.claim_fault IS NOT NULL))
  ), event AS (
    INSERT INTO motcua.dossier_event (dossier_id, seq, at, actor, login, unit, action, from_state, to_state,
        target_state, unit_to, due, step_due, consulted, workflow_version, payload, prev_hash, hash)
      SELECT j.id, j.version + 1, j.at, k.staff, k.login, j.unit, j.action, j.state, j.next_state,
             CASE WHEN j.sends THEN j.target ELSE '' END, j.goes, nullif(j.due, 'infinity'), nullif(j.next_step_due, 'infinity'),
             j.asks, j.workflow_version, j.payload::json, j.prev_hash, j.hash FROM decided j
  ), standing AS (
    UPDATE motcua.standing s SET
        due_at = j.due, step_due = j.next_step_due,
        next_due = least(j.next_step_due, CASE WHEN j.clock = 'running' THEN j.due ELSE 'infinity' END),
        paused_at = j.paused_at, finished_at = j.finished_at, ended_at = CASE WHEN j.outcome IS NOT NULL THEN j.at END,
        changed_at = j.at, version = j.version + 1, changed_by = k.staff, outcome = j.outcome,
        holder = CASE WHEN j.enters THEN j.goes ELSE s.holder END,
        waits_at = CASE WHEN j.sends OR j.outcome IS NOT NULL THEN NULL WHEN j.enters THEN j.goes
                        WHEN j.closes IS NOT NULL THEN s.holder ELSE s.waits_at END,
        assignee = j.assignee, portal_status = j.portal_status, state = j.next_state, awaits_role = j.next_role, clock = j.clock,
        pending_unit = CASE WHEN j.sends THEN j.goes WHEN j.enters OR j.closes IS NOT NULL THEN NULL ELSE s.pending_unit END,
        pending_state = CASE WHEN j.sends THEN j.target WHEN j.enters OR j.closes IS NOT NULL THEN NULL ELSE s.pending_state END,
        pending_since = CASE WHEN j.sends THEN j.at WHEN j.enters OR j.closes IS NOT NULL THEN NULL ELSE s.pending_since END,
        pending_seq = CASE WHEN j.sends THEN j.version + 1 WHEN j.enters OR j.closes IS NOT NULL THEN NULL ELSE s.pending_seq END,
        pending_back = CASE WHEN j.sends THEN j.back WHEN j.enters OR j.closes IS NOT NULL THEN false ELSE s.pending_back END,
        trail_states = CASE WHEN NOT j.enters THEN s.trail_states WHEN j.back THEN trim_array(s.trail_states, 1)
                            ELSE s.trail_states || s.state END,
        trail_units = CASE WHEN NOT j.enters THEN s.trail_units WHEN j.back THEN trim_array(s.trail_units, 1)
                           ELSE s.trail_units || s.holder END,
        participants = CASE WHEN NOT j.enters OR j.goes = ANY (s.participants) AND j.asks = '{}' THEN s.participants ELSE motcua.with_units(s.participants, j.goes || j.asks) END,
        consulted = j.consulted,
        counts = s.counts || jsonb_build_object(j.action, coalesce((s.counts ->> j.action)::int, 0) + 1),
        hash = j.hash
      FROM decided j WHERE s.dossier_id = j.id
  ), application AS (
    UPDATE motcua.application f SET data = j.data, fee_due = j.fee_due,
        paid = f.paid + CASE j.effect WHEN 'pay' THEN (j.said #>> '{payment,amount}')::bigint ELSE 0 END
      FROM decided j WHERE f.dossier_id = j.id AND j.effect IN ('amend', 'pay')
  ), closed AS (
    UPDATE motcua.handover h SET result = j.closes, closed_at = j.at, closed_by = k.staff, closed_seq = j.version + 1,
        reason = j.said ->> 'reason'
      FROM decided j WHERE j.closes IS NOT NULL AND h.dossier_id = j.id AND h.seq = j.pending_seq
  ), sent AS (
    INSERT INTO motcua.handover (dossier_id, seq, from_unit, from_state, to_unit, to_state, back, sent_at, sent_by, step_due)
      SELECT j.id, j.version + 1, j.holder, j.state, j.goes, j.target, j.back, j.at, k.staff, nullif(j.step_due, 'infinity')
        FROM decided j WHERE j.sends
  ), shown AS (
    -- Whoever may see it finds it by the applicant's name.
    INSERT INTO motcua.applicant (unit_id, dossier_id, name, rev)
      SELECT u, j.id, j.applicant_search, j.applicant_rev FROM decided j, unnest(j.asks || j.goes) AS u
        WHERE (j.sends OR j.asks <> '{}') AND u <> ALL (j.participants)
      ON CONFLICT DO NOTHING
  ), hidden AS (
    DELETE FROM motcua.applicant a USING decided j
      WHERE j.closes <> 'taken' AND j.pending_unit <> ALL (j.participants)
        AND a.unit_id = j.pending_unit AND a.name = j.applicant_search AND a.dossier_id = j.id
  ), lapsed AS (
    UPDATE motcua.consultation c SET status = 'lapsed', closed_at = j.at
      FROM decided j WHERE j.enters AND j.was_consulted <> '{}' AND c.dossier_id = j.id AND c.status = 'open'
  ), asked AS (
    INSERT INTO motcua.consultation (dossier_id, seq, unit_id, no, asked_at, due)
      SELECT j.id, j.version + 1, u.unit, u.no, j.at, nullif(j.next_step_due, 'infinity')
        FROM decided j, unnest(j.asks) WITH ORDINALITY AS u (unit, no) WHERE j.asks <> '{}'
  ), answered AS (
    UPDATE motcua.consultation c SET status = 'answered', closed_at = j.at, answered_by = k.staff,
        opinion = j.said ->> 'opinion', answer = j.said ->> 'text'
      FROM decided j WHERE j.effect = 'answer' AND c.dossier_id = j.id AND c.unit_id = j.unit AND c.status = 'open'
  ), paid AS (
    INSERT INTO motcua.payment (dossier_id, seq, amount, method, receipt, at, actor)
      SELECT j.id, j.version + 1, (j.said #>> '{payment,amount}')::bigint, j.said #>> '{payment,method}',
             j.said #>> '{payment,receipt}', j.at, k.staff FROM decided j WHERE j.effect = 'pay'
  ), papers AS (
    INSERT INTO motcua.document (dossier_id, seq, no, component, name, copies, original, sha256, at)
      SELECT j.id, j.version + 1, f.no, f.component, f.name, f.copies, f.original, f.sha256, j.at
        FROM decided j, motcua.documents_of(j.said -> 'documents') AS f WHERE j.said ? 'documents'
  ), told AS (
    INSERT INTO motcua.portal_outbox (dossier_id, seq, status)
      SELECT j.id, j.version + 1, j.portal_status FROM decided j WHERE j.tells
  ), kept AS (
    UPDATE motcua.request r SET dossier_id = j.id, seq = j.version + 1
      FROM decided j WHERE r.actor = k.staff AND r.id = j.request
  )
  SELECT a.dossier_id, a.code, a.seq, a.at, a.actor, a.login, a.unit, a.action, a.from_state, a.to_state, a.target_state, a.unit_to,
         a.due, a.step_due, a.consulted, a.workflow_version, a.payload, a.portal_status, a.hash, a.sqlstate, a.message, a.detail, a.hint
    FROM (
      SELECT j.no, j.id AS dossier_id, j.code, j.version + 1 AS seq, j.at, k.staff AS actor, k.login, j.unit, j.action,
             j.state AS from_state, j.next_state AS to_state, CASE WHEN j.sends THEN j.target ELSE '' END AS target_state, j.goes AS unit_to,
             nullif(j.due, 'infinity') AS due, nullif(j.next_step_due, 'infinity') AS step_due, j.asks AS consulted, j.workflow_version,
             j.payload, j.portal_status, j.hash, NULL AS sqlstate, NULL AS message, NULL AS detail, NULL AS hint
        FROM decided j
      UNION ALL
      SELECT j.no, x.* FROM judgement j, LATERAL motcua.answer_again(j.known_id, j.known_seq) AS x WHERE j.known_seq IS NOT NULL
      UNION ALL
      -- (Of what is refused nothing is told but why.)
      SELECT j.no, p_ids[j.no], NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
             x.sqlstate, x.message, x.detail, x.hint
        FROM judgement j, LATERAL motcua.explain(
            CASE WHEN j.fault = 'unknown' THEN j.fault ELSE coalesce(j.claim_fault, j.fault, 'not_alone') END,
            p_ids[j.no], j.asked_version, j.action, j.target, j.payload, k.staff, j.at) AS x
        WHERE j.known_seq IS NULL AND (j.fault IS NOT NULL OR j.claim_fault IS NOT NULL OR p_together AND NOT EXISTS (SELECT FROM decided))
    ) AS a
    ORDER BY a.no;
  IF p_requests IS NOT NULL THEN PERFORM motcua.drop_claims(k.staff, p_requests); END IF;
END
$$;

-- An array of units with others, each once, in the order they come.
CREATE OR REPLACE FUNCTION motcua.with_units(p_units int[], p_more int[]) RETURNS int[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE u int;
BEGIN
  FOREACH u IN ARRAY p_more LOOP
    IF u <> ALL (p_units) THEN p_units := p_units || u; END IF;
  END LOOP;
  RETURN p_units;
END
$$;

-- What the judge says of a step, and nothing written: the answer it would have, or why not.
CREATE OR REPLACE FUNCTION motcua.trial_many(
  p_ids bigint[], p_versions int[], p_actions text[], p_tos text[], p_payloads text[]
) RETURNS SETOF motcua.appended
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan SET work_mem = '64MB' AS $$
DECLARE
  v_now CONSTANT timestamptz := motcua.now(); k CONSTANT motcua.actor := motcua.current_actor(v_now);
  v_ids CONSTANT bigint[] := ARRAY(SELECT DISTINCT u FROM unnest(p_ids) AS u);
  v_times CONSTANT jsonb := motcua.times_from(v_now, ARRAY(SELECT DISTINCT s.workflow_version FROM motcua.standing s WHERE s.dossier_id = ANY (p_ids)));
BEGIN
  PERFORM motcua.check_set(ARRAY[cardinality(p_ids), cardinality(p_versions), cardinality(p_actions), cardinality(p_tos), cardinality(p_payloads)]);
  RETURN QUERY
  -- (Of what is refused nothing is told but why: it may be nobody's to see.)
  SELECT r.id, j.code, j.version + 1, j.at, CASE WHEN j.no IS NOT NULL THEN k.staff END, CASE WHEN j.no IS NOT NULL THEN k.login END,
         j.unit, j.action, j.state, j.next_state, CASE WHEN j.sends THEN j.target WHEN j.no IS NOT NULL THEN '' END, j.goes,
         nullif(j.due, 'infinity'), nullif(j.next_step_due, 'infinity'), j.asks, j.workflow_version, j.payload, j.portal_status,
         NULL::bytea, x.sqlstate, x.message, x.detail, x.hint
    FROM motcua.judged(p_ids, p_versions, p_actions, p_tos, p_payloads, v_ids, k, v_now, v_times) AS r
    LEFT JOIN LATERAL (SELECT r.* WHERE r.fault IS NULL OFFSET 0) AS j ON true
    LEFT JOIN LATERAL (SELECT e.* FROM motcua.explain(r.fault, r.id, r.asked_version, r.action, r.target, r.payload, k.staff, r.at) AS e
      WHERE r.fault IS NOT NULL OFFSET 0) AS x ON true
    ORDER BY r.no;
END
$$;

-- One step on one dossier, named by its id.
CREATE OR REPLACE FUNCTION motcua.act_on(p_id bigint, p_version int, p_action text, p_to text, p_payload text, p_request text DEFAULT NULL)
RETURNS motcua.appended
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE v motcua.appended;
BEGIN
  SELECT * INTO v FROM motcua.act_many(ARRAY[p_id], ARRAY[p_version], ARRAY[p_action], ARRAY[p_to], ARRAY[p_payload],
    CASE WHEN p_request IS NOT NULL THEN ARRAY[p_request] END);
  IF v.sqlstate IS NOT NULL THEN PERFORM motcua.raise_refusal(ROW(v.sqlstate, v.message, v.detail, v.hint)::motcua.refusal); END IF;
  RETURN v;
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('trial_many', 'door', '{staff,auditor}'),
  ('act_on', 'door', '{staff,auditor}'),
  ('act_many', 'door', '{staff,auditor}');
