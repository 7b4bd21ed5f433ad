-- Payloads: whether what an event brings is in good form, and what its definition declares.

-- A member that may be absent (SQL's NULL), and if it is there is a text of so many characters, and no null.
CREATE OR REPLACE FUNCTION motcua.is_text(p jsonb, p_most int) RETURNS bool LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_typeof(p) = 'string' AND length(p #>> '{}') <= p_most, true)
$$;

CREATE OR REPLACE FUNCTION motcua.is_text_or_null(p jsonb, p_most int) RETURNS bool LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(p = 'null' OR motcua.is_text(p, p_most), true)
$$;

-- A whole number, 0 or more, in at most so many digits.
CREATE OR REPLACE FUNCTION motcua.is_whole(p jsonb, p_digits int) RETURNS bool LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_typeof(p) = 'number' AND p #>> '{}' ~ '^\d+$' AND length(p #>> '{}') <= p_digits, true)
$$;

-- In đồng.
CREATE OR REPLACE FUNCTION motcua.is_fee(p jsonb) RETURNS bool LANGUAGE sql IMMUTABLE AS $$
  SELECT motcua.is_whole(p, 15)
$$;

-- The data of a form: texts, truth values and numbers that every reader holds exactly, nothing nested.
CREATE OR REPLACE FUNCTION motcua.is_form(p jsonb) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  words CONSTANT text := '"(?:[^"\\]|\\.)*"';
  member CONSTANT text := words || ': (?:' || words || '|true|false|-?\d{1,18}(?:\.\d{1,18})?)';
BEGIN
  RETURN p::text ~ ('^\{(?:' || member || '(?:, ' || member || ')*)?\}$');
END
$$;

-- What is wrong with a list of documents, or NULL.
CREATE OR REPLACE FUNCTION motcua.documents_fault(p jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
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
CREATE OR REPLACE FUNCTION motcua.payment_fault(p jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
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

-- What is wrong with who asked for what a service does in their place, or NULL.
CREATE OR REPLACE FUNCTION motcua.requester_fault(p jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p IS NULL THEN NULL
    WHEN jsonb_typeof(p) <> 'object' OR p - '{name,channel,proof}'::text[] <> '{}' THEN 'a requester has name, channel and proof'
    WHEN NOT motcua.is_text(p -> 'name', 300) OR motcua.is_blank(p ->> 'name')
      OR NOT motcua.is_text(p -> 'channel', 100) OR motcua.is_blank(p ->> 'channel')
      OR NOT motcua.is_text(p -> 'proof', 500) OR motcua.is_blank(p ->> 'proof')
      THEN 'a requester needs a name, a channel and a proof, of at most 300, 100 and 500 characters'
  END
$$;

-- What is wrong with the applicant of a reception, or NULL.
CREATE OR REPLACE FUNCTION motcua.applicant_fault(p jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
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
-- they take it for. (Which of them a step takes, its row says.)
CREATE OR REPLACE FUNCTION motcua.payload_fault(p text, j jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
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
    ELSE coalesce(motcua.payment_fault(j -> 'payment'), motcua.requester_fault(j -> 'requester'), motcua.documents_fault(j -> 'documents'))
  END;
END
$$;

-- What is wrong with the data of a form by what its definition declares, or NULL.
CREATE OR REPLACE FUNCTION motcua.data_fault(p_fields jsonb, p_data jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
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
CREATE OR REPLACE FUNCTION motcua.brought_fault(p_fields jsonb, p_components text[], j jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
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
