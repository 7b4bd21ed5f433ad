-- The rules: what a step does to a dossier, decided without writing anything.
--
-- motcua.judge and motcua.judge_receipt are to the door what decide and evolve are to Swift: same inputs,
-- same answer. They return refusals as values, so that in a batch one refusal is that one's answer only.

-- What a judgement says: either why not (sqlstate and the rest of the error), or what to write.
CREATE TYPE motcua.verdict AS (
  sqlstate text, message text, detail text, hint text,
  seq int, at timestamptz, actor int, login text, unit int, action text, effect text,
  from_state text, to_state text, target_state text, unit_to int, consulted int[],
  payload text, prev_hash bytea, hash bytea,
  closes text,               -- 'taken', 'declined', 'recalled': the handover it ends
  lapses bool,               -- open consultations end unanswered
  tells_portal bool,
  said jsonb,                -- the payload, as it was read
  before_timers timestamptz[], -- due and step deadlines that ran before
  after_timers timestamptz[],  -- and that run now
  before motcua.dossier,
  after motcua.dossier
);

-- SHA-256 over the previous hash and every field, each as its length and its binary send form; NULL has
-- length -1. Text is taken as UTF-8 whatever the client's encoding is (textsend would convert it).
CREATE FUNCTION motcua.event_hash(
  prev_hash bytea, dossier_id bigint, seq int, at timestamptz, actor int, login text, unit int, action text,
  from_state text, to_state text, target_state text, unit_to int, due timestamptz, step_due timestamptz,
  consulted int[], workflow_version int, payload text
) RETURNS bytea LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  four CONSTANT bytea := int4send(4);
  eight CONSTANT bytea := int4send(8);
  none CONSTANT bytea := int4send(-1);
  v_asked bytea := ''; v_unit int;
BEGIN
  FOREACH v_unit IN ARRAY consulted LOOP v_asked := v_asked || int4send(v_unit); END LOOP;
  RETURN sha256(prev_hash
    || eight || int8send(dossier_id)
    || four || int4send(seq)
    || eight || timestamptz_send(at)
    || four || int4send(actor)
    || int4send(octet_length(login)) || convert_to(login, 'UTF8')
    || four || int4send(unit)
    || int4send(octet_length(action)) || convert_to(action, 'UTF8')
    || int4send(octet_length(from_state)) || convert_to(from_state, 'UTF8')
    || int4send(octet_length(to_state)) || convert_to(to_state, 'UTF8')
    || int4send(octet_length(target_state)) || convert_to(target_state, 'UTF8')
    || four || int4send(unit_to)
    || coalesce(eight || timestamptz_send(due), none)
    || coalesce(eight || timestamptz_send(step_due), none)
    || int4send(length(v_asked)) || v_asked
    || four || int4send(workflow_version)
    || int4send(octet_length(payload)) || convert_to(payload, 'UTF8'));
END
$$;

-- The unit that a rule names on a day, or NULL: from the base, to its parent if so asked, then up to the
-- nearest general unit of the tier (a department is of its parent's tier), then down to its department.
CREATE FUNCTION motcua.resolve_unit(
  p_base text, p_parent bool, p_tier text, p_department text,
  p_reception int, p_address int, p_holder int, p_day date
) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_id int := CASE p_base WHEN 'reception' THEN p_reception WHEN 'address' THEN p_address ELSE p_holder END;
  u motcua.unit; v_up bool := p_parent;
BEGIN
  LOOP
    SELECT * INTO u FROM motcua.unit WHERE id = v_id;
    IF NOT FOUND THEN RETURN NULL; END IF;
    EXIT WHEN NOT v_up AND (p_tier IS NULL OR (u.tier = p_tier AND u.department IS NULL));
    v_id := u.parent_id;
    v_up := false;
  END LOOP;
  IF p_department IS NOT NULL THEN
    SELECT * INTO u FROM motcua.unit c
      WHERE c.parent_id = v_id AND c.department = p_department
        AND c.valid_from <= p_day AND (c.valid_to IS NULL OR p_day < c.valid_to)
      ORDER BY c.id LIMIT 1;
  END IF;
  RETURN CASE WHEN u.valid_from <= p_day AND (u.valid_to IS NULL OR p_day < u.valid_to) THEN u.id END;
END
$$;

-- Whether what the server's roles give somebody is no more than they are assigned to today; if not, it is as nothing
-- until it has been settled. Asked of who logged in as well as of who acts: a unit's role, which one may take on,
-- has no assignments of its own.
CREATE FUNCTION motcua.memberships_stand() RETURNS bool LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  RETURN NOT EXISTS (SELECT FROM motcua.staff s
    WHERE s.role_name IN (session_user, motcua.acting_role()) AND s.stale_on <= motcua.local_date(motcua.now()));
END
$$;

-- Whether a reader may see a dossier with these units: it belongs to one of them, or audits.
CREATE FUNCTION motcua.may_see(p_reader text, p_holder int, p_pending int, p_participants int[]) RETURNS bool
LANGUAGE plpgsql STABLE AS $$
DECLARE u int;
BEGIN
  IF pg_has_role(p_reader, to_regrole(motcua.unit_role(p_holder))::oid, 'USAGE')
     OR pg_has_role(p_reader, to_regrole(motcua.unit_role(p_pending))::oid, 'USAGE') THEN
    RETURN true;
  END IF;
  FOREACH u IN ARRAY p_participants LOOP
    IF pg_has_role(p_reader, to_regrole(motcua.unit_role(u))::oid, 'USAGE') THEN RETURN true; END IF;
  END LOOP;
  RETURN coalesce(pg_has_role(p_reader, to_regrole(motcua.capability_role('auditor'))::oid, 'USAGE'), false);
END
$$;

CREATE FUNCTION motcua.refusal(p_sqlstate text, p_message text, p_detail jsonb, p_hint text)
RETURNS motcua.verdict LANGUAGE plpgsql STABLE AS $$
DECLARE v motcua.verdict;
BEGIN
  v.sqlstate := p_sqlstate; v.message := p_message; v.detail := p_detail::text; v.hint := p_hint;
  RETURN v;
END
$$;

-- Refuses a step to somebody who may see the dossier: the door has looked at no other.
CREATE FUNCTION motcua.refuse(d motcua.dossier, p_sqlstate text, p_message text, p_detail jsonb, p_hint text)
RETURNS motcua.verdict LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN motcua.refusal(p_sqlstate, p_message,
    jsonb_build_object('code', d.code, 'state', d.state, 'holder', d.holder, 'version', d.version) || p_detail,
    p_hint);
END
$$;

CREATE FUNCTION motcua.no_such_dossier(p_name text) RETURNS motcua.verdict LANGUAGE sql STABLE AS $$
  SELECT motcua.refusal('MC001', format('no dossier %s that you may see', p_name),
    jsonb_build_object('dossier', p_name),
    'look at the code again; the list of what is yours is the inbox')
$$;

-- A member that may be absent (SQL's NULL), and if it is there is a text of so many characters, and no null.
CREATE FUNCTION motcua.is_text(p jsonb, p_most int) RETURNS bool LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_typeof(p) = 'string' AND length(p #>> '{}') <= p_most, true)
$$;

CREATE FUNCTION motcua.is_text_or_null(p jsonb, p_most int) RETURNS bool LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(p = 'null' OR motcua.is_text(p, p_most), true)
$$;

-- A whole number, 0 or more, in at most so many digits.
CREATE FUNCTION motcua.is_whole(p jsonb, p_digits int) RETURNS bool LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_typeof(p) = 'number' AND p #>> '{}' ~ '^\d+$' AND length(p #>> '{}') <= p_digits, true)
$$;

-- In đồng.
CREATE FUNCTION motcua.is_fee(p jsonb) RETURNS bool LANGUAGE sql IMMUTABLE AS $$
  SELECT motcua.is_whole(p, 15)
$$;

-- The data of a form: texts, truth values and numbers that every reader holds exactly, nothing nested.
CREATE FUNCTION motcua.is_form(p jsonb) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  words CONSTANT text := '"(?:[^"\\]|\\.)*"';
  member CONSTANT text := words || ': (?:' || words || '|true|false|-?\d{1,18}(?:\.\d{1,18})?)';
BEGIN
  RETURN p::text ~ ('^\{(?:' || member || '(?:, ' || member || ')*)?\}$');
END
$$;

-- What is wrong with a list of documents, or NULL.
CREATE FUNCTION motcua.documents_fault(p jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE e jsonb; v_fault text;
BEGIN
  IF p IS NULL THEN RETURN NULL; END IF;
  IF jsonb_typeof(p) <> 'array' OR jsonb_array_length(p) > 200 THEN
    RETURN 'documents must be a list, of at most 200';
  END IF;
  FOR n IN 1..jsonb_array_length(p) LOOP
    e := p -> (n - 1);
    v_fault := CASE
      WHEN jsonb_typeof(e) <> 'object' OR e - '{name,component,copies,original,sha256}'::text[] <> '{}'
        THEN 'must be an object of name, component, copies, original and sha256'
      WHEN NOT motcua.is_text(e -> 'name', 500) OR motcua.is_blank(e ->> 'name')
        THEN 'needs a name, of at most 500 characters'
      WHEN NOT motcua.is_text_or_null(e -> 'component', 100) THEN 'component must be a text of at most 100 characters'
      WHEN NOT motcua.is_whole(e -> 'copies', 4) OR e -> 'copies' = '0' THEN 'copies must be a whole number, 1 to 9999'
      WHEN jsonb_typeof(e -> 'original') <> 'boolean' THEN 'original must be true or false'
      WHEN NOT motcua.is_text_or_null(e -> 'sha256', 64) OR e ->> 'sha256' !~ '^[0-9a-f]{64}$'
        THEN 'sha256 must be 64 hexadecimal digits in lower case'
    END;
    IF v_fault IS NOT NULL THEN RETURN format('document %s: %s', n, v_fault); END IF;
  END LOOP;
  RETURN NULL;
END
$$;

-- What is wrong with a payment, or NULL.
CREATE FUNCTION motcua.payment_fault(p jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p IS NULL THEN NULL
    WHEN jsonb_typeof(p) <> 'object' OR p - '{amount,method,receipt}'::text[] <> '{}' THEN 'a payment has amount, method and receipt'
    WHEN NOT p ? 'amount' OR NOT motcua.is_fee(p -> 'amount') OR p -> 'amount' = '0'
      THEN 'a payment needs an amount in whole đồng above 0'
    WHEN NOT motcua.is_text(p -> 'method', 100) OR motcua.is_blank(p ->> 'method')
      THEN 'a payment needs a method, of at most 100 characters'
    WHEN NOT motcua.is_text_or_null(p -> 'receipt', 100) THEN 'the receipt of a payment must be a text of at most 100 characters'
  END
$$;

-- What is wrong with the applicant of a reception, or NULL.
CREATE FUNCTION motcua.applicant_fault(p jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE
    WHEN jsonb_typeof(p) IS DISTINCT FROM 'object' OR NOT motcua.is_text(p -> 'name', 300) OR motcua.is_blank(p ->> 'name')
      THEN 'the applicant''s name is missing, or longer than 300 characters'
    WHEN p - '{name,identity,address,phone,email}'::text[] <> '{}' THEN 'the applicant has name, identity, address, phone and email'
    WHEN jsonb_path_exists(p, 'strict $.* ? (@.type() != "string" && @.type() != "null")') OR octet_length(p::text) > 8192
      THEN 'what is said of the applicant must be texts, of at most 8 KiB in all'
  END;
END
$$;

-- What is wrong with a payload (and what was read from it), or NULL: every member that readers know must be what
-- they take it for. Which of them an action takes, motcua.strays says.
CREATE FUNCTION motcua.payload_fault(p text, j jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF j = '{}' THEN RETURN NULL; END IF;
  RETURN CASE
    WHEN octet_length(p) > 262144 THEN 'the payload is longer than 256 KiB'
    WHEN j IS NULL THEN 'the payload must be one object of JSON in NFC, with each member once, numbers in plain digits and at most 16 levels'
    WHEN NOT motcua.is_text(j -> 'reason', 10000) OR NOT motcua.is_text(j -> 'text', 10000)
      THEN 'reason and text must be texts of at most 10000 characters'
    WHEN NOT motcua.is_whole(j -> 'assignee', 9) THEN 'the assignee must be the number of somebody of the staff'
    WHEN NOT motcua.is_fee(j -> 'feeDue') THEN 'feeDue must be a whole number of đồng, 0 or more'
    WHEN j -> 'opinion' NOT IN ('"agree"', '"disagree"') THEN 'an answer agrees or disagrees'
    WHEN j ? 'until' AND (NOT motcua.is_text(j -> 'until', 40) OR motcua.parse_time(j ->> 'until') IS NULL)
      THEN 'until must be a time in ISO 8601 with offset'
    WHEN j ? 'data' AND (jsonb_typeof(j -> 'data') <> 'object' OR NOT motcua.is_form(j -> 'data'))
      THEN 'data must be an object of texts, numbers (18 digits before and after the point) and truth values'
    WHEN j ? 'signature' AND (jsonb_typeof(j -> 'signature') <> 'object' OR (j -> 'signature') - '{number,sha256}'::text[] <> '{}'
         OR NOT j -> 'signature' ? 'number' OR NOT motcua.is_text(j #> '{signature,number}', 200)
         OR NOT motcua.is_text_or_null(j #> '{signature,sha256}', 64))
      THEN 'a signature has a number, of at most 200 characters, and the digest of a file or none'
    ELSE coalesce(motcua.payment_fault(j -> 'payment'), motcua.documents_fault(j -> 'documents'))
  END;
END
$$;

-- What a payload holds that its action does not take: reason, text, papers and signature may go with any; the rest
-- belongs to one, so that the action says what changed.
CREATE FUNCTION motcua.strays(j jsonb, p_effect text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN j - CASE p_effect
    WHEN 'receive' THEN '{reason,text,documents,signature,reception,data,feeDue}'
    WHEN 'assign' THEN '{reason,text,documents,signature,assignee}'
    WHEN 'extend' THEN '{reason,text,documents,signature,until}'
    WHEN 'pay' THEN '{reason,text,documents,signature,payment}'
    WHEN 'amend' THEN '{reason,text,documents,signature,data,feeDue}'
    WHEN 'answer' THEN '{reason,text,documents,signature,opinion}'
    ELSE '{reason,text,documents,signature}' END::text[];
END
$$;

-- A day written yyyy-mm-dd that there is.
CREATE FUNCTION motcua.is_day(p text) RETURNS bool LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p ~ '^[0-9]{4}-(0[1-9]|1[0-2])-[0-9]{2}$' AND p > '0001' COLLATE "C" THEN
    substr(p, 9)::int BETWEEN 1 AND extract(day FROM make_date(left(p, 4)::int, substr(p, 6, 2)::int, 1) + interval '1 month - 1 day')
    ELSE false END
$$;

-- What is wrong with the data of a form by what its definition declares, or NULL.
CREATE FUNCTION motcua.data_fault(p_fields jsonb, p_data jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE k text; x jsonb; f jsonb; v_kind text; v_fault text;
BEGIN
  FOR k, x IN SELECT * FROM jsonb_each(p_data) LOOP
    f := p_fields -> k; v_kind := f ->> 'kind';
    v_fault := CASE
      WHEN f IS NULL THEN 'is no field of this workflow'
      WHEN jsonb_typeof(x) <> CASE WHEN v_kind = 'bool' THEN 'boolean' WHEN v_kind IN ('integer', 'decimal', 'money') THEN 'number' ELSE 'string' END
           OR v_kind IN ('integer', 'money') AND x #>> '{}' !~ '^-?[0-9]+$' OR v_kind = 'date' AND NOT motcua.is_day(x #>> '{}')
        THEN 'must be of kind ' || v_kind
      WHEN NOT f -> 'options' ? (x #>> '{}') THEN 'must be one of ' || (f ->> 'options')
      WHEN f ? 'min' AND motcua.condition_compares('<', x, f -> 'min') THEN 'must not be less than ' || (f ->> 'min')
      WHEN f ? 'max' AND motcua.condition_compares('>', x, f -> 'max') THEN 'must not be more than ' || (f ->> 'max')
    END;
    IF v_fault IS NOT NULL THEN RETURN format('%s %s', k, v_fault); END IF;
  END LOOP;
  RETURN NULL;
END
$$;

-- What is wrong with the data and the papers that a payload brings, by what its definition declares, or NULL.
CREATE FUNCTION motcua.brought_fault(p_fields jsonb, p_components text[], j jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE v_fault text;
BEGIN
  IF j ? 'data' THEN v_fault := motcua.data_fault(p_fields, j -> 'data'); END IF;
  IF v_fault IS NULL AND j ? 'documents' THEN
    SELECT format('%s is none of the papers of this workflow: %s', e ->> 'component', array_to_string(p_components, ', ')) INTO v_fault
      FROM jsonb_array_elements(j -> 'documents') AS e WHERE e ->> 'component' <> ALL (p_components) LIMIT 1;
  END IF;
  RETURN v_fault;
END
$$;

-- What is owed, in đồng: every fee whose channel and condition apply. One whose condition cannot be decided yet is
-- not owed yet.
CREATE FUNCTION motcua.fee_owed(p_fees jsonb, p_channel text, p_data jsonb) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE f jsonb; v_sum bigint := 0;
BEGIN
  FOR i IN 0..jsonb_array_length(p_fees) - 1 LOOP
    f := p_fees -> i;
    IF coalesce(f -> 'channels' ? p_channel, true) AND (NOT f ? 'when' OR motcua.condition_value(f -> 'when', p_data) = 'true') THEN
      v_sum := v_sum + (f ->> 'amount')::bigint;
    END IF;
  END LOOP;
  RETURN v_sum;
END
$$;

-- What a version of a workflow has receptions hold to: its columns of these names.
CREATE TYPE motcua.offer AS (
  channels text[], needs_address bool, fields jsonb, components text[], fees jsonb, defaults jsonb
);

-- Why a reception is not what its definition allows, or nothing. j is its payload, in good form.
CREATE FUNCTION motcua.unoffered(o motcua.offer, j jsonb) RETURNS motcua.verdict LANGUAGE plpgsql STABLE AS $$
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

-- The deadlines that the timer worker watches for a dossier in this condition: the promised date while
-- the clock runs, and the step's.
CREATE FUNCTION motcua.running_timers(d motcua.dossier) RETURNS timestamptz[] LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY[CASE WHEN d.ended_at IS NULL AND d.clock = 'running' THEN d.due_at END, d.step_due]
$$;
