-- The foundation: the schema, the record of what was run here, the installation's name and clock.
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

-- Without USAGE on the schema nobody reaches what is in it; motcua.build_walls() grants it.

CREATE TABLE motcua.migration (
  version    int PRIMARY KEY,
  name       text NOT NULL,
  checksum   bytea NOT NULL CHECK (length(checksum) = 32),  -- SHA-256 of the file
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE motcua.migration IS 'the files of sql/migrations that this database has run, in order';

CREATE TABLE motcua.function_file (
  name      text PRIMARY KEY,
  checksum  bytea NOT NULL CHECK (length(checksum) = 32),
  placed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE motcua.function_file IS 'the files of sql/functions as they stand in this database';

-- What a role of this installation may touch, beside those of units and people (see sql/functions/walls.sql).
CREATE TABLE motcua.capability (
  name text PRIMARY KEY CHECK (name ~ '^[a-z]+$')
);
INSERT INTO motcua.capability VALUES ('owner'), ('door'), ('staff'), ('auditor'), ('admin');

-- Who may call a function: filled by the files of sql/functions, each for its own, whenever they are put in place.
CREATE TABLE motcua.routine_access (
  routine text PRIMARY KEY,
  runs_as text NOT NULL CHECK (runs_as IN ('owner', 'door')),
  callers text[] NOT NULL
);
COMMENT ON TABLE motcua.routine_access IS
  'functions that other roles than the door may call (callers: capabilities), and in whose right they run';

-- Who may read or write a table: a row beside each table that is not plain reference data (which door, staff and
-- auditors read). kind dossier: what belongs to one, by its dossier_id, so that row-level security guards it.
CREATE TABLE motcua.relation_access (
  relation text PRIMARY KEY,
  kind     text NOT NULL CHECK (kind IN ('dossier', 'hidden')),
  door     text NOT NULL DEFAULT 'SELECT',
  auditor  text,
  staff    text CHECK (kind <> 'dossier' OR staff IS NULL)
);
COMMENT ON TABLE motcua.relation_access IS 'tables that are not reference data, and what roles may do with them';

CREATE TABLE motcua.installation (
  one        bool PRIMARY KEY DEFAULT true CHECK (one),
  prefix     text NOT NULL CHECK (prefix ~ '^[a-z][a-z0-9_]{0,23}$' AND prefix !~ '^pg_|_[uos](_|$)'),
  name       text NOT NULL DEFAULT '',
  kind       text NOT NULL CHECK (kind IN ('production', 'training')),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- What programs ask when they begin: a program works with the schemas from the oldest it knows to its own, and with a
  -- newer one that still serves programs made for oldest_program. A migration that takes something away from them
  -- raises that number.
  schema_version int NOT NULL DEFAULT 0,           -- number of the last migration
  oldest_program int NOT NULL DEFAULT 0,
  release        text NOT NULL DEFAULT '',         -- the last release whose schema this has (see sql/releases)
  -- Raised with every change of the catalogue (calendar, hours, tiers, units, roles): what processes keep of it, they
  -- keep under this number (see sql/functions/generation.sql).
  catalogue_generation bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE motcua.installation IS 'one row: what this installation is called, what it is for, which schema it has';

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

  IF v_training THEN
    CREATE TABLE motcua.training_clock (
      one   bool PRIMARY KEY DEFAULT true CHECK (one),
      ahead interval NOT NULL DEFAULT '0'
    );
    INSERT INTO motcua.training_clock DEFAULT VALUES;
    INSERT INTO motcua.relation_access VALUES ('training_clock', 'hidden', 'SELECT', 'SELECT', 'SELECT');
  END IF;
END
$$;
