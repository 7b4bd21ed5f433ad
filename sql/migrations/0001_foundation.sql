-- The ground everything stands on: the schema, the record of migrations, the installation's name and clock.
--
-- Settings read once, when this file runs:
--   motcua.prefix    what every role of this installation begins with (default: the database's name);
--                    roles belong to the whole server, so this is what keeps two installations apart
--   motcua.training  'on' makes a training installation, whose clock its owner may set; it cannot be
--                    switched on later, because the function that would read the offset is never made

DO $$
BEGIN
  IF current_setting('server_encoding') <> 'UTF8' THEN
    RAISE EXCEPTION 'the database % is encoded in %, MotCua needs UTF8',
        current_database(), current_setting('server_encoding')
      USING HINT = 'create it with: createdb --encoding=UTF8 --template=template0 NAME';
  END IF;
END
$$;

CREATE SCHEMA motcua;
REVOKE ALL ON SCHEMA motcua FROM PUBLIC;
-- Without USAGE on the schema nobody reaches what is in it; motcua.build_walls() says who gets what.

CREATE TABLE motcua.migration (
  version    int PRIMARY KEY,
  name       text NOT NULL,
  checksum   bytea NOT NULL CHECK (length(checksum) = 32),  -- SHA-256 of the file
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE motcua.migration IS 'the files of sql/migrations that this database has run, in order';

CREATE TABLE motcua.installation (
  one        bool PRIMARY KEY DEFAULT true CHECK (one),
  prefix     text NOT NULL CHECK (prefix ~ '^[a-z][a-z0-9_]{0,23}$' AND prefix !~ '^pg_|_[uos](_|$)'),
  name       text NOT NULL DEFAULT '',
  kind       text NOT NULL CHECK (kind IN ('production', 'training')),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE motcua.installation IS 'one row: what this installation is called and whether it is for training';

DO $$
DECLARE
  v_prefix text := nullif(current_setting('motcua.prefix', true), '');
  v_training bool := coalesce(nullif(current_setting('motcua.training', true), ''), 'off')::bool;
BEGIN
  IF v_prefix IS NULL THEN
    v_prefix := left(regexp_replace(lower(current_database()), '[^a-z0-9_]', '_', 'g'), 24);
    IF v_prefix ~ '_[uos](_|$)' THEN v_prefix := replace(v_prefix, '_', ''); END IF;
    IF v_prefix !~ '^[a-z]' OR v_prefix ~ '^pg_' THEN v_prefix := left('mc_' || v_prefix, 24); END IF;
  ELSIF v_prefix !~ '^[a-z][a-z0-9_]{0,23}$' OR v_prefix ~ '^pg_|_[uos](_|$)' THEN
    RAISE EXCEPTION 'motcua.prefix is "%", which cannot begin a role name', v_prefix
      USING HINT = 'use 1 to 24 of a-z, 0-9 and _, the first a letter, without pg_ at the start or _u_, _o_, _s_ within';
  END IF;
  INSERT INTO motcua.installation (prefix, kind)
    VALUES (v_prefix, CASE WHEN v_training THEN 'training' ELSE 'production' END);

  -- Baked in, not read from the table: row-level security calls them for every row, and being IMMUTABLE
  -- they fold into constants. A dump carries them, so a restored database finds the same roles.
  -- (RETURN, not a body in quotes, which would be read anew in the search_path of whoever asks.)
  EXECUTE format($f$
    CREATE FUNCTION motcua.prefix() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN '%1$s'::text;
    CREATE FUNCTION motcua.unit_role(unit int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN '%1$s_u_' || unit::text;
    CREATE FUNCTION motcua.oversight_role(unit int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN '%1$s_o_' || unit::text;
    CREATE FUNCTION motcua.staff_role(username text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN '%1$s_s_' || username;
    CREATE FUNCTION motcua.capability_role(capability text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN '%1$s_' || capability
    $f$, v_prefix);

  IF v_training THEN
    CREATE TABLE motcua.training_clock (
      one   bool PRIMARY KEY DEFAULT true CHECK (one),
      ahead interval NOT NULL DEFAULT '0'
    );
    INSERT INTO motcua.training_clock DEFAULT VALUES;
    CREATE FUNCTION motcua.now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE PARALLEL SAFE
      AS 'BEGIN RETURN clock_timestamp() + (SELECT ahead FROM motcua.training_clock); END';
    -- make_interval in seconds, so that no month or daylight rule comes between.
    CREATE FUNCTION motcua.set_training_clock(p_now timestamptz) RETURNS timestamptz LANGUAGE sql VOLATILE
      AS 'UPDATE motcua.training_clock
             SET ahead = make_interval(secs => extract(epoch FROM p_now - clock_timestamp())::float8);
          SELECT motcua.now()';
  ELSE
    CREATE FUNCTION motcua.now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
      RETURN clock_timestamp();
  END IF;
END
$$;

COMMENT ON FUNCTION motcua.unit_role(int) IS 'the group role of a unit: whoever is in it works there';
COMMENT ON FUNCTION motcua.oversight_role(int) IS 'holds the roles of a unit and of every unit below it, for reading';
COMMENT ON FUNCTION motcua.staff_role(text) IS 'the login role of a member of staff';
COMMENT ON FUNCTION motcua.capability_role(text) IS 'owner, door, staff, auditor, admin: what a role may touch';
COMMENT ON FUNCTION motcua.now() IS 'the clock every decision is stamped with';

CREATE FUNCTION motcua.local_date(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
COMMENT ON FUNCTION motcua.local_date(timestamptz) IS 'the day on which something happened, as the counter''s wall calendar had it';

-- The role that acts: SET ROLE if set, else who logged in. Inside a SECURITY DEFINER function
-- current_user is the door, but these two still say who knocks; no argument can. A session keeps a role that it
-- took on when this is taken from it again: who logged in must hold it now, too.
CREATE FUNCTION motcua.acting_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN current_setting('role') <> 'none' AND pg_has_role(session_user, current_setting('role'), 'MEMBER')
    THEN current_setting('role') ELSE session_user::text END;

CREATE FUNCTION motcua.reverse_words(words text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE w text; v_reversed text;
BEGIN
  FOREACH w IN ARRAY string_to_array(coalesce(words, ''), ' ') LOOP v_reversed := concat_ws(' ', w, v_reversed); END LOOP;
  RETURN coalesce(v_reversed, '');
END
$$;
COMMENT ON FUNCTION motcua.reverse_words(text) IS
  'the words of a search key (motcua.fold) in reverse order, so that an ending becomes a prefix';

-- A text of nothing but space, or none. (White_Space of Unicode, as Swift counts it; \s knows the locale's only.)
CREATE FUNCTION motcua.is_blank(p text) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN coalesce(p, '') !~ '[^\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]';

-- JSON without the texts in it: what is left are its signs and its numbers.
CREATE FUNCTION motcua.outside_texts(p text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN regexp_replace(p, '"([^"\\]|\\.)*"', '', 'g');

-- Reads a payload. Refusing bad JSON must not end a batch of a thousand others: NULL instead of an error.
-- What is kept is the text, and every reader must find in it what the door found: so it is one object of at
-- most 256 KiB and 16 levels, in NFC even where it hides behind \u escapes, each member once (jsonb takes the
-- last of two, others the first), numbers in plain digits (1e5 is 100000 to jsonb, and no integer to others).
CREATE FUNCTION motcua.parse_payload(p text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
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
CREATE FUNCTION motcua.parse_time(p text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF p !~ '^\d{4}-\d\d-\d\d[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?[0-5]\d)?)$' THEN
    RETURN NULL;
  END IF;
  RETURN p::timestamptz;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END
$$;
