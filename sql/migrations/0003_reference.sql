-- Reference data: units in dated tiers, staff and dated assignments, procedures, workflow versions.
--
-- Small, read by every decision, written by administrators through functions. Periods are half-open:
-- valid on D means valid_from <= D and (valid_to is null or D < valid_to); valid_to is the first day after.
--
-- needs: clock_and_roles.sql, texts.sql, published.sql, generation.sql

CREATE TABLE motcua.tier (
  code  text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_-]*$'),
  rank  int NOT NULL UNIQUE,                       -- 1 is the top
  names jsonb NOT NULL DEFAULT '{}'                -- {"vi": "...", "en": "..."}
);

CREATE TABLE motcua.unit (
  id          int PRIMARY KEY,
  code        text NOT NULL UNIQUE,                -- as the administrative catalogue writes it
  name        text NOT NULL CHECK (name IS NFC NORMALIZED),
  name_search text COLLATE "C" NOT NULL GENERATED ALWAYS AS (motcua.fold(name)) STORED,
  tier        text NOT NULL REFERENCES motcua.tier,
  kind        text NOT NULL DEFAULT '',            -- quận, huyện, phường, sở, ...
  parent_id   int REFERENCES motcua.unit,
  department  text,                                -- the key by which its parent's rules name it: construction
  agency_code text NOT NULL,                       -- what its dossier codes begin with: H26.19.05
  valid_from  date NOT NULL DEFAULT '-infinity',
  valid_to    date CHECK (valid_to > valid_from)
);
CREATE INDEX unit_parent ON motcua.unit (parent_id, department);
CREATE INDEX unit_search ON motcua.unit (name_search);

CREATE TABLE motcua.unit_succession (
  unit_id      int NOT NULL REFERENCES motcua.unit,
  successor_id int NOT NULL REFERENCES motcua.unit,
  on_date      date NOT NULL,
  whole        bool NOT NULL,                      -- all of the unit went there, or a part
  PRIMARY KEY (unit_id, successor_id)
);

-- What people are employed as. The engine gives these words no meaning beyond equality, but for two that only services
-- are assigned as (motcua.is_service_word).
CREATE TABLE motcua.role (
  code       text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_-]*$'),
  names      jsonb NOT NULL DEFAULT '{}',
  looks_down bool NOT NULL DEFAULT false           -- may read what the units below hold
);

-- Who may act: people, and services, which are programs with an account of their own (timer, connector, importer).
CREATE SEQUENCE motcua.staff_id AS int;
CREATE TABLE motcua.staff (
  id          int PRIMARY KEY DEFAULT nextval('motcua.staff_id'),
  username    text NOT NULL UNIQUE CHECK (username ~ '^[a-z][a-z0-9._-]{0,35}$'),
  name        text NOT NULL CHECK (name IS NFC NORMALIZED),
  name_search text COLLATE "C" NOT NULL GENERATED ALWAYS AS (motcua.fold(name)) STORED,
  role_name   text NOT NULL UNIQUE GENERATED ALWAYS AS (motcua.staff_role(username)) STORED,
  service     bool NOT NULL DEFAULT false,         -- a program, not a person
  active      bool NOT NULL DEFAULT true,
  auditor     bool NOT NULL DEFAULT false,         -- reads everything, writes nothing
  admin       bool NOT NULL DEFAULT false,         -- may call the functions of administration
  stale_on    date,                                -- day on which a membership of their role is no longer right
  CHECK (NOT (service AND (auditor OR admin)))
);
ALTER SEQUENCE motcua.staff_id OWNED BY motcua.staff.id;
CREATE INDEX staff_search ON motcua.staff (name_search);

CREATE TABLE motcua.assignment (
  staff_id     int NOT NULL REFERENCES motcua.staff,
  unit_id      int NOT NULL REFERENCES motcua.unit,
  role         text NOT NULL REFERENCES motcua.role,
  valid_from   date NOT NULL DEFAULT '-infinity',
  -- The first day on which it no longer holds. That of its beginning: ended on the day on which it began, so that it
  -- holds on none, and is kept because of what was done by it that day.
  valid_to     date CHECK (valid_to >= valid_from),
  on_behalf_of int REFERENCES motcua.staff,        -- a delegation: for whom they stand in
  PRIMARY KEY (staff_id, unit_id, role, valid_from)
);
CREATE INDEX assignment_unit ON motcua.assignment (unit_id, role);

-- Assignments have dates, the memberships of the server's roles that follow from them have none: this says for
-- which day they were last settled, all of them (for one person until when, staff.stale_on). Whoever settles
-- any of them locks the row.
CREATE TABLE motcua.settled_day (
  one bool PRIMARY KEY DEFAULT true CHECK (one),
  day date NOT NULL DEFAULT '-infinity'
);
INSERT INTO motcua.settled_day DEFAULT VALUES;

CREATE TABLE motcua.procedure (
  code        text PRIMARY KEY,                    -- 1.001193
  name        text NOT NULL CHECK (name IS NFC NORMALIZED),
  name_search text COLLATE "C" NOT NULL GENERATED ALWAYS AS (motcua.fold(name)) STORED,
  field       text NOT NULL DEFAULT '',
  tiers       text[] NOT NULL DEFAULT '{}',
  audience    text NOT NULL DEFAULT '',
  decision    text NOT NULL DEFAULT '',            -- the decision that published it
  result      text NOT NULL DEFAULT '',
  level       smallint CHECK (level BETWEEN 1 AND 4)
);

CREATE TABLE motcua.procedure_channel (
  procedure_code text NOT NULL REFERENCES motcua.procedure,
  channel        text NOT NULL CHECK (channel IN ('counter', 'online', 'post')),
  offered        bool NOT NULL,
  legal_amount   int CHECK (legal_amount > 0),
  legal_unit     text CHECK (legal_unit IN ('working_hour', 'working_day', 'day', 'month')),
  fee            bigint CHECK (fee >= 0),          -- đồng
  PRIMARY KEY (procedure_code, channel),
  CHECK ((legal_amount IS NULL) = (legal_unit IS NULL))
);

CREATE TABLE motcua.procedure_component (
  procedure_code text NOT NULL REFERENCES motcua.procedure,
  no             int NOT NULL,
  code           text NOT NULL,                    -- as definitions and documents name it
  name           text NOT NULL CHECK (name IS NFC NORMALIZED),
  original       int NOT NULL DEFAULT 0,
  copies         int NOT NULL DEFAULT 0,
  required       bool NOT NULL DEFAULT true,
  PRIMARY KEY (procedure_code, no),
  UNIQUE (procedure_code, code)
);

CREATE SEQUENCE motcua.workflow_version_id AS int;

CREATE TABLE motcua.workflow_version (
  id             int PRIMARY KEY DEFAULT nextval('motcua.workflow_version_id'),
  procedure_code text NOT NULL REFERENCES motcua.procedure,
  version        int NOT NULL CHECK (version > 0),
  status         text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'retired')),
  source         text NOT NULL,                    -- YAML, as its author wrote it
  definition     json NOT NULL,                    -- compiled, canonical
  digest         bytea NOT NULL CHECK (length(digest) = 32),  -- SHA-256 of definition
  received_at    text[] NOT NULL,                  -- tiers whose counters may receive it
  initial_state  text NOT NULL,
  -- Of the definition, what the door asks. Where a condition is in it (when), the loader writes it in the form that
  -- motcua.condition_value reads.
  needed_papers  jsonb NOT NULL DEFAULT '[]',      -- the required components, [{id, when}]
  always_needed  text[] NOT NULL DEFAULT '{}',     -- of these, those without a condition; set by publication
  sometimes_needed jsonb NOT NULL DEFAULT '[]',    -- and the others, [{id, when}]; with fits instead of when where the
                                                   -- condition is that the data contain it; set by publication
  fees           jsonb NOT NULL DEFAULT '[]',      -- [{amount, channels, when}], in đồng
  -- The rest is set by publication.
  channels       text[] NOT NULL DEFAULT '{}',     -- offered for reception
  defaults       jsonb NOT NULL DEFAULT '{}',      -- of the declared data, {field: value}
  fields         jsonb NOT NULL DEFAULT '{}',      -- the declared data, {field: {kind, min, max, options}}
  needed_fields  text[] NOT NULL DEFAULT '{}',     -- of these, the required
  components     text[] NOT NULL DEFAULT '{}',     -- the papers that documents may be
  needs_address  bool NOT NULL DEFAULT false,      -- some rule begins at the unit of the address
  created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  published_at   timestamptz,
  published_by   text,                             -- the role that did it
  seal           bytea,                            -- motcua.version_seal() when it was published
  UNIQUE (procedure_code, version),
  CHECK ((status = 'draft') = (published_at IS NULL))
);
ALTER SEQUENCE motcua.workflow_version_id OWNED BY motcua.workflow_version.id;
-- The version in force, of which there is at most one.
CREATE UNIQUE INDEX workflow_in_force ON motcua.workflow_version (procedure_code) WHERE status = 'published';

-- What is promised to who comes by a channel. No row: the law states no time there, so nothing is promised.
CREATE TABLE motcua.workflow_legal_time (
  version_id int NOT NULL REFERENCES motcua.workflow_version,
  channel    text NOT NULL CHECK (channel IN ('counter', 'online', 'post')),
  amount     int NOT NULL CHECK (amount > 0),
  unit       text NOT NULL CHECK (unit IN ('working_hour', 'working_day', 'day', 'month')),
  PRIMARY KEY (version_id, channel)
);

CREATE TABLE motcua.workflow_state (
  version_id        int NOT NULL REFERENCES motcua.workflow_version,
  state             text NOT NULL CHECK (state <> ''),
  label             jsonb NOT NULL DEFAULT '{}',
  holder_base       text CHECK (holder_base IN ('current', 'reception', 'address')),
  holder_parent     bool NOT NULL DEFAULT false,
  holder_tier       text,
  holder_department text,
  role              text,
  time_amount       int CHECK (time_amount > 0),
  time_unit         text CHECK (time_unit IN ('working_hour', 'working_day', 'day', 'month')),
  clock             text NOT NULL DEFAULT 'running' CHECK (clock IN ('running', 'paused', 'stopped')),
  portal            smallint,
  outcome           text CHECK (outcome <> ''),    -- set: an end state
  silence           text NOT NULL DEFAULT 'blocks' CHECK (silence IN ('agrees', 'blocks')),
  consults          bool NOT NULL DEFAULT false,   -- has rows in workflow_consult; set by publication
  PRIMARY KEY (version_id, state),
  CHECK ((time_amount IS NULL) = (time_unit IS NULL)),
  CHECK ((outcome IS NULL) = (holder_base IS NOT NULL AND role IS NOT NULL))
);

CREATE TABLE motcua.workflow_consult (
  version_id        int NOT NULL,
  state             text NOT NULL,
  no                int NOT NULL,                  -- order of the rules in the definition
  holder_base       text NOT NULL CHECK (holder_base IN ('current', 'reception', 'address')),
  holder_parent     bool NOT NULL DEFAULT false,
  holder_tier       text,
  holder_department text,
  PRIMARY KEY (version_id, state, no),
  FOREIGN KEY (version_id, state) REFERENCES motcua.workflow_state
);

-- Every step a dossier of this version can take; reception is the row from ''.
CREATE TABLE motcua.workflow_transition (
  version_id   int NOT NULL,
  from_state   text NOT NULL,
  action       text NOT NULL CHECK (action <> ''),
  to_state     text NOT NULL,
  effect       text NOT NULL DEFAULT 'move' CHECK (effect <> ''),
  -- What its effect says of it, from the table of effects (Sources/Workflow/EffectTable.swift), written by the loader:
  -- whose step it is (of the unit that holds the dossier, of the one a handover goes to, of one that is asked, or of a
  -- service), whether it goes with a handover under way (free: while there is none; handover: only during one, which
  -- it ends), and what its payload may and must hold.
  actor        text NOT NULL DEFAULT 'holder' CHECK (actor IN ('holder', 'receiver', 'consulted', 'system', 'citizen')),
  during       text NOT NULL DEFAULT 'free' CHECK (during IN ('free', 'handover', 'any')),
  may          text[] NOT NULL DEFAULT '{}',
  must         text[] NOT NULL DEFAULT '{}' CHECK (must <@ may),
  roles        text[] NOT NULL DEFAULT '{}',       -- empty: that of the state which a handover goes to
  at_most      int CHECK (at_most > 0),
  before_due   bool NOT NULL DEFAULT false,
  requires     text[] NOT NULL DEFAULT '{}'        -- what else must be there before it
                 CHECK (requires <@ '{components,fee,signature,answers,data}'),
  guard        jsonb,                              -- its condition on the data, as motcua.condition_value reads it
  label        jsonb NOT NULL DEFAULT '{}',
  form         text,
  PRIMARY KEY (version_id, from_state, action, to_state),
  FOREIGN KEY (version_id, to_state) REFERENCES motcua.workflow_state,
  CHECK ((effect = 'receive') = (from_state = ''))
);

-- Derived at publication, a row per step: the transition and all that the state it leads to says, so that the door needs
-- one look-up for a step.
CREATE TABLE motcua.workflow_step (
  version_id   int NOT NULL,
  from_state   text COLLATE "C" NOT NULL,
  action       text COLLATE "C" NOT NULL,
  to_state     text COLLATE "C" NOT NULL,
  effect       text COLLATE "C" NOT NULL,
  actor        text COLLATE "C" NOT NULL,
  during       text COLLATE "C" NOT NULL,
  may          text[] NOT NULL,
  must         text[] NOT NULL,
  roles        text[] NOT NULL,
  at_most      int,
  before_due   bool NOT NULL,
  guard        jsonb,
  -- Requirements, one by one.
  needs_data      text[] NOT NULL,                 -- the fields that must be filled in
  needs_papers    bool NOT NULL,
  papers          text[] NOT NULL,                 -- if so, those of workflow_version.always_needed
  papers_when     jsonb NOT NULL,                  -- and of sometimes_needed
  needs_fee       bool NOT NULL,
  needs_signature bool NOT NULL,
  needs_answers   bool NOT NULL,
  -- A remark, or a step from a running state to another of which nothing rare is asked and from which nothing rare
  -- follows: motcua.act may take its short way.
  is_plain        bool NOT NULL,
  is_only         bool NOT NULL,                   -- no other step of this action leads from this state
  -- Of the state it leads to. is_base: its holder is the unit that holder_base names, not one found from there.
  holder_base       text COLLATE "C",
  is_base           bool NOT NULL,
  holder_parent     bool NOT NULL,
  holder_tier       text,
  holder_department text,
  next_role    text,
  time_amount  int,
  time_unit    text COLLATE "C",
  next_clock   text COLLATE "C" NOT NULL,          -- stopped at an end
  portal       smallint,
  outcome      text,
  consults     bool NOT NULL,
  PRIMARY KEY (version_id, from_state, action, to_state)
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['workflow_legal_time', 'workflow_state', 'workflow_consult', 'workflow_transition'] LOOP
    EXECUTE format('
      CREATE TRIGGER published_insert AFTER INSERT ON motcua.%1$I REFERENCING NEW TABLE AS after_rows
        FOR EACH STATEMENT EXECUTE FUNCTION motcua.refuse_published_change();
      CREATE TRIGGER published_update AFTER UPDATE ON motcua.%1$I
        REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
        FOR EACH STATEMENT EXECUTE FUNCTION motcua.refuse_published_change();
      CREATE TRIGGER published_delete AFTER DELETE ON motcua.%1$I REFERENCING OLD TABLE AS before_rows
        FOR EACH STATEMENT EXECUTE FUNCTION motcua.refuse_published_change()', t);
  END LOOP;
END
$$;

CREATE TRIGGER published BEFORE UPDATE OR DELETE ON motcua.workflow_version
  FOR EACH ROW EXECUTE FUNCTION motcua.guard_version();

DO $$
DECLARE t text;
BEGIN
  FOR t IN SELECT unnest('{calendar_day,opening_session,working_weekday,calendar_policy,tier,unit,role}'::text[]) LOOP
    EXECUTE format('CREATE TRIGGER generation AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON motcua.%I
      FOR EACH STATEMENT EXECUTE FUNCTION motcua.raise_generation()', t);
  END LOOP;
END
$$;

INSERT INTO motcua.role (code, names, looks_down) VALUES
  ('clerk',     '{"vi": "cán bộ tiếp nhận", "en": "intake clerk"}', false),
  ('officer',   '{"vi": "chuyên viên thụ lý", "en": "case officer"}', false),
  ('head',      '{"vi": "lãnh đạo phòng", "en": "head of division"}', false),
  ('leader',    '{"vi": "lãnh đạo đơn vị", "en": "leader"}', true),
  ('registrar', '{"vi": "văn thư", "en": "registrar"}', false),
  ('cashier',   '{"vi": "cán bộ thu phí", "en": "cashier"}', false),
  ('system',    '{"vi": "hệ thống", "en": "the system"}', true),
  ('citizen',   '{"vi": "thay người nộp hồ sơ", "en": "in the applicant''s place"}', true);
