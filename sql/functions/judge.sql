-- The judgement of one step of one dossier. d is the dossier as it stands, locked by the caller.
--
-- needs: refusals.sql

-- The deadlines that the timer worker watches for a dossier in this condition: the promised date while
-- the clock runs, and the step's.
CREATE OR REPLACE FUNCTION motcua.running_timers(d motcua.dossier) RETURNS timestamptz[] LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY[CASE WHEN d.ended_at IS NULL AND d.clock = 'running' THEN d.due_at END, d.step_due]
$$;

-- What the law asks before a step and is not there: a refusal, or nothing. j is the payload: what it brings counts.
CREATE OR REPLACE FUNCTION motcua.unmet(d motcua.dossier, p_requires text[], p_action text, j jsonb, p_at timestamptz)
RETURNS motcua.verdict LANGUAGE plpgsql STABLE AS $$
DECLARE
  w record; v_missing text[]; v_requirement text; v_due bigint; v_none motcua.verdict;
BEGIN
  SELECT x.needed_fields, x.needed_papers, x.fees INTO w
    FROM motcua.workflow_version x WHERE x.id = d.workflow_version;
  FOREACH v_requirement IN ARRAY p_requires LOOP
    CASE v_requirement
      WHEN 'fee' THEN
        v_due := greatest(d.fee_due, motcua.fee_owed(w.fees, d.channel, d.data));
        IF d.paid < v_due THEN
          RETURN motcua.refuse(d, 'MC013', format('"%s" comes after the fee is paid', p_action),
            jsonb_build_object('action', p_action, 'requires', 'fee', 'due', v_due, 'paid', d.paid),
            'take the rest of the fee first');
        END IF;
      WHEN 'signature' THEN
        IF motcua.is_blank(j #>> '{signature,number}') THEN
          RETURN motcua.refuse(d, 'MC013', format('"%s" needs a signature', p_action),
            jsonb_build_object('action', p_action, 'requires', 'signature'), 'signature: {"number": "..."}');
        END IF;
      WHEN 'answers' THEN
        -- In row and table alike: of a consultation that this statement does not see yet silence is no answer.
        IF d.consulted <> '{}' AND cardinality(d.consulted) > (
             SELECT count(*) FROM motcua.consultation c
               JOIN motcua.workflow_state s ON s.version_id = d.workflow_version AND s.state = d.state
               WHERE c.dossier_id = d.dossier_id AND c.status = 'open' AND s.silence = 'agrees' AND c.due < p_at) THEN
          RETURN motcua.refuse(d, 'MC013', format('"%s" comes after the units that were asked have answered', p_action),
            jsonb_build_object('action', p_action, 'requires', 'answers', 'units', d.consulted),
            'wait for the answers, or, where silence agrees, for their time to pass');
        END IF;
      WHEN 'components' THEN
        v_missing := ARRAY(SELECT c ->> 'id' FROM jsonb_array_elements(w.needed_papers) AS c
          WHERE NOT jsonb_path_query_array(j, '$.documents[*].component') ? (c ->> 'id')
            AND NOT EXISTS (SELECT FROM motcua.document f WHERE f.dossier_id = d.dossier_id AND f.component = c ->> 'id')
            AND (NOT c ? 'when' OR motcua.condition_value(c -> 'when', d.data) = 'true'));
        IF v_missing <> '{}' THEN
          RETURN motcua.refuse(d, 'MC013', format('"%s" comes after the papers are complete', p_action),
            jsonb_build_object('action', p_action, 'requires', 'components', 'missing', v_missing),
            'attach the papers that are missing first, or with this step');
        END IF;
      WHEN 'data' THEN
        v_missing := ARRAY(SELECT f FROM unnest(w.needed_fields) AS f WHERE NOT d.data ? f);
        IF v_missing <> '{}' THEN
          RETURN motcua.refuse(d, 'MC013', format('"%s" comes after the form is filled in', p_action),
            jsonb_build_object('action', p_action, 'requires', 'data', 'missing', v_missing),
            'amend the data that are missing first');
        END IF;
    END CASE;
  END LOOP;
  RETURN v_none;
END
$$;

-- A refusal where a step's time would end outside the working calendar.
CREATE OR REPLACE FUNCTION motcua.beyond_calendar(d motcua.dossier, p_action text, p_at timestamptz)
RETURNS motcua.verdict LANGUAGE sql STABLE AS $$
  SELECT motcua.refuse(d, 'MC014', format('the time that "%s" begins leads out of the working calendar', p_action),
    jsonb_build_object('action', p_action, 'at', p_at),
    'load the holidays of the coming years and rebuild the calendar; ask your administrator')
$$;

CREATE OR REPLACE FUNCTION motcua.judge(
  d motcua.dossier, p_version int, p_action text, p_to text, p_payload text,
  p_staff int, p_login text, p_now timestamptz
) RETURNS motcua.verdict LANGUAGE plpgsql STABLE AS $$
DECLARE
  n motcua.dossier := d;               -- the dossier after the step
  v motcua.verdict; v_unmet motcua.verdict;
  v_at timestamptz := greatest(p_now, d.changed_at);
  v_day date := motcua.local_date(greatest(p_now, d.changed_at));
  v_units int[]; v_roles text[];
  v_to int; v_enters bool := false; v_back bool;
  j jsonb; t record; r record; def record; v_fault text;
BEGIN
  IF d.version IS DISTINCT FROM p_version THEN
    RETURN motcua.refuse(d, 'MC002', format('dossier %s has changed meanwhile', d.code),
      jsonb_build_object('expected', p_version, 'by', (SELECT s.name FROM motcua.staff s WHERE s.id = d.changed_by),
        'at', d.changed_at),
      'look at it again, then decide');
  END IF;
  IF d.ended_at IS NOT NULL THEN
    RETURN motcua.refuse(d, 'MC009', format('dossier %s has ended (%s)', d.code, d.outcome),
      jsonb_build_object('outcome', d.outcome, 'ended_at', d.ended_at), 'nothing can happen to it any more');
  END IF;

  -- The step, and the state it leads to (for steps that stay, the state it is in).
  SELECT w.effect, w.roles, w.at_most, w.before_due, w.needs_reason, w.requires, w.guard,
         s.state, s.holder_base, s.holder_parent, s.holder_tier, s.holder_department, s.role,
         s.time_amount, s.time_unit, s.clock, s.portal, s.outcome, s.consults
    INTO t
    FROM motcua.workflow_transition w
    JOIN motcua.workflow_state s ON s.version_id = w.version_id AND s.state = w.to_state
    WHERE w.version_id = d.workflow_version AND w.from_state = d.state
      AND w.action = p_action AND w.to_state = p_to;
  IF NOT FOUND THEN
    RETURN motcua.refuse(d, 'MC003', format('"%s" to "%s" is no step from "%s"', p_action, p_to, d.state),
      jsonb_build_object('action', p_action, 'to', p_to, 'allowed', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('action', w.action, 'to', w.to_state, 'roles', w.roles)
                 ORDER BY w.action, w.to_state), '[]') FROM motcua.workflow_transition w
          WHERE w.version_id = d.workflow_version AND w.from_state = d.state)),
      'take one of the steps listed as allowed');
  END IF;

  IF t.effect IN ('take', 'decline', 'recall') THEN
    IF d.pending_unit IS NULL THEN
      RETURN motcua.refuse(d, 'MC008', format('dossier %s is not on its way to anybody', d.code), '{}',
        'only a handover under way can be taken, declined or recalled');
    END IF;
  ELSIF d.pending_unit IS NOT NULL AND t.effect <> 'note' THEN
    RETURN motcua.refuse(d, 'MC008', format('dossier %s is on its way to another unit', d.code),
      jsonb_build_object('to_unit', d.pending_unit, 'to_state', d.pending_state, 'since', d.pending_since),
      'the receiver takes or declines it, or the sender recalls it');
  END IF;
  v_back := t.effect = 'back' OR (t.effect = 'take' AND d.pending_back);
  IF (t.effect = 'take' AND d.pending_state <> p_to)
     OR (v_back AND (cardinality(d.trail_states) = 0 OR d.trail_states[cardinality(d.trail_states)] <> p_to)) THEN
    RETURN motcua.refuse(d, 'MC005', format('"%s" does not lead to "%s" now', p_action, p_to),
      jsonb_build_object('to', p_to, 'pending_state', d.pending_state,
        'came_from', d.trail_states[cardinality(d.trail_states)]),
      'name the state it is on its way to, or the one it came from');
  END IF;

  IF t.guard IS NOT NULL AND motcua.condition_value(t.guard, d.data) IS DISTINCT FROM 'true' THEN
    RETURN motcua.refuse(d, 'MC015', format('the condition of "%s" to "%s" does not hold', p_action, p_to),
      jsonb_build_object('action', p_action, 'to', p_to, 'guard', t.guard, 'data', d.data),
      'the data decide which steps are possible; amend what is wrong or missing in them');
  END IF;

  -- Who may: staff of the unit that is to act, in a role that the step names, else that of its state.
  CASE t.effect
    WHEN 'take', 'decline' THEN
      v_units := ARRAY[d.pending_unit];
      v_roles := CASE WHEN t.effect = 'take' THEN ARRAY[t.role] ELSE ARRAY(
        SELECT s.role FROM motcua.workflow_state s
          WHERE s.version_id = d.workflow_version AND s.state = d.pending_state) END;
    WHEN 'answer' THEN
      v_units := d.consulted;
      v_roles := ARRAY[d.awaits_role];
    ELSE
      v_units := ARRAY[d.holder];
      v_roles := ARRAY[d.awaits_role];
  END CASE;
  IF t.roles <> '{}' THEN v_roles := t.roles; END IF;
  v.unit := NULL;
  FOREACH v_to IN ARRAY v_units LOOP
    IF EXISTS (SELECT FROM motcua.assignment a
               WHERE a.staff_id = p_staff AND a.unit_id = v_to AND a.role = ANY (v_roles)
                 AND a.valid_from <= v_day AND (a.valid_to IS NULL OR v_day < a.valid_to)) THEN
      v.unit := v_to;
      EXIT;
    END IF;
  END LOOP;
  IF v.unit IS NULL THEN
    RETURN motcua.refuse(d, 'MC004', format('"%s" is not yours to do on dossier %s', p_action, d.code),
      jsonb_build_object('action', p_action, 'units', v_units, 'roles', v_roles, 'staff', p_staff),
      'it takes somebody assigned today to one of these units in one of these roles');
  END IF;

  IF t.at_most IS NOT NULL AND coalesce((d.counts ->> p_action)::int, 0) >= t.at_most THEN
    RETURN motcua.refuse(d, 'MC006', format('"%s" may happen %s time(s) only', p_action, t.at_most),
      jsonb_build_object('action', p_action, 'at_most', t.at_most), 'it has been used up for this dossier');
  END IF;
  IF t.before_due AND v_at > d.due_at THEN
    RETURN motcua.refuse(d, 'MC006', format('"%s" is possible only before the promised date', p_action),
      jsonb_build_object('action', p_action, 'due', d.due_at, 'now', v_at), 'the promised date has passed');
  END IF;

  j := motcua.parse_payload(p_payload);
  v_fault := motcua.payload_fault(p_payload, j);
  IF v_fault IS NULL AND j <> '{}' AND motcua.strays(j, t.effect) <> '{}' THEN
    v_fault := format('the payload holds what "%s" does not take', p_action);
  END IF;
  IF v_fault IS NULL AND (j ? 'data' OR j ? 'documents') THEN
    SELECT x.fields, x.components, x.fees INTO def FROM motcua.workflow_version x WHERE x.id = d.workflow_version;
    v_fault := motcua.brought_fault(def.fields, def.components, j);
  END IF;
  IF v_fault IS NOT NULL THEN
    RETURN motcua.refuse(d, 'MC010', v_fault, jsonb_build_object('action', p_action),
      'send {} or the members that this action takes');
  END IF;
  IF (t.needs_reason OR t.effect = 'decline') AND motcua.is_blank(j ->> 'reason') THEN
    RETURN motcua.refuse(d, 'MC010', format('"%s" needs a reason', p_action),
      jsonb_build_object('action', p_action, 'member', 'reason'), 'give the reason in words');
  END IF;
  IF t.requires <> '{}' THEN
    v_unmet := motcua.unmet(d, t.requires, p_action, j, v_at);
    IF v_unmet.sqlstate IS NOT NULL THEN RETURN v_unmet; END IF;
  END IF;

  v.from_state := d.state; v.target_state := ''; v.unit_to := d.holder; v.consulted := '{}';
  v.lapses := false; v.tells_portal := false;

  CASE t.effect
    WHEN 'move', 'back' THEN
      v_to := CASE
        WHEN v_back AND (d.trail_units[cardinality(d.trail_units)] = d.holder OR EXISTS (
               SELECT FROM motcua.unit x WHERE x.id = d.trail_units[cardinality(d.trail_units)]
                 AND x.valid_from <= v_day AND (x.valid_to IS NULL OR v_day < x.valid_to)))
          THEN d.trail_units[cardinality(d.trail_units)]
        WHEN t.outcome IS NOT NULL OR t.holder_base = 'current' AND t.holder_tier IS NULL
             AND t.holder_department IS NULL AND NOT t.holder_parent
          THEN d.holder
      END;
      -- Also where it came from a unit that is no more: the one that the rule names today is in its place.
      IF v_to IS NULL THEN
        v_to := motcua.resolve_unit(t.holder_base, t.holder_parent, t.holder_tier, t.holder_department,
          d.reception, d.address, d.holder, v_day);
        IF v_to IS NULL THEN
          RETURN motcua.refuse(d, 'MC011', format('no unit holds "%s" for dossier %s today', p_to, d.code),
            jsonb_build_object('to', p_to, 'base', t.holder_base, 'parent', t.holder_parent,
              'tier', t.holder_tier, 'department', t.holder_department, 'reception', d.reception,
              'address', d.address, 'day', v_day),
            'the definition''s rule and the units of today must agree; ask your administrator');
        END IF;
      END IF;
      v_enters := v_to = d.holder;
      IF NOT v_enters THEN
        n.pending_state := p_to; n.pending_unit := v_to; n.pending_since := v_at;
        n.pending_seq := d.version + 1; n.pending_back := v_back;
        v.target_state := p_to; v.unit_to := v_to;
      END IF;
    WHEN 'take' THEN
      v_to := d.pending_unit; v_enters := true; v.closes := 'taken';
    WHEN 'decline' THEN
      v.closes := 'declined';
      IF t.clock = 'running' THEN
        n.step_due := motcua.due_at(v_at, t.time_amount, t.time_unit, true);
        IF n.step_due IS NULL AND t.time_amount IS NOT NULL THEN RETURN motcua.beyond_calendar(d, p_action, v_at); END IF;
      END IF;
    WHEN 'recall' THEN
      v.closes := 'recalled';
    WHEN 'assign' THEN
      n.assignee := (j ->> 'assignee')::int;
      IF NOT EXISTS (SELECT FROM motcua.assignment a JOIN motcua.staff s ON s.id = a.staff_id AND s.active
                     WHERE a.staff_id = n.assignee AND a.unit_id = d.holder AND a.role = d.awaits_role
                       AND a.valid_from <= v_day AND (a.valid_to IS NULL OR v_day < a.valid_to)) THEN
        RETURN motcua.refuse(d, 'MC007', format('no such %s at the unit that holds dossier %s', d.awaits_role, d.code),
          jsonb_build_object('assignee', j -> 'assignee', 'unit', d.holder, 'role', d.awaits_role),
          'name the staff number of somebody assigned there today in that role');
      END IF;
    WHEN 'extend' THEN
      SELECT w.amount AS legal_amount, w.unit AS legal_unit INTO r FROM motcua.workflow_legal_time w
        WHERE w.version_id = d.workflow_version AND w.channel = d.channel;
      n.due_at := motcua.parse_time(j ->> 'until');
      -- (NULL > anything) is NULL: coalesce makes a missing date a refusal.
      IF NOT coalesce(n.due_at > d.due_at
                      AND n.due_at <= motcua.due_at(d.due_at, r.legal_amount, r.legal_unit, true), false) THEN
        RETURN motcua.refuse(d, 'MC010', 'the new date must lie after the promised one, by no more than the legal time',
          jsonb_build_object('until', j -> 'until', 'due', d.due_at,
            'latest', motcua.due_at(d.due_at, r.legal_amount, r.legal_unit, true)),
          'give "until" in ISO 8601 with offset, within these limits');
      END IF;
    WHEN 'pay' THEN
      n.paid := d.paid + (j #>> '{payment,amount}')::bigint;
      IF n.paid IS NULL OR n.paid > 999999999999999 THEN
        RETURN motcua.refuse(d, 'MC010', 'a payment is missing, or makes more than can be counted',
          jsonb_build_object('payment', j -> 'payment', 'paid', d.paid),
          'payment: {"amount": 100000, "method": "cash", "receipt": "..."}');
      END IF;
    WHEN 'amend' THEN
      IF coalesce(j -> 'data', '{}') = '{}' THEN
        RETURN motcua.refuse(d, 'MC010', 'an amendment needs data', '{}', 'data: {"field": value}');
      END IF;
      n.data := d.data || (j -> 'data');
      -- What is owed may depend on the data.
      n.fee_due := motcua.fee_owed(def.fees, d.channel, n.data);
      IF coalesce((j ->> 'feeDue')::bigint, d.fee_due) <> n.fee_due THEN
        RETURN motcua.refuse(d, 'MC010', format('with these data the fee is %s', n.fee_due),
          jsonb_build_object('feeDue', j -> 'feeDue', 'due', n.fee_due), 'feeDue: what the definition says');
      END IF;
    WHEN 'attach' THEN
      IF coalesce(j -> 'documents', '[]') = '[]' THEN
        RETURN motcua.refuse(d, 'MC010', 'there is no document to attach', '{}', 'documents: [{"name": "..."}]');
      END IF;
    WHEN 'note' THEN
      IF motcua.is_blank(j ->> 'text') THEN
        RETURN motcua.refuse(d, 'MC010', 'the note is empty', '{}', 'text: "..."');
      END IF;
    WHEN 'answer' THEN
      IF NOT j ? 'opinion' THEN
        RETURN motcua.refuse(d, 'MC010', 'an answer agrees or disagrees', '{}', 'opinion: "agree" or "disagree"');
      END IF;
      n.consulted := array_remove(d.consulted, v.unit);
  END CASE;

  IF v_enters OR v.closes IS NOT NULL THEN
    n.pending_state := NULL; n.pending_unit := NULL; n.pending_since := NULL; n.pending_seq := NULL;
    n.pending_back := false;
  END IF;

  -- The clock is that of the state which is entered, or in which it stays after all. And a pause ends when it is sent on:
  -- what it was paused for is over, and taking it late must gain the authorities no time.
  n.clock := CASE
    WHEN v_enters AND t.outcome IS NOT NULL THEN 'stopped'
    WHEN v_enters OR v.closes IS NOT NULL THEN t.clock
    WHEN v.target_state <> '' AND d.clock = 'paused' AND t.clock <> 'paused' THEN 'running'
    ELSE d.clock END;
  IF d.clock = 'paused' AND n.clock <> 'paused' THEN
    -- The time the applicant had it is given back.
    SELECT w.unit AS legal_unit INTO r FROM motcua.workflow_legal_time w
      WHERE w.version_id = d.workflow_version AND w.channel = d.channel;
    -- (An extension may have set a date outside office hours, which counting would round down.)
    n.due_at := motcua.resume_due(d.due_at,
      motcua.pause_remaining(d.due_at, d.paused_at, r.legal_unit, true), v_at, r.legal_unit, true);
    IF n.due_at IS NULL AND d.due_at IS NOT NULL AND r.legal_unit IS NOT NULL THEN RETURN motcua.beyond_calendar(d, p_action, v_at); END IF;
    n.due_at := greatest(d.due_at, n.due_at);
    n.paused_at := NULL;
  ELSIF d.clock <> 'paused' AND n.clock = 'paused' THEN
    n.paused_at := v_at;
  END IF;

  IF v_enters THEN
    IF v_back THEN
      n.trail_states := trim_array(d.trail_states, 1); n.trail_units := trim_array(d.trail_units, 1);
    ELSE
      n.trail_states := d.trail_states || d.state; n.trail_units := d.trail_units || d.holder;
    END IF;
    n.state := t.state; n.holder := v_to; n.assignee := NULL; n.awaits_role := t.role;
    v.unit_to := v_to;
    IF v_to <> ALL (n.participants) THEN n.participants := n.participants || v_to; END IF;

    n.finished_at := CASE WHEN n.clock = 'stopped' THEN coalesce(d.finished_at, v_at) END;
    n.step_due := CASE WHEN n.clock = 'running' THEN motcua.due_at(v_at, t.time_amount, t.time_unit, true) END;
    IF n.step_due IS NULL AND n.clock = 'running' AND t.time_amount IS NOT NULL THEN
      RETURN motcua.beyond_calendar(d, p_action, v_at);
    END IF;
    IF t.outcome IS NOT NULL THEN
      n.ended_at := v_at; n.outcome := t.outcome;
    END IF;

    v.lapses := d.consulted <> '{}';
    n.consulted := '{}';
    IF t.consults THEN
      FOR r IN SELECT motcua.resolve_unit(c.holder_base, c.holder_parent, c.holder_tier, c.holder_department,
                   d.reception, d.address, v_to, v_day) AS unit, c.*
               FROM motcua.workflow_consult c
               WHERE c.version_id = d.workflow_version AND c.state = t.state ORDER BY c.no LOOP
        IF r.unit IS NULL THEN
          RETURN motcua.refuse(d, 'MC011', format('no unit answers consultation %s of "%s" today', r.no, t.state),
            jsonb_build_object('to', t.state, 'base', r.holder_base, 'parent', r.holder_parent,
              'tier', r.holder_tier, 'department', r.holder_department, 'day', v_day),
            'the definition''s rule and the units of today must agree; ask your administrator');
        END IF;
        IF r.unit <> ALL (v.consulted) THEN v.consulted := v.consulted || r.unit; END IF;
        IF r.unit <> ALL (n.participants) THEN n.participants := n.participants || r.unit; END IF;
      END LOOP;
      n.consulted := v.consulted;
    END IF;

    IF t.portal IS DISTINCT FROM d.portal_status AND t.portal IS NOT NULL THEN
      n.portal_status := t.portal; v.tells_portal := true;
    END IF;
  END IF;

  n.version := d.version + 1; n.changed_at := v_at; n.changed_by := p_staff;
  n.counts := d.counts || jsonb_build_object(p_action, coalesce((d.counts ->> p_action)::int, 0) + 1);
  v.seq := n.version; v.at := v_at; v.actor := p_staff; v.login := p_login; v.action := p_action;
  v.effect := t.effect; v.to_state := n.state; v.payload := p_payload; v.prev_hash := d.hash;
  v.said := j;
  v.hash := motcua.event_hash(d.hash, d.dossier_id, v.seq, v_at, p_staff, p_login, v.unit, p_action,
    v.from_state, v.to_state, v.target_state, v.unit_to, n.due_at, n.step_due, v.consulted,
    d.workflow_version, p_payload);
  n.hash := v.hash;
  v.before_timers := motcua.running_timers(d);
  v.after_timers := motcua.running_timers(n);
  v.before := d; v.after := n;
  RETURN v;
END
$$;
