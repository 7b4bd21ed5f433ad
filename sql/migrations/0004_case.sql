-- The case tables: what belongs to one dossier, keyed by dossier_id.
--
-- Only the door writes here; what must hold between columns it keeps, and motcua doctor checks (a CHECK
-- constraint is parsed anew by every INSERT and UPDATE, a tenth of a decision's time). No identity columns, no triggers,
-- no foreign keys: the tables can be distributed by dossier_id when a city outgrows one server, except the register of
-- codes, whose unique index lacks dossier_id and would have to become a table of its own.
-- A dossier_id is yyyymm of reception * 10^12 + a sequence, so the present stays together.
--
-- needs: event.sql

CREATE SEQUENCE motcua.dossier_seq AS bigint MAXVALUE 999999999999 CYCLE;

-- What was filed, and seldom changes: only an amendment or a payment writes here.
CREATE TABLE motcua.application (
  dossier_id       bigint PRIMARY KEY,
  received_at      timestamptz NOT NULL,
  fee_due          bigint NOT NULL,                -- đồng
  paid             bigint NOT NULL DEFAULT 0,
  reception        int NOT NULL,
  address          int,
  code             text COLLATE "C" NOT NULL,
  procedure_code   text NOT NULL,
  channel          text NOT NULL,                  -- counter, online, post
  applicant_name   text NOT NULL,
  applicant_search text COLLATE "C" NOT NULL,      -- folded: no accents, no case
  applicant_rev    text COLLATE "C" NOT NULL,      -- the same, words reversed
  applicant        jsonb NOT NULL,
  data             jsonb NOT NULL DEFAULT '{}'
);
-- A code by itself, or by its end; and never two alike.
CREATE UNIQUE INDEX application_code ON motcua.application (reverse(code) COLLATE "C");
-- Among what a unit received, by the end of its code: "0042" is found however many others end so elsewhere.
CREATE INDEX application_register ON motcua.application (reception, reverse(code) COLLATE "C");

-- How a dossier stands: what every step writes, and no more, for each version of a row costs what the row holds. With
-- the application it is the fold of the dossier's events (the view motcua.dossier), which motcua doctor recomputes.
-- What has no date is due in infinity and what is nobody's is given to 0, so that the inbox is a plain index: an
-- expression in an index is set up anew by every statement that writes a row.
-- fillfactor leaves room for the next versions of the row beside the old ones.
CREATE TABLE motcua.standing (
  dossier_id       bigint PRIMARY KEY,
  due_at           timestamptz NOT NULL,           -- the promised date
  step_due         timestamptz NOT NULL,           -- the end of the state's own time
  next_due         timestamptz NOT NULL,           -- the earliest of these that runs: when a timer must look at it
  paused_at        timestamptz,                    -- set while the clock is paused
  finished_at      timestamptz,
  ended_at         timestamptz,
  changed_at       timestamptz NOT NULL,           -- time of the last event
  version          int NOT NULL,                   -- seq of the last event
  workflow_version int NOT NULL,
  holder           int NOT NULL,
  waits_at         int,                            -- the holder, while it waits there for somebody to act: not when it
                                                   -- is on its way, nor when it has ended
  assignee         int NOT NULL DEFAULT 0,
  changed_by       int NOT NULL,                   -- actor of the last event
  pending_unit     int,
  pending_seq      int,                            -- event that began the handover
  pending_since    timestamptz,
  pending_back     bool NOT NULL DEFAULT false,
  portal_status    smallint,
  state            text COLLATE "C" NOT NULL,
  awaits_role      text COLLATE "C",               -- who acts in this state; null when it has ended
  clock            text COLLATE "C" NOT NULL,      -- running, paused, stopped: the state's, or running when it is
                                                   -- sent on from a paused one
  outcome          text,
  pending_state    text COLLATE "C",
  trail_states     text[] NOT NULL DEFAULT '{}',   -- the way back, last step last
  trail_units      int[] NOT NULL DEFAULT '{}',
  participants     int[] NOT NULL,                 -- every unit that has had a part in it: may read it,
                                                   -- as may pending_unit while it is on its way there
  consulted        int[] NOT NULL DEFAULT '{}',    -- units whose answer is still awaited
  counts           jsonb NOT NULL DEFAULT '{}',    -- {action: times}
  hash             bytea NOT NULL                  -- of the last event
) WITH (fillfactor = 80);

-- The inbox: what waits for a role at a unit, not given to anybody (0) or to one of its staff, soonest due first.
CREATE INDEX standing_inbox ON motcua.standing (waits_at, awaits_role, assignee, due_at, dossier_id) WHERE waits_at IS NOT NULL;
CREATE INDEX standing_next_due ON motcua.standing (next_due) WHERE next_due < 'infinity';

-- Dossiers by the applicant's name, from either end of it: a row for each unit that may see the dossier. The unit
-- comes first, so that a search reads what is the searcher's and nothing else: whatever it read of others' could be
-- counted from outside (EXPLAIN tells what a query has read, also of rows that it then hides).
CREATE TABLE motcua.applicant (
  unit_id    int NOT NULL,
  dossier_id bigint NOT NULL,
  name       text COLLATE "C" NOT NULL,            -- as in application.applicant_search
  rev        text COLLATE "C" NOT NULL,            -- as in application.applicant_rev
  PRIMARY KEY (unit_id, name, dossier_id)
);
CREATE INDEX applicant_rev ON motcua.applicant (unit_id, rev, dossier_id);

-- History. The step an event took, (workflow_version, from_state, action, and target_state or else to_state), is a row of
-- workflow_step: the door looks it up, and motcua doctor finds any that is not. (A foreign key would say the same with a
-- lock on that row in every decision: a tenth of its time, more with many clients.)
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
  consulted        int[] NOT NULL DEFAULT '{}',    -- units asked by it, in the order of the rules
  payload          json NOT NULL,                  -- the exact text that was hashed
  prev_hash        bytea NOT NULL,
  hash             bytea NOT NULL,
  PRIMARY KEY (dossier_id, seq)
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

-- What is on its way to a unit, and from one.
CREATE INDEX handover_arriving ON motcua.handover (to_unit, sent_at, dossier_id) WHERE closed_at IS NULL;
CREATE INDEX handover_sent ON motcua.handover (from_unit, sent_at, dossier_id) WHERE closed_at IS NULL;

-- What the portal has to be told: that an event gave the dossier this status. The event says the rest. Read in order of
-- (xid, dossier_id, seq) below pg_snapshot_xmin(pg_current_snapshot()), so that what commits late is not skipped.
CREATE TABLE motcua.portal_outbox (
  xid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
  dossier_id bigint NOT NULL,
  seq        int NOT NULL,
  status     smallint NOT NULL,
  PRIMARY KEY (xid, dossier_id, seq)
);

-- What an actor asked for under an id of their own: asked again, it is answered again, not done again.
CREATE TABLE motcua.request (
  actor      int NOT NULL,
  id         text COLLATE "C" NOT NULL CHECK (length(id) BETWEEN 1 AND 200),
  digest     bytea NOT NULL,                       -- SHA-256 of what was asked
  at         timestamptz NOT NULL,
  dossier_id bigint,                               -- the event it became
  seq        int,
  PRIMARY KEY (actor, id)
);

-- The running number of an agency's day. Not a sequence: a number taken by a transaction that fails goes
-- to the next, so that the register has no gaps.
CREATE TABLE motcua.dossier_number (
  agency_code text NOT NULL,
  day         date NOT NULL,
  last        int NOT NULL CHECK (last >= 0),
  PRIMARY KEY (agency_code, day)
) WITH (fillfactor = 50);

-- Events are never changed, not even by the door; deleted are the names of what is seen no more, and refused requests.
INSERT INTO motcua.relation_access (relation, kind, door, auditor) VALUES
  ('application',    'dossier', 'SELECT, INSERT, UPDATE', 'SELECT'),
  ('standing',       'dossier', 'SELECT, INSERT, UPDATE', 'SELECT'),
  ('dossier_event',  'dossier', 'SELECT, INSERT', 'SELECT'),
  ('document',       'dossier', 'SELECT, INSERT', 'SELECT'),
  ('payment',        'dossier', 'SELECT, INSERT', 'SELECT'),
  ('portal_outbox',  'dossier', 'SELECT, INSERT', 'SELECT'),
  ('applicant',      'dossier', 'SELECT, INSERT, DELETE', 'SELECT'),
  ('consultation',   'dossier', 'SELECT, INSERT, UPDATE', 'SELECT'),
  ('handover',       'dossier', 'SELECT, INSERT, UPDATE', 'SELECT'),
  ('request',        'hidden',  'SELECT, INSERT, UPDATE, DELETE', 'SELECT'),
  ('dossier_number', 'hidden',  'SELECT, INSERT, UPDATE', 'SELECT'),
  ('dossier_seq',    'hidden',  'USAGE', NULL);
