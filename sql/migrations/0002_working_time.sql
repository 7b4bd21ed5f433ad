-- Working time: which days and hours are worked. The arithmetic on them is in sql/functions/deadlines.sql.
--
-- The tables above the line are data; the two below it are derived by motcua.rebuild_calendar(first, last) and
-- must be rebuilt when the data change. They hold absolute times, so that no function depends on the session's
-- time zone, and so much per row that every function is one query of one or two index look-ups.

CREATE TABLE motcua.calendar_day (
  day   date PRIMARY KEY,
  kind  text NOT NULL CHECK (kind IN ('holiday', 'compensation', 'swap', 'worked_instead')),
  name  text NOT NULL CHECK (name <> '')
);
COMMENT ON TABLE motcua.calendar_day IS
  'Days that the ordinary week gets wrong: off, or worked instead (worked_instead, in the ordinary sessions)';

CREATE TABLE motcua.opening_session (
  opens   time PRIMARY KEY,
  closes  time NOT NULL,
  CHECK (opens < closes),
  CHECK (extract(second FROM opens) = 0 AND extract(second FROM closes) = 0)
);
COMMENT ON TABLE motcua.opening_session IS
  'Office hours of every working day, half-open: at opens one works, at closes no longer';
INSERT INTO motcua.opening_session VALUES ('08:00', '12:00'), ('13:00', '17:00');

CREATE TABLE motcua.working_weekday (
  isodow  smallint PRIMARY KEY CHECK (isodow BETWEEN 1 AND 7)
);
COMMENT ON TABLE motcua.working_weekday IS 'Weekdays that are worked; 1 is Monday';
INSERT INTO motcua.working_weekday VALUES (1), (2), (3), (4), (5);

CREATE TABLE motcua.calendar_policy (
  only_row       boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  utc_offset     interval NOT NULL DEFAULT '07:00' CHECK (utc_offset BETWEEN '-18:00' AND '18:00'),
  intake_cutoff  time DEFAULT '15:00'
);
COMMENT ON TABLE motcua.calendar_policy IS
  'One row. utc_offset: of the civil day, east positive. intake_cutoff: what is received later counts as of the '
  'next working day (null: no such rule)';
INSERT INTO motcua.calendar_policy DEFAULT VALUES;

-- Derived ----------------------------------------------------------------------------------------------------

CREATE TABLE motcua.calendar_index (
  day                  date PRIMARY KEY,
  starts_at            timestamptz NOT NULL UNIQUE,
  is_working           boolean NOT NULL,
  working_days_before  int NOT NULL,
  working_us_before    bigint NOT NULL,
  working_ordinal      int UNIQUE,
  closes_at            timestamptz,
  ends_at              timestamptz
);
COMMENT ON TABLE motcua.calendar_index IS
  'Derived, a row per civil day. working_days_before, working_us_before: since the calendar began. '
  'working_ordinal: the number of a working day, from 1. closes_at: end of its office hours. '
  'ends_at: when a period that ends on this day ends: closing of this or the next working day';

CREATE TABLE motcua.working_session (
  opens_at        timestamptz NOT NULL,
  closes_at       timestamptz,
  us_before       bigint NOT NULL,
  intake_until    timestamptz,
  next_opens      timestamptz,
  next_day_opens  timestamptz
);
-- Not unique: where the first session opens at midnight of the first day, the mark stands at the same place.
CREATE INDEX ON motcua.working_session (opens_at, closes_at);
CREATE INDEX ON motcua.working_session (us_before, opens_at, closes_at);
COMMENT ON TABLE motcua.working_session IS
  'Derived, a row per session of a working day, and two marks: an empty session where the calendar begins, and '
  'one without closes_at where it ends. us_before: working microseconds since the calendar began';
