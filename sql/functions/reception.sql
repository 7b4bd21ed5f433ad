-- The judgement of receptions. One falls into two parts: its frame (version, unit, channel, address: all that many
-- receptions of a call share, judged once), and the application itself.
--
-- needs: refusals.sql, actors.sql

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
    WHEN j - '{reason,text,documents,signature,reception,data,feeDue,requester}'::text[] <> '{}'
         OR c - '{procedure,unit,address,channel,applicant}'::text[] <> '{}'
      THEN 'the payload holds what no reception has'
    ELSE motcua.applicant_fault(c -> 'applicant')
  END;
END
$$;

-- A frame. refusal: why nothing is received in it (its sqlstate is NULL where something may be). The rest as in
-- motcua.standing and motcua.application. Of fields, components and fees: what the definition declares.
CREATE TYPE motcua.reception_frame AS (
  refusal motcua.refusal, in_force bool, agency_code text, version int, procedure_code text, channel text, channels text[],
  unit int, address int, needs_address bool, fields jsonb, components text[], fees jsonb, defaults jsonb,
  action text, state text, role text, at timestamptz, due timestamptz, step_due timestamptz, clock text,
  portal smallint, asks int[], participants int[], by_service bool
);

-- p_reception: the payload's member of that name, without the applicant.
CREATE OR REPLACE FUNCTION motcua.frame_reception(
  p_workflow_version int, p_reception jsonb, p_actor motcua.actor, p_now timestamptz
) RETURNS motcua.reception_frame LANGUAGE plpgsql STABLE AS $$
DECLARE
  f motcua.reception_frame; c CONSTANT jsonb := p_reception;
  v_day date := motcua.local_date(p_now); v_start timestamptz;
  w record; u motcua.unit; v_roles text[];
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
  f.in_force := w.status IS NOT DISTINCT FROM 'published' AND w.procedure_code IS NOT DISTINCT FROM c ->> 'procedure';
  IF NOT f.in_force THEN
    f.refusal := motcua.refusal_of('MC012', format('workflow version %s is not in force for procedure %s',
        p_workflow_version, c ->> 'procedure'),
      jsonb_build_object('workflow_version', p_workflow_version, 'status', w.status, 'procedure', w.procedure_code),
      'use the published version of the procedure');
    RETURN f;
  END IF;
  f.version := w.id; f.procedure_code := w.procedure_code; f.channel := c ->> 'channel'; f.channels := w.channels;
  f.needs_address := w.needs_address; f.fields := w.fields; f.components := w.components; f.fees := w.fees; f.defaults := w.defaults;
  f.address := (c ->> 'address')::int; f.at := p_now; f.action := w.action; f.state := w.state; f.role := w.role; f.portal := w.portal;
  SELECT * INTO u FROM motcua.unit x WHERE x.id = (c ->> 'unit')::int
    AND x.valid_from <= v_day AND (x.valid_to IS NULL OR v_day < x.valid_to);
  IF NOT FOUND OR u.tier <> ALL (w.received_at) THEN
    f.refusal := motcua.refusal_of('MC012', format('procedure %s cannot be received at %s', w.procedure_code,
        coalesce(u.name, 'unit ' || (c ->> 'unit'))),
      jsonb_build_object('unit', c -> 'unit', 'tier', u.tier, 'received_at', w.received_at),
      'it is received at units of the tiers named, that exist today');
    RETURN f;
  END IF;
  f.unit := u.id; f.agency_code := u.agency_code;
  IF f.address IS NOT NULL AND NOT EXISTS (SELECT FROM motcua.unit x WHERE x.id = f.address) THEN
    f.refusal := motcua.refusal_of('MC010', format('there is no unit %s for the address', f.address),
      jsonb_build_object('address', f.address), 'name the unit in which the applicant lives, or none');
    RETURN f;
  END IF;
  IF motcua.resolve_unit(w.holder_base, w.holder_parent, w.holder_tier, w.holder_department,
       u.id, f.address, u.id, v_day) IS DISTINCT FROM u.id THEN
    f.refusal := motcua.refusal_of('MC012', format('procedure %s is not held by %s at reception', w.procedure_code, u.name),
      jsonb_build_object('unit', u.id, 'base', w.holder_base, 'tier', w.holder_tier,
        'department', w.holder_department), 'receive it at the unit that its definition names');
    RETURN f;
  END IF;
  -- What an applicant has filed online a service may receive in their place.
  f.by_service := p_actor.service AND f.channel = 'online' AND motcua.is_assigned(p_actor.staff, u.id, '{citizen}', v_day);
  v_roles := CASE WHEN w.roles = '{}' THEN ARRAY[w.role] ELSE w.roles END;
  IF NOT f.by_service AND (p_actor.mine -> u.id::text ?| v_roles) IS NOT TRUE THEN
    f.refusal := motcua.refusal_of('MC004', format('receiving at %s is not yours to do', u.name),
      jsonb_build_object('action', 'receive', 'units', ARRAY[u.id], 'staff', p_actor.staff, 'roles', v_roles),
      'it takes somebody assigned today to this unit in one of these roles');
    RETURN f;
  END IF;

  v_start := motcua.start_of_count(p_now, true);
  f.clock := CASE WHEN w.outcome IS NULL THEN w.clock ELSE 'stopped' END;
  f.due := CASE WHEN w.legal_amount IS NULL THEN 'infinity' ELSE motcua.due_at(v_start, w.legal_amount, w.legal_unit, true) END;
  f.step_due := CASE WHEN f.clock <> 'running' OR w.time_amount IS NULL THEN 'infinity'
                     ELSE motcua.due_at(v_start, w.time_amount, w.time_unit, true) END;
  IF v_start IS NULL OR f.due IS NULL OR f.step_due IS NULL THEN
    f.refusal := motcua.refusal_of('MC014', 'the time that a reception today begins leads out of the working calendar',
      jsonb_build_object('action', 'receive', 'at', p_now),
      'load the holidays of the coming years and rebuild the calendar; ask your administrator');
    RETURN f;
  END IF;
  f.asks := CASE WHEN w.consults THEN motcua.units_to_ask(w.id, w.state, u.id, f.address, u.id, v_day) ELSE '{}' END;
  f.participants := motcua.with_units(ARRAY[u.id], array_remove(f.asks, NULL));
  IF array_position(f.asks, NULL) IS NOT NULL THEN
    f.refusal := motcua.refusal_of('MC011', format('no unit answers a consultation of "%s" today', w.state),
      jsonb_build_object('to', w.state, 'day', v_day),
      'the definition''s rule and the units of today must agree; ask your administrator');
  END IF;
  RETURN f;
END
$$;

-- Why an application is not received in its frame, or NULL in every part. j is its payload, in good form; p_search the
-- applicant's name as it will be searched for.
CREATE OR REPLACE FUNCTION motcua.application_refusal(f motcua.reception_frame, j jsonb, p_search text) RETURNS motcua.refusal
LANGUAGE plpgsql STABLE AS $$
DECLARE v_fault text; v_owed bigint; v_none motcua.refusal;
BEGIN
  IF NOT f.in_force THEN RETURN f.refusal; END IF;
  IF f.channel <> ALL (f.channels) THEN
    RETURN motcua.refusal_of('MC012', format('procedure %s is not offered on the channel %s', f.procedure_code, f.channel),
      jsonb_build_object('channel', f.channel, 'channels', f.channels), 'receive it on a channel that its definition offers');
  END IF;
  IF f.needs_address AND f.address IS NULL THEN
    RETURN motcua.refusal_of('MC010', format('procedure %s needs the unit of the applicant''s address', f.procedure_code),
      jsonb_build_object('action', 'receive', 'member', 'address'), 'some of its steps are held by, or ask, units that are found from there');
  END IF;
  IF j ?| '{data,documents}' THEN v_fault := motcua.brought_fault(f.fields, f.components, j); END IF;
  IF v_fault IS NOT NULL THEN
    RETURN motcua.refusal_of('MC010', v_fault, jsonb_build_object('action', 'receive'),
      'data and papers are those that the definition declares');
  END IF;
  v_owed := CASE WHEN f.fees = '[]' THEN 0 ELSE motcua.fee_owed(f.fees, f.channel, f.defaults || coalesce(j -> 'data', '{}')) END;
  IF coalesce((j ->> 'feeDue')::bigint, 0) <> v_owed THEN
    RETURN motcua.refusal_of('MC010', format('the fee of this reception is %s', v_owed),
      jsonb_build_object('action', 'receive', 'feeDue', j -> 'feeDue', 'due', v_owed), 'feeDue: what its definition says');
  END IF;
  IF (f.refusal).sqlstate IS NOT NULL THEN RETURN f.refusal; END IF;
  IF f.by_service <> j ? 'requester' THEN
    RETURN motcua.refuse_reception('a requester (name, channel, proof) is named by services, and by nobody else');
  END IF;
  IF p_search = '' THEN RETURN motcua.refuse_reception('the applicant''s name has no letters that can be seen'); END IF;
  RETURN v_none;
END
$$;

CREATE OR REPLACE FUNCTION motcua.refuse_reception(p_fault text) RETURNS motcua.refusal LANGUAGE sql STABLE AS $$
  SELECT motcua.refusal_of('MC010', p_fault, jsonb_build_object('action', 'receive'),
    '{"reception": {"procedure", "unit", "address", "channel", "applicant": {"name"}}, "feeDue", "data", "documents"}')
$$;

-- What the ids of a day begin with, and the codes of an agency's day.
CREATE OR REPLACE FUNCTION motcua.first_id(p_day date) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT to_char(p_day, 'YYYYMM')::bigint * 1000000000000
$$;
CREATE OR REPLACE FUNCTION motcua.code_stem(p_agency text, p_day date) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT p_agency || '-' || to_char(p_day, 'YYMMDD') || '-'
$$;
