-- Loading: all that a decision needs of dossiers, in one call.
--
-- Staff have no right to the case tables themselves, for row-level security hides rows and not that they were read
-- (docs/decisions/0009); and functions keep their plans, where a query under it is planned anew whenever the acting
-- role changes. PL/pgSQL throughout: it keeps its plans, where a function in SQL that is not inlined is planned at
-- every call; and generic plans, because for these look-ups by key planning costs more than any other plan saves.
--
-- needs: actors.sql, dossier.sql

CREATE TYPE motcua.loaded AS (
  dossier_id bigint, code text, procedure_code text, workflow_version int, version int,
  state text, awaits_role text, holder int, assignee int, reception int, address int, channel text,
  received_at timestamptz, due_at timestamptz, step_due timestamptz, clock text, paused_at timestamptz,
  finished_at timestamptz, ended_at timestamptz, outcome text, portal_status smallint,
  pending_state text, pending_unit int, pending_since timestamptz, pending_back bool,
  trail_states text[], trail_units int[], participants int[], consulted int[],
  counts jsonb, data jsonb, applicant jsonb, fee_due bigint, paid bigint,
  changed_at timestamptz, changed_by int, hash bytea,
  documents json,        -- [{component, name, copies, original, sha256}] in the order they came
  consultations json,    -- [{seq, unit, askedAt, due, closedAt, outcome}], outcome null while open
  units json,            -- units_around reception, address, holder and where it came from
  now timestamptz,
  actor int, actor_is_service bool, actor_login text, actor_units int[], actor_roles text[]
);

CREATE OR REPLACE FUNCTION motcua.loaded_rows(p_ids bigint[], me motcua.caller) RETURNS SETOF motcua.loaded LANGUAGE sql STABLE AS $$
  SELECT d.dossier_id, d.code, d.procedure_code, d.workflow_version, d.version,
         d.state, d.awaits_role, d.holder, d.assignee, d.reception, d.address, d.channel,
         d.received_at, d.due_at, d.step_due, d.clock, d.paused_at,
         d.finished_at, d.ended_at, d.outcome, d.portal_status,
         d.pending_state, d.pending_unit, d.pending_since, d.pending_back,
         d.trail_states, d.trail_units, d.participants, d.consulted,
         d.counts, d.data, d.applicant, d.fee_due, d.paid,
         d.changed_at, d.changed_by, d.hash,
         coalesce((SELECT json_agg(json_build_object('component', f.component, 'name', f.name, 'copies', f.copies,
                    'original', f.original, 'sha256', encode(f.sha256, 'hex')) ORDER BY f.seq, f.no)
                    FROM motcua.document f WHERE f.dossier_id = d.dossier_id), '[]'),
         coalesce((SELECT json_agg(json_build_object('seq', c.seq, 'unit', c.unit_id, 'askedAt', c.asked_at, 'due', c.due,
                    'closedAt', c.closed_at,
                    'outcome', CASE c.status WHEN 'lapsed' THEN 'lapsed' ELSE c.opinion END)
                      ORDER BY c.seq, c.no)
                    FROM motcua.consultation c WHERE c.dossier_id = d.dossier_id), '[]'),
         motcua.units_around(ARRAY[d.reception, d.address, d.holder, d.trail_units[cardinality(d.trail_units)]]),
         motcua.now(), me.staff, me.service, me.login, a.units, a.roles
    FROM motcua.dossier d,
    LATERAL (SELECT u.* FROM motcua.assigned_around(me, ARRAY[d.holder]) AS u) AS a (units, roles)
    WHERE d.dossier_id = ANY (p_ids)
$$;

CREATE OR REPLACE FUNCTION motcua.load(p_name text) RETURNS SETOF motcua.loaded
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE me motcua.caller := motcua.whoami(); v_id bigint := motcua.find_dossier(p_name, me);
BEGIN
  RETURN QUERY SELECT * FROM motcua.loaded_rows(ARRAY[v_id], me);
END
$$;

-- Those of the ids that the actor may see, in no order; the others are simply not there.
CREATE OR REPLACE FUNCTION motcua.load_many(p_ids bigint[]) RETURNS SETOF motcua.loaded
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE me motcua.caller := motcua.whoami();
BEGIN
  RETURN QUERY SELECT l.* FROM motcua.loaded_rows(p_ids, me) AS l
    WHERE motcua.may_see(me.reader, l.holder, l.pending_unit, l.participants);
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('load', 'door', '{staff,auditor}'),
  ('load_many', 'door', '{staff,auditor}');
