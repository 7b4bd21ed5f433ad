-- Processes that stay: leases, and what wakes a service that waits.
-- needs: keeping.sql

-- The role of services: a login to which it is granted may run what they do, and nothing else.
INSERT INTO motcua.capability VALUES ('service') ON CONFLICT DO NOTHING;

CREATE TABLE motcua.lease (
  task       text PRIMARY KEY CHECK (task ~ '^[a-z][a-z0-9_]{0,39}$'),
  term       bigint NOT NULL DEFAULT 0 CHECK (term >= 0),
  holder     uuid,
  expires_at timestamptz,
  CHECK ((holder IS NULL) = (expires_at IS NULL))
);
COMMENT ON TABLE motcua.lease IS
  'Who does what only one process may do at a time. term: grows with every holder. holder: a number that a process '
  'chose for itself. expires_at: by the server''s clock, when others may take it';

INSERT INTO motcua.relation_access (relation, kind, door, auditor) VALUES ('lease', 'hidden', 'SELECT', 'SELECT');

CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON motcua.calendar_day
  FOR EACH STATEMENT EXECUTE FUNCTION motcua.announce('calendar');

DO $$
BEGIN
  IF to_regclass('motcua.training_clock') IS NOT NULL THEN
    CREATE TRIGGER announce AFTER UPDATE ON motcua.training_clock
      FOR EACH STATEMENT EXECUTE FUNCTION motcua.announce('clock');
  END IF;
END
$$;
