-- The judgement of a reception, and its number.
--
-- needs: refusals.sql

-- What a version of a workflow has receptions hold to: its columns of these names.
CREATE TYPE motcua.offer AS (
  channels text[], needs_address bool, fields jsonb, components text[], fees jsonb, defaults jsonb
);

-- Why a reception is not what its definition allows, or nothing. j is its payload, in good form.
CREATE OR REPLACE FUNCTION motcua.unoffered(o motcua.offer, j jsonb) RETURNS motcua.verdict LANGUAGE plpgsql STABLE AS $$
DECLARE c CONSTANT jsonb := j -> 'reception'; v_fault text; v_owed bigint; v_none motcua.verdict;
BEGIN
  IF c ->> 'channel' <> ALL (o.channels) THEN
    RETURN motcua.refusal('MC012', format('procedure %s is not offered on the channel %s', c ->> 'procedure', c ->> 'channel'),
      jsonb_build_object('channel', c -> 'channel', 'channels', o.channels), 'receive it on a channel that its definition offers');
  END IF;
  IF o.needs_address AND c ->> 'address' IS NULL THEN
    RETURN motcua.refusal('MC010', format('procedure %s needs the unit of the applicant''s address', c ->> 'procedure'),
      jsonb_build_object('action', 'receive', 'member', 'address'), 'some of its steps are held by, or ask, units that are found from there');
  END IF;
  IF j ?| '{data,documents}' THEN v_fault := motcua.brought_fault(o.fields, o.components, j); END IF;
  IF v_fault IS NOT NULL THEN
    RETURN motcua.refusal('MC010', v_fault, jsonb_build_object('action', 'receive'),
      'data and papers are those that the definition declares');
  END IF;
  v_owed := motcua.fee_owed(o.fees, c ->> 'channel', o.defaults || coalesce(j -> 'data', '{}'));
  IF coalesce((j ->> 'feeDue')::bigint, 0) <> v_owed THEN
    RETURN motcua.refusal('MC010', format('the fee of this reception is %s', v_owed),
      jsonb_build_object('action', 'receive', 'feeDue', j -> 'feeDue', 'due', v_owed), 'feeDue: what its definition says');
  END IF;
  RETURN v_none;
END
$$;

-- What is wrong with a payload that motcua.payload_fault lets pass as that of a reception, or NULL.
CREATE OR REPLACE FUNCTION motcua.reception_fault(j jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE c jsonb := j -> 'reception';
BEGIN
  RETURN CASE
    WHEN jsonb_typeof(c) IS DISTINCT FROM 'object' OR j ? 'code' THEN 'the payload holds no reception, or a code'
    WHEN jsonb_typeof(c -> 'procedure') IS DISTINCT FROM 'string' THEN 'the procedure must be named by its code'
    WHEN coalesce(c -> 'channel' NOT IN ('"counter"', '"online"', '"post"'), true)
      THEN 'the channel must be counter, online or post'
    WHEN NOT c ? 'unit' OR NOT motcua.is_whole(c -> 'unit', 9) THEN 'the unit of reception must be a number'
    WHEN c -> 'address' <> 'null' AND NOT motcua.is_whole(c -> 'address', 9)
      THEN 'the unit of the address must be a number'
    WHEN motcua.strays(j, 'receive') <> '{}' OR c - '{procedure,unit,address,channel,applicant}'::text[] <> '{}'
      THEN 'the payload holds what no reception has'
    ELSE motcua.applicant_fault(c -> 'applicant')
  END;
END
$$;

-- A reception is judged in two parts. This is all that does not depend on the application itself, but on the version,
-- on where and by which channel it comes, who receives it and when: a call for many asks it once for all that share
-- it. p_reception is the payload's member of that name (without the applicant, of whom nothing is asked). v is a
-- refusal, or the judgement without what the application says; the offer is NULL where no version is in force.
CREATE OR REPLACE FUNCTION motcua.frame_reception(
  p_workflow_version int, p_reception jsonb, p_staff int, p_login text, p_now timestamptz,
  OUT offer motcua.offer, OUT v motcua.verdict
) LANGUAGE plpgsql STABLE AS $$
DECLARE
  n motcua.dossier; c CONSTANT jsonb := p_reception;
  v_day date := motcua.local_date(p_now); v_start timestamptz;
  w record; u motcua.unit; r record;
BEGIN
  SELECT x.id, x.procedure_code, x.status, l.amount AS legal_amount, l.unit AS legal_unit, x.received_at, x.defaults,
         x.channels, x.needs_address, x.fields, x.components, x.fees, s.*,
         t.action, t.roles
    INTO w
    FROM motcua.workflow_version x
    JOIN motcua.workflow_state s ON s.version_id = x.id AND s.state = x.initial_state
    JOIN motcua.workflow_transition t
      ON t.version_id = x.id AND t.from_state = '' AND t.to_state = x.initial_state
    LEFT JOIN motcua.workflow_legal_time l ON l.version_id = x.id AND l.channel = c ->> 'channel'
    WHERE x.id = p_workflow_version LIMIT 1;
  IF NOT FOUND OR w.status <> 'published' OR w.procedure_code IS DISTINCT FROM c ->> 'procedure' THEN
    v := motcua.refusal('MC012', format('workflow version %s is not in force for procedure %s',
        p_workflow_version, c ->> 'procedure'),
      jsonb_build_object('workflow_version', p_workflow_version, 'status', w.status, 'procedure', w.procedure_code),
      'use the published version of the procedure');
    RETURN;
  END IF;
  offer := ROW(w.channels, w.needs_address, w.fields, w.components, w.fees, w.defaults);
  SELECT * INTO u FROM motcua.unit x WHERE x.id = (c ->> 'unit')::int
    AND x.valid_from <= v_day AND (x.valid_to IS NULL OR v_day < x.valid_to);
  IF NOT FOUND OR u.tier <> ALL (w.received_at) THEN
    v := motcua.refusal('MC012', format('procedure %s cannot be received at %s', w.procedure_code,
        coalesce(u.name, 'unit ' || (c ->> 'unit'))),
      jsonb_build_object('unit', c -> 'unit', 'tier', u.tier, 'received_at', w.received_at),
      'it is received at units of the tiers named, that exist today');
    RETURN;
  END IF;
  n.reception := u.id; n.holder := u.id; n.address := (c ->> 'address')::int;
  IF n.address IS NOT NULL AND NOT EXISTS (SELECT FROM motcua.unit x WHERE x.id = n.address) THEN
    v := motcua.refusal('MC010', format('there is no unit %s for the address', n.address),
      jsonb_build_object('address', n.address), 'name the unit in which the applicant lives, or none');
    RETURN;
  END IF;
  IF motcua.resolve_unit(w.holder_base, w.holder_parent, w.holder_tier, w.holder_department,
       u.id, n.address, u.id, v_day) IS DISTINCT FROM u.id THEN
    v := motcua.refusal('MC012', format('procedure %s is not held by %s at reception', w.procedure_code, u.name),
      jsonb_build_object('unit', u.id, 'base', w.holder_base, 'tier', w.holder_tier,
        'department', w.holder_department), 'receive it at the unit that its definition names');
    RETURN;
  END IF;
  IF NOT EXISTS (SELECT FROM motcua.assignment a
                 WHERE a.staff_id = p_staff AND a.unit_id = u.id
                   AND a.role = ANY (CASE WHEN w.roles = '{}' THEN ARRAY[w.role] ELSE w.roles END)
                   AND a.valid_from <= v_day AND (a.valid_to IS NULL OR v_day < a.valid_to)) THEN
    v := motcua.refusal('MC004', format('receiving at %s is not yours to do', u.name),
      jsonb_build_object('action', 'receive', 'units', ARRAY[u.id], 'staff', p_staff,
        'roles', CASE WHEN w.roles = '{}' THEN ARRAY[w.role] ELSE w.roles END),
      'it takes somebody assigned today to this unit in one of these roles');
    RETURN;
  END IF;

  v_start := motcua.start_of_count(p_now, true);
  n.received_at := p_now; n.changed_at := p_now; n.changed_by := p_staff; n.version := 1;
  n.due_at := motcua.due_at(v_start, w.legal_amount, w.legal_unit, true);
  n.clock := w.clock;
  n.paused_at := CASE WHEN n.clock = 'paused' THEN p_now END;
  n.finished_at := CASE WHEN n.clock = 'stopped' THEN p_now END;
  n.step_due := CASE WHEN n.clock = 'running' THEN motcua.due_at(v_start, w.time_amount, w.time_unit, true) END;
  IF v_start IS NULL OR n.due_at IS NULL AND w.legal_amount IS NOT NULL
     OR n.step_due IS NULL AND n.clock = 'running' AND w.time_amount IS NOT NULL THEN
    v := motcua.refusal('MC014', 'the time that a reception today begins leads out of the working calendar',
      jsonb_build_object('action', 'receive', 'at', p_now),
      'load the holidays of the coming years and rebuild the calendar; ask your administrator');
    RETURN;
  END IF;
  n.paid := 0;
  n.workflow_version := w.id; n.procedure_code := w.procedure_code; n.channel := c ->> 'channel';
  n.state := w.state; n.awaits_role := w.role; n.pending_back := false;
  n.portal_status := w.portal;
  n.trail_states := '{}'; n.trail_units := '{}'; n.participants := ARRAY[u.id]; n.consulted := '{}';
  n.counts := jsonb_build_object(w.action, 1);
  n.data := w.defaults;
  IF w.consults THEN
    FOR r IN SELECT motcua.resolve_unit(k.holder_base, k.holder_parent, k.holder_tier, k.holder_department,
                 u.id, n.address, u.id, v_day) AS unit, k.no
             FROM motcua.workflow_consult k
             WHERE k.version_id = w.id AND k.state = w.state ORDER BY k.no LOOP
      IF r.unit IS NULL THEN
        v := motcua.refusal('MC011', format('no unit answers consultation %s of "%s" today', r.no, w.state),
          jsonb_build_object('to', w.state, 'day', v_day),
          'the definition''s rule and the units of today must agree; ask your administrator');
        RETURN;
      END IF;
      IF r.unit <> ALL (n.consulted) THEN n.consulted := n.consulted || r.unit; END IF;
      IF r.unit <> ALL (n.participants) THEN n.participants := n.participants || r.unit; END IF;
    END LOOP;
  END IF;

  v.seq := 1; v.at := p_now; v.actor := p_staff; v.login := p_login; v.unit := u.id; v.action := w.action;
  v.effect := 'receive'; v.from_state := ''; v.to_state := n.state; v.target_state := ''; v.unit_to := u.id;
  v.consulted := n.consulted; v.prev_hash := decode(repeat('00', 32), 'hex');
  v.lapses := false; v.tells_portal := n.portal_status IS NOT NULL;
  v.before_timers := ARRAY[NULL, NULL]::timestamptz[];
  v.after_timers := motcua.running_timers(n);
  v.after := n;
END
$$;

-- The other part: an application (j, what was read from p_payload) in its frame. What cannot be known yet
-- (dossier_id, code, and with them payload and hash) is filled in by motcua.number, once it is accepted.
CREATE OR REPLACE FUNCTION motcua.judge_application(p_offer motcua.offer, v motcua.verdict, p_payload text, j jsonb)
RETURNS motcua.verdict LANGUAGE plpgsql STABLE AS $$
DECLARE n motcua.dossier; v_fault motcua.verdict;
BEGIN
  IF p_offer.channels IS NOT NULL THEN
    v_fault := motcua.unoffered(p_offer, j);
    IF v_fault.sqlstate IS NOT NULL THEN RETURN v_fault; END IF;
  END IF;
  IF v.sqlstate IS NOT NULL THEN RETURN v; END IF;
  n := v.after;
  n.fee_due := coalesce((j ->> 'feeDue')::bigint, 0);
  n.applicant := j #> '{reception,applicant}'; n.applicant_name := n.applicant ->> 'name';
  n.applicant_search := motcua.fold(n.applicant_name);
  IF n.applicant_search = '' THEN
    RETURN motcua.refuse_reception('the applicant''s name has no letters that can be seen');
  END IF;
  n.applicant_rev := motcua.reverse_words(n.applicant_search);
  n.data := n.data || coalesce(j -> 'data', '{}');
  v.payload := p_payload; v.said := j; v.after := n;
  RETURN v;
END
$$;

CREATE OR REPLACE FUNCTION motcua.refuse_reception(p_fault text) RETURNS motcua.verdict LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN motcua.refusal('MC010', p_fault, jsonb_build_object('action', 'receive'),
    '{"reception": {"procedure", "unit", "address", "channel", "applicant": {"name"}}, "feeDue", "data", "documents"}');
END
$$;

-- Both, for one.
CREATE OR REPLACE FUNCTION motcua.judge_receipt(
  p_workflow_version int, p_payload text, p_staff int, p_login text, p_now timestamptz
) RETURNS motcua.verdict LANGUAGE plpgsql STABLE AS $$
DECLARE
  j CONSTANT jsonb := motcua.parse_payload(p_payload); f record;
  v_fault CONSTANT text := coalesce(motcua.payload_fault(p_payload, j), motcua.reception_fault(j));
BEGIN
  IF v_fault IS NOT NULL THEN RETURN motcua.refuse_reception(v_fault); END IF;
  f := motcua.frame_reception(p_workflow_version, j -> 'reception', p_staff, p_login, p_now);
  RETURN motcua.judge_application(f.offer, f.v, p_payload, j);
END
$$;

-- What the ids of a day begin with, and the codes of an agency's day.
CREATE OR REPLACE FUNCTION motcua.first_id(p_day date) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT to_char(p_day, 'YYYYMM')::bigint * 1000000000000
$$;

CREATE OR REPLACE FUNCTION motcua.code_stem(p_agency text, p_day date) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT p_agency || '-' || to_char(p_day, 'YYMMDD') || '-'
$$;

-- Gives an accepted reception its id and code. The code joins the payload, so that the chain covers it.
CREATE OR REPLACE FUNCTION motcua.number(v motcua.verdict, p_first bigint, p_stem text, p_no int) RETURNS motcua.verdict
LANGUAGE plpgsql VOLATILE AS $$
DECLARE n motcua.dossier := v.after;
BEGIN
  n.dossier_id := p_first + nextval('motcua.dossier_seq');
  n.code := p_stem || lpad(p_no::text, greatest(4, length(p_no::text)), '0');
  v.payload := '{"code":"' || n.code || '",' || substr(ltrim(v.payload, E' \t\r\n'), 2);
  v.hash := motcua.event_hash(v.prev_hash, n.dossier_id, 1, v.at, v.actor, v.login, v.unit, v.action,
    '', v.to_state, '', v.unit_to, n.due_at, n.step_due, v.consulted, n.workflow_version, v.payload);
  n.hash := v.hash;
  v.after := n;
  RETURN v;
END
$$;

-- Takes p_count numbers of an agency's day and returns the first. The row stays locked until the end of
-- the transaction: that is what makes the register gap-free.
CREATE OR REPLACE FUNCTION motcua.take_numbers(p_agency text, p_day date, p_count int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE v_last int;
BEGIN
  INSERT INTO motcua.dossier_number AS x (agency_code, day, last) VALUES (p_agency, p_day, p_count)
    ON CONFLICT (agency_code, day) DO UPDATE SET last = x.last + p_count
    RETURNING x.last INTO v_last;
  RETURN v_last - p_count + 1;
END
$$;
