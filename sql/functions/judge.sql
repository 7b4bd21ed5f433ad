-- The judge: whether steps may be taken, and what each makes of its dossier, for many at once.
--
-- It is to the door what decide and evolve are to Swift: same inputs, same answer. Nothing is written. Each gate is a column, in the order in which refusals are told;
-- what is rare (conditions, papers, consultations, fees) is computed only for the rows that have it. A refused row has a
-- fault, which motcua.explain puts into words; else it says all that motcua.act_many writes.
--
-- needs: refusals.sql, actors.sql

-- {} or one plain text under reason or text: well-formed, in NFC and of one member by this look alone, as nearly all
-- payloads are.
CREATE OR REPLACE FUNCTION motcua.is_plain_payload(p text) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN p = '{}' OR octet_length(p) <= 10000 AND p ~ '^\{"(?:reason|text)": ?"[\u0020\u0021\u0023-\u005b\u005d-\u024f\u1e00-\u1eff]+"\}$';

-- The state that an action leads to where none was named: the only one that fits the handover, the trail and the data.
CREATE OR REPLACE FUNCTION motcua.only_target(
  p_version int, p_state text, p_action text, p_pending text, p_came_from text, p_data jsonb
) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE v_targets text[];
BEGIN
  SELECT array_agg(w.to_state) INTO v_targets FROM motcua.workflow_step w
    WHERE w.version_id = p_version AND w.from_state = p_state AND w.action = p_action
      AND (w.effect <> 'take' OR w.to_state = p_pending) AND (w.effect <> 'back' OR w.to_state = p_came_from);
  IF cardinality(v_targets) > 1 THEN
    SELECT array_agg(w.to_state) INTO v_targets FROM motcua.workflow_step w
      WHERE w.version_id = p_version AND w.from_state = p_state AND w.action = p_action AND w.to_state = ANY (v_targets)
        AND (w.guard IS NULL OR motcua.condition_value(w.guard, p_data) = 'true');
  END IF;
  RETURN CASE WHEN cardinality(v_targets) = 1 THEN v_targets[1] END;
END
$$;

-- The roles that may act for the receiver of a handover, where a step names none: those of the state it goes to.
CREATE OR REPLACE FUNCTION motcua.roles_there(p_version int, p_state text) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY(SELECT s.role FROM motcua.workflow_state s WHERE s.version_id = p_version AND s.state = p_state);
END
$$;

-- The required papers that a dossier lacks; what the payload brings (documents, a JSON list) counts.
CREATE OR REPLACE FUNCTION motcua.papers_lacking(p_version int, p_dossier bigint, p_data jsonb, p_brought jsonb)
RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE v record; v_have text[];
BEGIN
  SELECT x.always_needed, x.sometimes_needed, x.needed_papers,
         ARRAY(SELECT f.component FROM motcua.document f WHERE f.dossier_id = p_dossier AND f.component IS NOT NULL) AS have
    INTO v FROM motcua.workflow_version x WHERE x.id = p_version;
  v_have := v.have;
  IF p_brought IS NOT NULL THEN
    v_have := v_have || ARRAY(SELECT e ->> 'component' FROM jsonb_array_elements(p_brought) AS e WHERE e ->> 'component' IS NOT NULL);
  END IF;
  IF v.always_needed <@ v_have AND (v.sometimes_needed = '[]' OR NOT EXISTS (
       SELECT FROM jsonb_array_elements(v.sometimes_needed) AS c
         WHERE (c ->> 'id' = ANY (v_have)) IS NOT TRUE AND motcua.paper_is_needed(c, p_data))) THEN
    RETURN '{}';
  END IF;
  -- (In the order of the definition, which the two lists do not keep.)
  RETURN ARRAY(SELECT c ->> 'id' FROM jsonb_array_elements(v.needed_papers) WITH ORDINALITY AS p (c, no)
    WHERE c ->> 'id' <> ALL (v_have) AND (NOT c ? 'when' OR motcua.paper_is_needed(c, p_data)) ORDER BY p.no);
END
$$;

-- Whether the condition of a paper holds (see workflow_version.sometimes_needed).
CREATE OR REPLACE FUNCTION motcua.paper_is_needed(p_paper jsonb, p_data jsonb) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE WHEN p_paper ? 'fits' THEN p_data @> (p_paper -> 'fits')
              ELSE coalesce(motcua.condition_value(p_paper -> 'when', p_data) = 'true', false) END;
END
$$;

-- The fee by the definition's conditions over these data, in đồng.
CREATE OR REPLACE FUNCTION motcua.fee_by_definition(p_version int, p_channel text, p_data jsonb) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT CASE WHEN x.fees = '[]' THEN 0 ELSE motcua.fee_owed(x.fees, p_channel, p_data) END
            FROM motcua.workflow_version x WHERE x.id = p_version);
END
$$;

-- How many of the consultations that are open count as agreement by now, where silence agrees.
CREATE OR REPLACE FUNCTION motcua.silent_agreements(p_dossier bigint, p_version int, p_state text, p_at timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT count(*) FROM motcua.consultation c
            JOIN motcua.workflow_state s ON s.version_id = p_version AND s.state = p_state
            WHERE c.dossier_id = p_dossier AND c.status = 'open' AND s.silence = 'agrees' AND c.due < p_at);
END
$$;

-- The units asked when a state is entered, each once, in the order of its rules; with a NULL in it where a rule names
-- no unit on that day.
CREATE OR REPLACE FUNCTION motcua.units_to_ask(
  p_version int, p_state text, p_reception int, p_address int, p_holder int, p_day date
) RETURNS int[] LANGUAGE plpgsql STABLE AS $$
DECLARE v_units int[] := '{}'; r record;
BEGIN
  FOR r IN SELECT motcua.resolve_unit(c.holder_base, c.holder_parent, c.holder_tier, c.holder_department,
               p_reception, p_address, p_holder, p_day) AS unit
             FROM motcua.workflow_consult c WHERE c.version_id = p_version AND c.state = p_state ORDER BY c.no LOOP
    IF r.unit IS NULL OR array_position(v_units, r.unit) IS NULL THEN v_units := v_units || r.unit; END IF;
  END LOOP;
  RETURN v_units;
END
$$;

-- The promised moment when a paused clock goes on: the time the applicant had it is given back. NULL where that leads
-- out of the calendar. (An extension may have set a date outside office hours, which counting would round down.)
CREATE OR REPLACE FUNCTION motcua.due_resumed(
  p_version int, p_channel text, p_due timestamptz, p_paused_at timestamptz, p_at timestamptz
) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE v_unit text; v_due timestamptz;
BEGIN
  SELECT l.unit INTO v_unit FROM motcua.workflow_legal_time l WHERE l.version_id = p_version AND l.channel = p_channel;
  IF v_unit IS NULL OR p_due = 'infinity' THEN RETURN p_due; END IF;
  v_due := motcua.resume_due(p_due, motcua.pause_remaining(p_due, p_paused_at, v_unit, true), p_at, v_unit, true);
  RETURN CASE WHEN v_due IS NOT NULL THEN greatest(p_due, v_due) END;
END
$$;

-- The latest date that an extension may promise: the legal time once more. NULL where nothing was promised.
CREATE OR REPLACE FUNCTION motcua.latest_extension(p_version int, p_channel text, p_due timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF p_due = 'infinity' THEN RETURN NULL; END IF;
  RETURN (SELECT motcua.due_at(p_due, l.amount, l.unit, true) FROM motcua.workflow_legal_time l
            WHERE l.version_id = p_version AND l.channel = p_channel);
END
$$;

-- What is wrong with a payload for a step, or NULL: its form, members that do not go with the step, and what it brings
-- by the definition's declarations. may: the members that the step takes.
CREATE OR REPLACE FUNCTION motcua.step_payload_fault(p_payload text, j jsonb, p_action text, p_may text[], p_version int) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE v_fault text := motcua.payload_fault(p_payload, j); def record;
BEGIN
  IF v_fault IS NULL AND j - p_may <> '{}' THEN
    v_fault := format('the payload holds what "%s" does not take', p_action);
  END IF;
  IF v_fault IS NULL AND j ?| '{data,documents}' THEN
    SELECT x.fields, x.components INTO def FROM motcua.workflow_version x WHERE x.id = p_version;
    v_fault := motcua.brought_fault(def.fields, def.components, j);
  END IF;
  RETURN v_fault;
END
$$;

-- The first member that a step must have and that this payload has not, or only empty. (A signature has a gate of its
-- own, as it is a requirement of the law's.)
CREATE OR REPLACE FUNCTION motcua.first_lacking(j jsonb, p_must text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT m FROM unnest(p_must) AS m
    WHERE m <> 'signature' AND (coalesce(j -> m IN ('[]', '{}', 'null'), true)
      OR jsonb_typeof(j -> m) = 'string' AND motcua.is_blank(j ->> m)) LIMIT 1
$$;

-- When the times of these versions' steps end that begin now, each counted once: {unit and amount: microseconds since
-- 1970, or null where that leads out of the calendar}.
CREATE OR REPLACE FUNCTION motcua.times_from(p_now timestamptz, p_versions int[]) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT jsonb_object_agg(x.time_unit || x.time_amount,
             (extract(epoch FROM motcua.due_at(p_now, x.time_amount, x.time_unit, true)) * 1000000)::bigint)
            FROM (SELECT DISTINCT s.time_amount, s.time_unit FROM motcua.workflow_state s
                    WHERE s.version_id = ANY (p_versions) AND s.time_amount IS NOT NULL) AS x);
END
$$;

-- p_locked: those of the ids whose rows the caller holds. p_actor, p_now: who acts, and when, asked after the last lock.
-- p_times: motcua.times_from(p_now) for the versions of these dossiers.
-- A step may be judged as of a later moment than this: that of the dossier's last event, where the clock was set back.
CREATE OR REPLACE FUNCTION motcua.judged(
  p_ids bigint[], p_versions int[], p_actions text[], p_tos text[], p_payloads text[],
  p_locked bigint[], p_actor motcua.actor, p_now timestamptz, p_times jsonb
) RETURNS TABLE (
  no bigint, id bigint, asked_version int, action text, target text, payload text, said jsonb, fault text,
  code text, workflow_version int, version int, at timestamptz, unit int, effect text, actor text,
  state text, holder int, step_due timestamptz, pending_unit int, pending_seq int, was_consulted int[], participants int[],
  applicant_search text, applicant_rev text, paid bigint,
  enters bool, sends bool, closes text, back bool, goes int, next_state text, next_role text, clock text,
  due timestamptz, next_step_due timestamptz, paused_at timestamptz, finished_at timestamptz, outcome text,
  asks int[], consulted int[], portal_status smallint, tells bool, data jsonb, fee_due bigint, assignee int,
  prev_hash bytea
) LANGUAGE sql STABLE AS $$
  SELECT g.no, g.id, g.asked_version, g.action, g.target, g.payload, g.j,
         CASE WHEN g.fault IS NOT NULL THEN g.fault
              WHEN g.next_due IS NULL OR g.next_step IS NULL THEN 'calendar'
              WHEN array_position(g.to_ask, NULL) IS NOT NULL THEN 'no_opinion' END,
         g.code, g.workflow_version, g.version, g.at, g.unit, g.effect, g.actor,
         g.state, g.holder, g.step_due, g.pending_unit, g.pending_seq, g.consulted, g.participants,
         g.applicant_search, g.applicant_rev, g.paid,
         g.enters, g.sends, g.closes, g.back, g.goes, CASE WHEN g.enters THEN g.target ELSE g.state END,
         CASE WHEN g.enters THEN g.next_role ELSE g.awaits_role END, g.clock2, g.next_due, g.next_step,
         CASE WHEN g.clock2 = 'paused' THEN CASE WHEN g.clock = 'paused' THEN g.paused_at ELSE g.at END END,
         CASE WHEN NOT g.enters THEN g.finished_at WHEN g.clock2 = 'stopped' THEN coalesce(g.finished_at, g.at) END,
         CASE WHEN g.enters THEN g.outcome END,
         g.to_ask,
         CASE WHEN g.enters THEN g.to_ask WHEN g.actor = 'consulted' THEN array_remove(g.consulted, g.unit) ELSE g.consulted END,
         CASE WHEN g.enters THEN coalesce(g.portal, g.portal_status) ELSE g.portal_status END,
         g.enters AND g.portal IS NOT NULL AND g.portal IS DISTINCT FROM g.portal_status,
         g.data2, g.fee2,
         -- (Of what is refused the assignee need not be a number.)
         CASE WHEN g.effect = 'assign' AND g.fault IS NULL THEN (g.j ->> 'assignee')::int WHEN NOT g.enters THEN g.assignee ELSE 0 END,
         g.hash
    FROM (
      -- Dates, consultations, data: what is computed for the rows that are not refused.
      SELECT e.*,
             CASE WHEN e.fault IS NOT NULL OR NOT e.resumes THEN
                    CASE WHEN e.effect = 'extend' AND e.fault IS NULL THEN motcua.parse_time(e.j ->> 'until') ELSE e.due_at END
                  ELSE motcua.due_resumed(e.workflow_version, e.channel, e.due_at, e.paused_at, e.at) END AS next_due,
             CASE WHEN e.fault IS NOT NULL OR NOT e.restarts THEN CASE WHEN e.enters THEN 'infinity' ELSE e.step_due END
                  WHEN e.time_amount IS NULL THEN 'infinity'
                  WHEN e.at <> p_now THEN motcua.due_at(e.at, e.time_amount, e.time_unit, true)
                  ELSE timestamptz 'epoch' + (p_times ->> (e.time_unit || e.time_amount))::bigint * interval '1 microsecond' END AS next_step,
             CASE WHEN e.fault IS NULL AND e.enters AND e.consults
                  THEN motcua.units_to_ask(e.workflow_version, e.target, e.reception, e.address, e.goes, e.day) ELSE '{}' END AS to_ask,
             CASE WHEN e.effect = 'amend' AND e.fault IS NULL THEN e.data || (e.j -> 'data') ELSE e.data END AS data2,
             CASE WHEN e.effect = 'amend' AND e.fault IS NULL
                  THEN motcua.fee_by_definition(e.workflow_version, e.channel, e.data || (e.j -> 'data')) ELSE e.fee_due END AS fee2
        FROM (
          SELECT c.*,
                 c.clock = 'paused' AND c.clock2 <> 'paused' AS resumes,
                 (c.enters OR c.effect = 'decline') AND c.next_clock = 'running' AS restarts,
                 CASE
                   WHEN c.gate2 IS NOT NULL THEN c.gate2
                   WHEN c.at_most IS NOT NULL AND coalesce((c.counts ->> c.action)::int, 0) >= c.at_most THEN 'used_up'
                   WHEN c.before_due AND c.at > c.due_at THEN 'too_late'
                   WHEN CASE WHEN c.plain THEN c.j - c.may <> '{}'
                             ELSE motcua.step_payload_fault(c.payload, c.j, c.action, c.may, c.workflow_version) IS NOT NULL END THEN 'payload'
                   WHEN c.must <> '{}' AND motcua.first_lacking(c.j, c.must) IS NOT NULL THEN 'lacking'
                   -- Requirements, in the order in which the compiler of definitions writes them and decide asks for them.
                   WHEN CASE WHEN NOT c.needs_papers THEN false
                             WHEN c.j ? 'documents' THEN motcua.papers_lacking(c.workflow_version, c.id, c.data, c.j -> 'documents') <> '{}'
                             -- (The same without the call, as the papers are nearly always there; and without a function in
                             -- FROM, which would keep its rows in a store.)
                             ELSE (SELECT NOT (c.papers <@ h.have AND (c.papers_when = '[]' OR NOT EXISTS (
                                     SELECT FROM (SELECT c.papers_when -> generate_series(0, jsonb_array_length(c.papers_when) - 1) AS w OFFSET 0) AS p
                                       WHERE (w ->> 'id' = ANY (h.have)) IS NOT TRUE
                                         AND CASE WHEN w ? 'fits' THEN c.data @> (w -> 'fits') ELSE motcua.paper_is_needed(w, c.data) END)))
                                     FROM (SELECT ARRAY(SELECT f.component FROM motcua.document f
                                       WHERE f.dossier_id = c.id AND f.component IS NOT NULL) AS have OFFSET 0) AS h) END THEN 'papers'
                   WHEN c.needs_fee AND c.paid < greatest(c.fee_due, motcua.fee_by_definition(c.workflow_version, c.channel, c.data)) THEN 'fee'
                   WHEN c.needs_signature AND motcua.is_blank(c.j #>> '{signature,number}') THEN 'signature'
                   -- In row and table alike: of a consultation that this statement does not see yet silence is no answer.
                   WHEN c.needs_answers AND c.consulted <> '{}'
                        AND cardinality(c.consulted) > motcua.silent_agreements(c.id, c.workflow_version, c.state, c.at) THEN 'answers'
                   WHEN NOT c.data ?& c.needs_data THEN 'data'
                   WHEN c.effect IN ('move', 'back') AND c.goes IS NULL THEN 'no_unit'
                   WHEN c.effect = 'assign' AND NOT coalesce((SELECT h.active FROM motcua.staff h WHERE h.id = (c.j ->> 'assignee')::int)
                        AND motcua.is_assigned((c.j ->> 'assignee')::int, c.holder, ARRAY[c.awaits_role], c.day), false) THEN 'assignee'
                   -- (NULL > anything) is NULL: coalesce makes a missing date a refusal.
                   WHEN c.effect = 'extend' AND NOT coalesce(motcua.parse_time(c.j ->> 'until') > c.due_at
                        AND motcua.parse_time(c.j ->> 'until') <= motcua.latest_extension(c.workflow_version, c.channel, c.due_at), false)
                     THEN 'extension'
                   WHEN c.effect = 'pay' AND coalesce(c.paid + (c.j #>> '{payment,amount}')::bigint, 1000000000000000) > 999999999999999 THEN 'payment'
                   WHEN c.effect = 'amend' AND coalesce((c.j ->> 'feeDue')::bigint, c.fee_due)
                        <> motcua.fee_by_definition(c.workflow_version, c.channel, c.data || (c.j -> 'data')) THEN 'fee_due'
                 END AS fault
            FROM (
              -- Whether it enters another state at once, is sent to another unit, or ends a handover; and its clock: that
              -- of the state entered, or in which it stays after all. A pause ends when it is sent on: what it was paused
              -- for is over, and taking it late must gain the authorities no time.
              SELECT b.*,
                     CASE WHEN b.enters AND b.outcome IS NOT NULL THEN 'stopped'
                          WHEN b.enters OR b.closes IS NOT NULL THEN b.next_clock
                          WHEN b.sends AND b.clock = 'paused' AND b.next_clock <> 'paused' THEN 'running'
                          ELSE b.clock END AS clock2
                FROM (
                  SELECT a.*,
                         coalesce(a.effect = 'take' OR a.effect IN ('move', 'back') AND a.goes = a.holder, false) AS enters,
                         coalesce(a.effect IN ('move', 'back') AND a.goes <> a.holder, false) AS sends,
                         CASE a.effect WHEN 'take' THEN 'taken' WHEN 'decline' THEN 'declined' WHEN 'recall' THEN 'recalled' END AS closes
                    FROM (
                      -- Who acts, for which unit, and where it goes.
                      SELECT z.*,
                             CASE WHEN z.gate IS NULL AND z.unit IS NULL THEN 'not_yours' ELSE z.gate END AS gate2,
                             CASE
                               WHEN z.effect = 'take' THEN z.pending_unit
                               WHEN z.effect NOT IN ('move', 'back') THEN z.holder
                               WHEN z.back AND (z.came_unit = z.holder OR EXISTS (SELECT FROM motcua.unit u WHERE u.id = z.came_unit
                                      AND u.valid_from <= z.day AND (u.valid_to IS NULL OR z.day < u.valid_to))) THEN z.came_unit
                               WHEN z.outcome IS NOT NULL OR z.is_base AND z.holder_base = 'current' THEN z.holder
                               -- Also where it came from a unit that is no more: the one that the rule names today is in its place.
                               WHEN z.is_base THEN (SELECT u.id FROM motcua.unit u
                                 WHERE u.id = CASE z.holder_base WHEN 'reception' THEN z.reception ELSE z.address END
                                   AND u.valid_from <= z.day AND (u.valid_to IS NULL OR z.day < u.valid_to))
                               ELSE motcua.resolve_unit(z.holder_base, z.holder_parent, z.holder_tier, z.holder_department,
                                 z.reception, z.address, z.holder, z.day)
                             END AS goes
                        FROM (
                          SELECT y.*,
                                 CASE WHEN y.gate IS NULL THEN CASE y.actor
                                   WHEN 'consulted' THEN (SELECT u.id FROM unnest(y.consulted) WITH ORDINALITY AS u (id, place)
                                     WHERE CASE WHEN y.at = p_now AND NOT (p_actor).service THEN (p_actor).mine -> u.id::text ?| y.roles2
                                                ELSE motcua.is_assigned((p_actor).staff, u.id, y.roles2, y.day) END
                                     ORDER BY u.place LIMIT 1)
                                   ELSE CASE WHEN CASE WHEN y.at = p_now AND NOT (p_actor).service THEN (p_actor).mine -> y.acting::text ?| y.roles2
                                                       ELSE motcua.is_assigned((p_actor).staff, y.acting, y.roles2, y.day) END
                                        THEN y.acting END
                                 END END AS unit
                            FROM (
                              SELECT x.*, w.effect, w.actor, w.during, w.may, w.must, w.at_most, w.before_due, w.guard,
                                     w.needs_data, w.needs_papers, w.papers, w.papers_when, w.needs_fee, w.needs_signature, w.needs_answers,
                                     w.holder_base, w.is_base, w.holder_parent, w.holder_tier, w.holder_department, w.next_role,
                                     w.time_amount, w.time_unit, w.next_clock, w.portal, w.outcome, w.consults,
                                     w.effect = 'back' OR w.effect = 'take' AND x.pending_back AS back,
                                     CASE WHEN w.actor = 'receiver' THEN x.pending_unit ELSE x.holder END AS acting,
                                     CASE WHEN w.roles <> '{}' THEN w.roles ELSE motcua.roles_there(x.workflow_version, x.pending_state) END AS roles2,
                                     motcua.local_date(x.at) AS day,
                                     CASE WHEN x.plain THEN x.payload::jsonb ELSE motcua.parse_payload(x.payload) END AS j,
                                     CASE
                                       WHEN x.seen IS NOT TRUE THEN 'unknown'
                                       WHEN x.missed THEN 'moved'
                                       WHEN x.nth > 1 THEN 'twice'
                                       WHEN x.version IS DISTINCT FROM x.asked_version THEN 'changed'
                                       WHEN x.ended_at IS NOT NULL THEN 'ended'
                                       WHEN w.action IS NULL THEN 'no_step'
                                       WHEN w.during = 'handover' AND x.pending_unit IS NULL THEN 'no_handover'
                                       WHEN w.during = 'free' AND x.pending_unit IS NOT NULL THEN 'handover'
                                       WHEN w.effect = 'take' AND x.pending_state <> x.target
                                            OR (w.effect = 'back' OR w.effect = 'take' AND x.pending_back)
                                               AND x.came_state IS DISTINCT FROM x.target THEN 'other_target'
                                       WHEN w.guard IS NOT NULL AND motcua.condition_value(w.guard, x.data) IS DISTINCT FROM 'true' THEN 'condition'
                                     END AS gate
                                FROM (
                                  SELECT q.no, q.id, q.version AS asked_version, q.action, q.payload, motcua.is_plain_payload(q.payload) AS plain, q.nth,
                                         greatest(p_now, s.changed_at) AS at,
                                         coalesce(q.target, motcua.only_target(s.workflow_version, s.state, q.action, s.pending_state,
                                           s.trail_states[cardinality(s.trail_states)], f.data)) AS target,
                                         s.version, s.workflow_version, s.state, s.holder, s.awaits_role, s.assignee, s.clock,
                                         s.due_at, s.step_due, s.paused_at, s.finished_at, s.ended_at, s.portal_status,
                                         s.pending_unit, s.pending_state, s.pending_seq, s.pending_back, s.participants, s.consulted,
                                         s.counts, s.hash, s.trail_states[cardinality(s.trail_states)] AS came_state,
                                         s.trail_units[cardinality(s.trail_units)] AS came_unit,
                                         f.code, f.channel, f.reception, f.address, f.data, f.fee_due, f.paid,
                                         f.applicant_search, f.applicant_rev,
                                         s.dossier_id IS NOT NULL
                                           AND (s.holder = ANY ((p_actor).sees) OR s.pending_unit = ANY ((p_actor).sees)
                                                OR motcua.may_see((p_actor).reader, s.holder, s.pending_unit, s.participants)) AS seen,
                                         l.id IS NULL AND CASE WHEN (p_actor).service THEN motcua.acts_for(p_actor, s.holder, motcua.local_date(p_now))
                                           ELSE coalesce((p_actor).mine ?| ARRAY[s.holder::text, s.pending_unit::text]
                                             OR (p_actor).mine ?| s.consulted::text[], false) END AS missed
                                    FROM (SELECT u.*, row_number() OVER (PARTITION BY u.id ORDER BY u.no) AS nth
                                            FROM unnest(p_ids, p_versions, p_actions, p_tos, p_payloads)
                                                   WITH ORDINALITY AS u (id, version, action, target, payload, no)) AS q
                                    LEFT JOIN motcua.standing s ON s.dossier_id = q.id
                                    LEFT JOIN motcua.application f ON f.dossier_id = q.id
                                    LEFT JOIN unnest(p_locked) AS l (id) ON l.id = q.id
                                    OFFSET 0
                                ) AS x
                                LEFT JOIN motcua.workflow_step w ON w.version_id = x.workflow_version AND w.from_state = x.state
                                  AND w.action = x.action COLLATE "C" AND w.to_state = x.target COLLATE "C"
                                OFFSET 0
                            ) AS y
                            OFFSET 0
                        ) AS z
                        OFFSET 0
                    ) AS a
                ) AS b
            ) AS c
            OFFSET 0
        ) AS e
        OFFSET 0
    ) AS g
$$;
