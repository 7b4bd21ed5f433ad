-- The conditions of workflow definitions (docs/feel.md). The same here as in Swift; tests compare them.

-- How a condition compares two values, or NULL: = and <> know null and all kinds, the orders numbers and texts. (Days are
-- texts that are ordered as they are; of two lists, an item that is null is jsonb's null.)
CREATE OR REPLACE FUNCTION motcua.condition_compares(op text, a jsonb, b jsonb) RETURNS bool LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE v_kind CONSTANT text := jsonb_typeof(a); v_less bool;
BEGIN
  IF op IN ('=', '!=') THEN
    RETURN CASE
      WHEN a IS NULL OR b IS NULL THEN (a IS NULL AND b IS NULL) = (op = '=')
      WHEN v_kind = jsonb_typeof(b) THEN (a = b) = (op = '=')
    END;
  END IF;
  IF v_kind IS DISTINCT FROM jsonb_typeof(b) OR v_kind IN ('boolean', 'array') OR a IS NULL THEN RETURN NULL; END IF;
  v_less := CASE v_kind WHEN 'number' THEN a < b ELSE (a #>> '{}') COLLATE "C" < (b #>> '{}') COLLATE "C" END;
  RETURN CASE op
    WHEN '<' THEN v_less
    WHEN '<=' THEN v_less OR a = b
    WHEN '>' THEN NOT v_less AND a <> b
    WHEN '>=' THEN NOT v_less
  END;
END
$$;

-- What a condition computes from numbers: 18 digits before the point, as many after it, or nothing.
CREATE OR REPLACE FUNCTION motcua.condition_computes(op text, a numeric, b numeric) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE n CONSTANT numeric := round(CASE op
    WHEN '+' THEN a + b
    WHEN '-' THEN a - b
    WHEN '*' THEN a * b
    -- So many digits that the rounding which follows is the only one.
    WHEN '/' THEN round(a, 80) / nullif(b, 0)
  END, 18);
BEGIN
  RETURN CASE WHEN abs(n) < 1000000000000000000 THEN to_jsonb(n) END;
END
$$;

-- A text in other letters, each by itself, whatever the locale.
CREATE OR REPLACE FUNCTION motcua.condition_spells(op text, a text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_jsonb(normalize(coalesce(string_agg(CASE op WHEN 'lower case' THEN lower(c COLLATE "und-x-icu")
                                                        ELSE upper(c COLLATE "und-x-icu") END, '' ORDER BY no), ''), NFC))
    FROM regexp_split_to_table(a, '') WITH ORDINALITY AS t (c, no)
$$;

-- The value of a condition (docs/feel.md) over the data of a dossier; SQL's NULL is FEEL's null. The same as
-- Expression.value in Swift, which writes the form that is read here (ConditionEncoding.swift): a scalar is itself, a
-- list its items, {"field": NAME} what the data say, {"op": NAME, "of": […]} an operation.
CREATE OR REPLACE FUNCTION motcua.condition_value(e jsonb, data jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  op text; o jsonb; a jsonb; b jsonb; t jsonb; x jsonb; v bool; v_holds bool; v_kind text;
BEGIN
  CASE jsonb_typeof(e)
    WHEN 'object' THEN
      IF e ? 'field' THEN RETURN data -> (e ->> 'field'); END IF;
    WHEN 'array' THEN
      RETURN (SELECT coalesce(jsonb_agg(motcua.condition_value(i, data) ORDER BY no), '[]')
                FROM jsonb_array_elements(e) WITH ORDINALITY AS l (i, no));
    WHEN 'null' THEN
      RETURN NULL;
    ELSE
      RETURN e;
  END CASE;
  -- (Operands that are fields or literals, as most are, are read in place: a call costs more than all else.)
  op := e ->> 'op'; o := e -> 'of'; a := o -> 0;
  a := CASE
    WHEN jsonb_typeof(a) IN ('number', 'string', 'boolean') THEN a
    WHEN a -> 'field' IS NOT NULL THEN data -> (a ->> 'field')
    ELSE motcua.condition_value(a, data)
  END;
  CASE op
    WHEN 'and', 'or' THEN
      v := CASE a WHEN 'true' THEN true WHEN 'false' THEN false END;
      FOR i IN 1..jsonb_array_length(o) - 1 LOOP
        EXIT WHEN v = (op = 'or');
        x := motcua.condition_value(o -> i, data);
        v_holds := CASE x WHEN 'true' THEN true WHEN 'false' THEN false END;
        v := CASE op WHEN 'and' THEN v AND v_holds ELSE v OR v_holds END;
      END LOOP;
      RETURN to_jsonb(v);
    WHEN 'not' THEN
      RETURN CASE a WHEN 'true' THEN 'false'::jsonb WHEN 'false' THEN 'true' END;
    WHEN 'if' THEN
      RETURN motcua.condition_value(o -> CASE a WHEN 'true' THEN 1 ELSE 2 END, data);
    WHEN 'in' THEN
      -- Each test is a comparison with a value, or two of them.
      v := false;
      FOR i IN 1..jsonb_array_length(o) - 1 LOOP
        t := o -> i;
        b := motcua.condition_value(t -> 1, data);
        IF t ->> 0 = '=' AND jsonb_typeof(b) = 'array' THEN
          FOR x IN SELECT jsonb_array_elements(b) LOOP
            v := v OR motcua.condition_compares('=', a, nullif(x, 'null'));
          END LOOP;
        ELSE
          v_holds := motcua.condition_compares(t ->> 0, a, b);
          IF jsonb_array_length(t) = 4 THEN
            v_holds := v_holds AND motcua.condition_compares(t ->> 2, a, motcua.condition_value(t -> 3, data));
          END IF;
          v := v OR v_holds;
        END IF;
        EXIT WHEN v;
      END LOOP;
      RETURN to_jsonb(v);
    WHEN 'min', 'max' THEN
      t := CASE WHEN jsonb_array_length(o) = 1 AND jsonb_typeof(a) = 'array' THEN a ELSE motcua.condition_value(o, data) END;
      b := nullif(t -> 0, 'null');
      FOR i IN 1..jsonb_array_length(t) - 1 LOOP
        x := nullif(t -> i, 'null');
        v := motcua.condition_compares(CASE op WHEN 'min' THEN '<' ELSE '>' END, x, b);
        IF v IS NULL THEN RETURN NULL; END IF;
        IF v THEN b := x; END IF;
      END LOOP;
      RETURN b;
    ELSE
      b := o -> 1;
      b := CASE
        WHEN jsonb_typeof(b) IN ('number', 'string', 'boolean') THEN b
        WHEN b -> 'field' IS NOT NULL THEN data -> (b ->> 'field')
        ELSE motcua.condition_value(b, data)
      END;
  END CASE;
  IF op IN ('=', '!=', '<', '<=', '>', '>=') THEN RETURN to_jsonb(motcua.condition_compares(op, a, b)); END IF;

  -- What is left is about values of one kind.
  v_kind := jsonb_typeof(a);
  IF a IS NULL OR jsonb_array_length(o) = 2 AND v_kind IS DISTINCT FROM jsonb_typeof(b) THEN RETURN NULL; END IF;
  RETURN CASE
    WHEN v_kind = 'number' THEN CASE op
      WHEN 'negate' THEN to_jsonb(- a::numeric)
      WHEN 'abs' THEN to_jsonb(abs(a::numeric))
      WHEN 'floor' THEN to_jsonb(floor(a::numeric))
      WHEN 'ceiling' THEN to_jsonb(ceil(a::numeric))
      ELSE motcua.condition_computes(op, a::numeric, b::numeric) END
    WHEN v_kind = 'string' THEN CASE op
      WHEN '+' THEN to_jsonb(normalize((a #>> '{}') || (b #>> '{}'), NFC))
      WHEN 'contains' THEN to_jsonb(position(b #>> '{}' IN a #>> '{}') > 0)
      WHEN 'starts with' THEN to_jsonb(starts_with(a #>> '{}', b #>> '{}'))
      WHEN 'ends with' THEN to_jsonb(right(a #>> '{}', length(b #>> '{}')) = b #>> '{}')
      WHEN 'string length' THEN to_jsonb(length(a #>> '{}'))
      WHEN 'lower case' THEN motcua.condition_spells(op, a #>> '{}')
      WHEN 'upper case' THEN motcua.condition_spells(op, a #>> '{}') END
    WHEN v_kind = 'array' AND op = 'count' THEN to_jsonb(jsonb_array_length(a))
  END;
END
$$;
COMMENT ON FUNCTION motcua.condition_value(jsonb, jsonb) IS 'the value of a condition over a dossier''s data; equal to Expression.value';
