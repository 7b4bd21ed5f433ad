-- Texts: reading what comes from outside, and search keys. The same here as in Swift; tests compare them.

CREATE OR REPLACE FUNCTION motcua.reverse_words(words text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE w text; v_reversed text;
BEGIN
  FOREACH w IN ARRAY string_to_array(coalesce(words, ''), ' ') LOOP v_reversed := concat_ws(' ', w, v_reversed); END LOOP;
  RETURN coalesce(v_reversed, '');
END
$$;
COMMENT ON FUNCTION motcua.reverse_words(text) IS
  'the words of a search key (motcua.fold) in reverse order, so that an ending becomes a prefix';

-- A text of nothing but space, or none. (White_Space of Unicode, as Swift counts it; \s knows the locale's only.)
CREATE OR REPLACE FUNCTION motcua.is_blank(p text) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN coalesce(p, '') !~ '[^\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]';

-- JSON without the texts in it: what is left are its signs and its numbers.
CREATE OR REPLACE FUNCTION motcua.outside_texts(p text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN regexp_replace(p, '"([^"\\]|\\.)*"', '', 'g');

-- Reads a payload. Refusing bad JSON must not end a batch of a thousand others: NULL instead of an error.
-- What is kept is the text, and every reader must find in it what the door found: so it is one object of at
-- most 256 KiB and 16 levels, in NFC even where it hides behind \u escapes, each member once (jsonb takes the
-- last of two, others the first), numbers in plain digits (1e5 is 100000 to jsonb, and no integer to others).
CREATE OR REPLACE FUNCTION motcua.parse_payload(p text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  j jsonb; t text;
  -- One look for all that is rare: what may be a number with an exponent, a letter beyond Latin (whatever is made of
  -- the others alone, as Vietnamese is, is in NFC), and sixteen brackets.
  v_is_plain CONSTANT bool := p !~ '\d[eE][-+]?\d|[^\u0001-\u024f\u1e00-\u1eff]|(?:[[{][^[{]*){16}';
BEGIN
  IF p = '{}' THEN RETURN '{}'; END IF;
  IF octet_length(p) > 262144 OR NOT v_is_plain AND motcua.outside_texts(p) ~ '\d[eE]' THEN RETURN NULL; END IF;
  BEGIN
    j := p::jsonb;
  EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
    RETURN NULL;
  END;
  t := j::text;
  IF jsonb_typeof(j) <> 'object' OR (NOT v_is_plain AND p IS NOT NFC NORMALIZED)
     OR (position('\u' IN p) > 0 AND t IS NOT NFC NORMALIZED)
     OR (NOT v_is_plain AND jsonb_path_exists(j, '$.**{16}')) THEN
    RETURN NULL;
  END IF;
  -- Each member has one colon; jsonb drops members, never adds one. Only \u003a makes a colon of none.
  IF position('\u' IN p) > 0 THEN p := motcua.outside_texts(p); t := motcua.outside_texts(t); END IF;
  IF octet_length(p) - octet_length(replace(p, ':', '')) <> octet_length(t) - octet_length(replace(t, ':', '')) THEN
    RETURN NULL;
  END IF;
  RETURN j;
END
$$;

-- An ISO 8601 time with its offset, or NULL: a time without one would mean something else to every client, and so
-- would 24:00 or a 60th second.
CREATE OR REPLACE FUNCTION motcua.parse_time(p text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF p !~ '^\d{4}-\d\d-\d\d[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?[0-5]\d)?)$' THEN
    RETURN NULL;
  END IF;
  RETURN p::timestamptz;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END
$$;

-- The search key of a text: without case, accents and needless spaces; "nguyen van hoa" for "Nguyễn Văn Hoà"
-- and for "Nguyễn Văn Hòa". The same as SearchText.fold in Swift, for every text; a test compares them.
--
-- Only code points decide, no locale: an index on motcua.fold(name) stays right when the operating system's
-- collations change. Accents are removed from the decomposed text, so the place of the tone mark is lost with
-- it; letters with strokes (đ, ø, ł…) have no decomposition and are translated, as are Greek and Cyrillic
-- capitals. A single expression, so that the planner can put it in the query itself.
CREATE OR REPLACE FUNCTION motcua.fold(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(
  regexp_replace(
    translate(
      regexp_replace(
        lower(normalize(name, NFD) COLLATE "C"),
        '[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+', '', 'g'),
      'ĐđÐðØøŁłĦħıÆŒÞ'
      'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ'
      'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЇЈЉЊЋЏ',
      'ddddoollhhiæœþ'
      'αβγδεζηθικλμνξοπρστυφχψω'
      'абвгдежзийклмнопрстуфхцчшщъыьэюяђєѕіїјљњћџ'),
    '[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g'),
  ' ');
COMMENT ON FUNCTION motcua.fold(text) IS
  'Search key: no case, no accents, đ = d, single spaces. Equal to SearchText.fold.';

-- A day written yyyy-mm-dd that there is.
CREATE OR REPLACE FUNCTION motcua.is_day(p text) RETURNS bool LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p ~ '^[0-9]{4}-(0[1-9]|1[0-2])-[0-9]{2}$' AND p > '0001' COLLATE "C" THEN
    substr(p, 9)::int BETWEEN 1 AND extract(day FROM make_date(left(p, 4)::int, substr(p, 6, 2)::int, 1) + interval '1 month - 1 day')
    ELSE false END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('reverse_words', 'owner', '{staff,auditor}'),
  ('fold', 'owner', '{staff,auditor}');
