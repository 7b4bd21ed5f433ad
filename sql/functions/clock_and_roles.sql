-- The installation's role names, its clock and its day, and which role acts.
--
-- The prefix is written into the functions, not read from the table: row-level security calls them for every row, and
-- being IMMUTABLE they fold into constants. A dump carries them, so a restored database finds the same roles.

DO $$
DECLARE v_prefix text; v_training bool;
BEGIN
  SELECT i.prefix, i.kind = 'training' INTO v_prefix, v_training FROM motcua.installation i;
  -- (RETURN, not a body in quotes, which would be read anew in the search_path of whoever asks.)
  EXECUTE format($f$
    CREATE OR REPLACE FUNCTION motcua.prefix() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN '%1$s'::text;
    CREATE OR REPLACE FUNCTION motcua.unit_role(unit int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN '%1$s_u_' || unit::text;
    CREATE OR REPLACE FUNCTION motcua.oversight_role(unit int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN '%1$s_o_' || unit::text;
    CREATE OR REPLACE FUNCTION motcua.staff_role(username text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN '%1$s_s_' || username;
    CREATE OR REPLACE FUNCTION motcua.capability_role(capability text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN '%1$s_' || capability
    $f$, v_prefix);

  -- A production installation has no function that would read an offset: its clock cannot be set.
  IF v_training THEN
    CREATE OR REPLACE FUNCTION motcua.now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE PARALLEL SAFE
      AS 'BEGIN RETURN clock_timestamp() + (SELECT ahead FROM motcua.training_clock); END';
    -- make_interval in seconds, so that no month or daylight rule comes between.
    CREATE OR REPLACE FUNCTION motcua.set_training_clock(p_now timestamptz) RETURNS timestamptz LANGUAGE sql VOLATILE
      AS 'UPDATE motcua.training_clock
             SET ahead = make_interval(secs => extract(epoch FROM p_now - clock_timestamp())::float8);
          SELECT motcua.now()';
  ELSE
    CREATE OR REPLACE FUNCTION motcua.now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE
      RETURN clock_timestamp();
  END IF;
END
$$;
COMMENT ON FUNCTION motcua.unit_role(int) IS 'the group role of a unit: whoever is in it works there';
COMMENT ON FUNCTION motcua.oversight_role(int) IS 'holds the roles of a unit and of every unit below it, for reading';
COMMENT ON FUNCTION motcua.staff_role(text) IS 'the login role of a member of staff';
COMMENT ON FUNCTION motcua.capability_role(text) IS 'owner, door, staff, auditor, admin, service: what a role may touch';
COMMENT ON FUNCTION motcua.now() IS 'the clock every decision is stamped with';

CREATE OR REPLACE FUNCTION motcua.local_date(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
COMMENT ON FUNCTION motcua.local_date(timestamptz) IS 'the day on which something happened, as the counter''s wall calendar had it';

-- The role that acts: SET ROLE if set, else who logged in. Inside a SECURITY DEFINER function current_user is the
-- function's owner, but these two still tell who calls; no argument can. A session keeps a role that it took on when
-- this is taken from it again: who logged in must hold it now, too.
CREATE OR REPLACE FUNCTION motcua.acting_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN current_setting('role') <> 'none' AND pg_has_role(session_user, current_setting('role'), 'MEMBER')
    THEN current_setting('role') ELSE session_user::text END;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('prefix', 'owner', '{staff,auditor}'),
  ('unit_role', 'owner', '{staff,auditor}'),
  ('oversight_role', 'owner', '{staff,auditor}'),
  ('staff_role', 'owner', '{staff,auditor}'),
  ('capability_role', 'owner', '{staff,auditor}'),
  ('now', 'owner', '{staff,auditor}'),
  ('local_date', 'owner', '{staff,auditor}'),
  ('acting_role', 'owner', '{staff,auditor}');
