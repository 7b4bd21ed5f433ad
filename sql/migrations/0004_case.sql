-- The case tables: what belongs to one dossier, keyed by dossier_id first.
--
-- Only the door writes here; what must hold between columns it keeps, and motcua doctor checks (a CHECK
-- constraint is parsed anew by every INSERT and UPDATE, a tenth of a decision's time). No identity columns, no triggers, no foreign keys between
-- dossiers: the tables can be distributed by dossier_id as they stand, when a city outgrows one server.
-- A dossier_id is yyyymm of reception * 10^12 + a sequence, so the present stays together.
--
-- needs: event.sql

CREATE SEQUENCE motcua.dossier_seq AS bigint MAXVALUE 999999999999 CYCLE;

-- The row is the fold of the dossier's events: motcua doctor recomputes it.
-- fillfactor leaves room for the next versions of the row beside the old ones.
CREATE TABLE motcua.dossier (
  dossier_id       bigint PRIMARY KEY,
  received_at      timestamptz NOT NULL,
  due_at           timestamptz,
  step_due         timestamptz,
  paused_at        timestamptz,                    -- set while the clock is paused
  finished_at      timestamptz,
  ended_at         timestamptz,
  changed_at       timestamptz NOT NULL,           -- time of the last event
  fee_due          bigint NOT NULL,
  paid             bigint NOT NULL DEFAULT 0,
  version          int NOT NULL,                   -- seq of the last event
  workflow_version int NOT NULL,
  holder           int NOT NULL,
  assignee         int,
  reception        int NOT NULL,
  address          int,
  changed_by       int NOT NULL,                   -- actor of the last event
  pending_unit     int,
  pending_since    timestamptz,
  pending_seq      int,                            -- event that began the handover
  pending_back     bool NOT NULL DEFAULT false,
  portal_status    smallint,
  code             text COLLATE "C" NOT NULL,
  procedure_code   text NOT NULL,
  channel          text NOT NULL,                  -- counter, online, post
  state            text NOT NULL,
  awaits_role      text,                           -- who acts in this state; null when it has ended
  clock            text NOT NULL,                  -- running, paused, stopped: the state's, or running when it is
                                                   -- sent on from a paused one
  outcome          text,
  pending_state    text,
  trail_states     text[] NOT NULL DEFAULT '{}',   -- the way back, last step last
  trail_units      int[] NOT NULL DEFAULT '{}',
  participants     int[] NOT NULL,                 -- every unit that has had a part in it: may read it,
                                                   -- as may pending_unit while it is on its way there
  consulted        int[] NOT NULL DEFAULT '{}',    -- units whose answer is still awaited
  counts           jsonb NOT NULL DEFAULT '{}',    -- {action: times}
  applicant_name   text NOT NULL,
  applicant_search text COLLATE "C" NOT NULL,      -- folded: no accents, no case
  applicant_rev    text COLLATE "C" NOT NULL,      -- the same, words reversed
  applicant        jsonb NOT NULL,
  data             jsonb NOT NULL DEFAULT '{}',
  hash             bytea NOT NULL            -- of the last event
) WITH (fillfactor = 80);
-- A code by itself, or by its end; and never two alike.
CREATE UNIQUE INDEX dossier_code ON motcua.dossier (reverse(code) COLLATE "C");
-- Among what a unit received, by the end of its code: "0042" is found however many others end so elsewhere.
CREATE INDEX dossier_register ON motcua.dossier (reception, reverse(code) COLLATE "C");
-- The inbox: what waits for a role at a unit, not given to anybody (0) or to one of its staff, soonest due first; what
-- has no promised date comes last.
CREATE INDEX dossier_inbox
  ON motcua.dossier (holder, awaits_role, (CASE WHEN assignee IS NULL THEN 0 ELSE assignee END),
    (CASE WHEN due_at IS NULL THEN 'infinity' ELSE due_at END), dossier_id)
  WHERE ended_at IS NULL AND pending_unit IS NULL;
-- What is on its way to a unit, and from one.
CREATE INDEX dossier_arriving ON motcua.dossier (pending_unit, pending_since, dossier_id) WHERE pending_unit IS NOT NULL;
CREATE INDEX dossier_sent ON motcua.dossier (holder, pending_since, dossier_id) WHERE pending_unit IS NOT NULL;

-- Dossiers by the applicant's name, from either end of it: a row for each unit that may see the dossier. The unit
-- comes first, so that a search reads what is the searcher's and nothing else: whatever it read of others' could be
-- counted from outside (EXPLAIN tells what a query has read, also of rows that it then hides).
CREATE TABLE motcua.applicant (
  unit_id    int NOT NULL,
  dossier_id bigint NOT NULL,
  name       text COLLATE "C" NOT NULL,            -- as in applicant_search
  rev        text COLLATE "C" NOT NULL,            -- as in applicant_rev
  PRIMARY KEY (unit_id, name, dossier_id)
);
CREATE INDEX applicant_rev ON motcua.applicant (unit_id, rev, dossier_id);

-- History. reached is the state a step leads to, at once or when the receiver takes it: with it the step
-- is a row of the transition table, by foreign key.
CREATE TABLE motcua.dossier_event (
  dossier_id       bigint NOT NULL,
  at               timestamptz NOT NULL,
  due              timestamptz,
  step_due         timestamptz,
  xid              xid8 NOT NULL DEFAULT pg_current_xact_id(),  -- the transaction that wrote it
  seq              int NOT NULL,
  actor            int NOT NULL,                   -- staff
  unit             int NOT NULL,                   -- for which they acted
  unit_to          int NOT NULL,                   -- holder after it, or receiver of a handover it begins
  workflow_version int NOT NULL,
  login            text NOT NULL DEFAULT '',       -- who logged in, when acting as somebody else
  action           text NOT NULL,
  from_state       text NOT NULL,                  -- '' for reception
  to_state         text NOT NULL,                  -- state after it
  target_state     text NOT NULL DEFAULT '',       -- state awaiting the receiver of a handover it begins
  reached          text NOT NULL GENERATED ALWAYS AS
                     (CASE WHEN target_state = '' THEN to_state ELSE target_state END) STORED,
  consulted        int[] NOT NULL DEFAULT '{}',    -- units asked by it, in the order of the rules
  payload          json NOT NULL,                  -- the exact text that was hashed
  prev_hash        bytea NOT NULL,
  hash             bytea NOT NULL,
  PRIMARY KEY (dossier_id, seq),
  FOREIGN KEY (workflow_version, from_state, action, reached) REFERENCES motcua.workflow_transition
) PARTITION BY RANGE (dossier_id);

CREATE TABLE motcua.dossier_event_other PARTITION OF motcua.dossier_event DEFAULT;

SELECT motcua.add_event_year(y) FROM generate_series(2018, 2035) AS y;

CREATE TABLE motcua.document (
  dossier_id bigint NOT NULL,
  seq        int NOT NULL,                         -- event that brought it
  no         int NOT NULL,                         -- 1, 2, ... within the event
  component  text,                                 -- which of the procedure's papers it is
  name       text NOT NULL,
  copies     int NOT NULL CHECK (copies >= 0),
  original   bool NOT NULL,
  sha256     bytea CHECK (length(sha256) = 32),    -- of the scanned file
  at         timestamptz NOT NULL,
  PRIMARY KEY (dossier_id, seq, no)
);

CREATE TABLE motcua.payment (
  dossier_id bigint NOT NULL,
  seq        int NOT NULL,
  amount     bigint NOT NULL CHECK (amount > 0),   -- đồng
  method     text NOT NULL,
  receipt    text,
  at         timestamptz NOT NULL,
  actor      int NOT NULL,
  PRIMARY KEY (dossier_id, seq)
);

CREATE TABLE motcua.consultation (
  dossier_id  bigint NOT NULL,
  seq         int NOT NULL,                        -- event that asked
  unit_id     int NOT NULL,
  no          int NOT NULL,                        -- 1, 2, ... in the order of the rules
  asked_at    timestamptz NOT NULL,
  due         timestamptz,
  status      text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'answered', 'lapsed')),
  closed_at   timestamptz,
  answered_by int,
  opinion     text CHECK (opinion IN ('agree', 'disagree')),
  answer      text,
  PRIMARY KEY (dossier_id, seq, unit_id),
  CHECK ((status = 'open') = (closed_at IS NULL)),
  CHECK ((status = 'answered') = (opinion IS NOT NULL))
);
CREATE INDEX consultation_asked ON motcua.consultation (unit_id, (CASE WHEN due IS NULL THEN 'infinity' ELSE due END), dossier_id)
  WHERE status = 'open';

-- A line per crossing between units: form 05 is printed from it.
CREATE TABLE motcua.handover (
  dossier_id  bigint NOT NULL,
  seq         int NOT NULL,                        -- event by which it was sent
  from_unit   int NOT NULL,
  from_state  text NOT NULL,
  to_unit     int NOT NULL,
  to_state    text NOT NULL,
  back        bool NOT NULL,                       -- returned a step, not sent on
  sent_at     timestamptz NOT NULL,
  sent_by     int NOT NULL,
  step_due    timestamptz,                         -- by when the giver was to have done
  result      text NOT NULL DEFAULT 'pending' CHECK (result IN ('pending', 'taken', 'declined', 'recalled')),
  closed_at   timestamptz,
  closed_by   int,                                 -- the receiver; of a recall, the giver
  closed_seq  int,
  reason      text,
  PRIMARY KEY (dossier_id, seq),
  CHECK ((result = 'pending') = (closed_at IS NULL))
);

-- What the timer worker will look at: one row per running deadline.
CREATE TABLE motcua.timer (
  dossier_id bigint NOT NULL,
  kind       text NOT NULL,                        -- due: the promised date; step: the state's own time
  due_at     timestamptz NOT NULL,
  PRIMARY KEY (dossier_id, kind)
) WITH (fillfactor = 80);
CREATE INDEX timer_due ON motcua.timer (due_at, dossier_id);

-- What the portal has to be told. Read in order of (xid, dossier_id, seq) below
-- pg_snapshot_xmin(pg_current_snapshot()), so that what commits late is not skipped.
CREATE TABLE motcua.portal_outbox (
  dossier_id bigint NOT NULL,
  seq        int NOT NULL,
  xid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
  status     smallint NOT NULL,
  payload    json NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (dossier_id, seq)
);
CREATE INDEX portal_outbox_order ON motcua.portal_outbox (xid, dossier_id, seq);

-- The running number of an agency's day. Not a sequence: a number taken by a transaction that fails goes
-- to the next, so that the register has no gaps.
CREATE TABLE motcua.dossier_number (
  agency_code text NOT NULL,
  day         date NOT NULL,
  last        int NOT NULL CHECK (last > 0),
  PRIMARY KEY (agency_code, day)
) WITH (fillfactor = 50);

-- Events are never changed, not even by the door; timers alone are deleted, and the names of what is seen no more.
INSERT INTO motcua.relation_access (relation, kind, door, auditor) VALUES
  ('dossier',        'dossier', 'SELECT, INSERT, UPDATE', 'SELECT'),
  ('dossier_event',  'dossier', 'SELECT, INSERT', 'SELECT'),
  ('document',       'dossier', 'SELECT, INSERT', 'SELECT'),
  ('payment',        'dossier', 'SELECT, INSERT', 'SELECT'),
  ('portal_outbox',  'dossier', 'SELECT, INSERT', 'SELECT'),
  ('applicant',      'dossier', 'SELECT, INSERT, DELETE', 'SELECT'),
  ('consultation',   'dossier', 'SELECT, INSERT, UPDATE', 'SELECT'),
  ('handover',       'dossier', 'SELECT, INSERT, UPDATE', 'SELECT'),
  ('timer',          'dossier', 'SELECT, INSERT, UPDATE, DELETE', 'SELECT'),
  ('dossier_number', 'hidden',  'SELECT, INSERT, UPDATE', 'SELECT'),
  ('dossier_seq',    'hidden',  'USAGE', NULL);
