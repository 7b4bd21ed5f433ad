-- The inbox: what waits for somebody, a page at a time.
--
-- Behind the door, so that the plans are kept whoever asks. Each looks only at the units of motcua.whoami(), so
-- nobody is shown what row-level security would hide; an auditor, who is assigned nowhere, has an empty inbox.
-- A page is two ranges of an index per assignment (what is nobody's, and what is mine), so it costs the same however
-- many dossiers there are; a bitmap would read the whole queue of a busy unit to sort it, and is switched off. So are
-- joins by hash or merge: a limit that is a parameter is taken for a tenth of the queue, and all labels would be read
-- to name twenty rows.

-- Who has worked for a unit and today does not, in that role: what lies with them nobody else would see.
CREATE OR REPLACE FUNCTION motcua.gone_from(p_unit int, p_role text) RETURNS SETOF int LANGUAGE plpgsql STABLE ROWS 1 AS $$
DECLARE v_day CONSTANT date := motcua.local_date(motcua.now());
BEGIN
  RETURN QUERY
  SELECT DISTINCT b.staff_id FROM motcua.assignment b
    WHERE b.unit_id = p_unit AND NOT EXISTS (
      SELECT FROM motcua.assignment t JOIN motcua.staff s ON s.id = t.staff_id AND s.active
        WHERE t.staff_id = b.staff_id AND t.unit_id = p_unit AND t.role = p_role
          AND t.valid_from <= v_day AND (t.valid_to IS NULL OR v_day < t.valid_to));
END
$$;

-- One page of what is mine to do: held by a unit I am assigned to, in a state that waits for my role there,
-- not on its way to somebody else, not given to a colleague. What was given to somebody who no longer works there in
-- that role returns to the shared inbox. Soonest due first, so the late lead.
CREATE OR REPLACE FUNCTION motcua.inbox_page(p_limit int, p_due_key timestamptz, p_after bigint)
RETURNS TABLE (
  dossier_id bigint, code text, version int, procedure_code text, procedure_name text, applicant_name text,
  state text, state_label jsonb, holder int, holder_code text, holder_name text, role text, assignee int, received_at timestamptz,
  due_at timestamptz, step_due timestamptz, clock text, changed_at timestamptz, late bool, due_key timestamptz
) LANGUAGE plpgsql STABLE ROWS 20 SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_bitmapscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT d.dossier_id, f.code, d.version, f.procedure_code, p.name AS procedure_name, f.applicant_name,
         d.state, s.label AS state_label, d.holder, u.code AS holder_code, u.name AS holder_name, d.awaits_role AS role,
         nullif(d.assignee, 0), f.received_at, nullif(d.due_at, 'infinity'), nullif(d.step_due, 'infinity'), d.clock, d.changed_at,
         d.due_at < motcua.now() AND d.clock = 'running' AS late, d.due_key
    FROM motcua.whoami() AS me,
    LATERAL (
      SELECT x.*, x.due_at AS due_key
        FROM unnest(me.units, me.roles) AS a (unit, role),
        LATERAL (SELECT unnest(ARRAY[0, me.staff]) UNION ALL SELECT motcua.gone_from(a.unit, a.role)) AS whose (staff),
        LATERAL (
          SELECT y.* FROM motcua.standing y
            WHERE y.waits_at = a.unit AND y.awaits_role = a.role AND y.assignee = whose.staff
              AND (y.due_at, y.dossier_id) > (p_due_key, p_after)
            ORDER BY y.due_at, y.dossier_id
            LIMIT p_limit) AS x
        ORDER BY x.due_at, x.dossier_id
        LIMIT p_limit) AS d
    JOIN motcua.application f ON f.dossier_id = d.dossier_id
    JOIN motcua.procedure p ON p.code = f.procedure_code
    JOIN motcua.workflow_state s ON s.version_id = d.workflow_version AND s.state = d.state
    JOIN motcua.unit u ON u.id = d.holder
    ORDER BY d.due_key, d.dossier_id;
END
$$;

-- One page of what is on its way to my units, for me to take or decline: longest waiting first.
CREATE OR REPLACE FUNCTION motcua.inbox_arriving(p_limit int, p_since timestamptz, p_after bigint)
RETURNS TABLE (
  dossier_id bigint, code text, version int, procedure_code text, procedure_name text, applicant_name text,
  state text, pending_state text, pending_label jsonb, holder int, from_code text, from_name text, pending_unit int, to_code text, to_name text,
  pending_since timestamptz, back bool, due_at timestamptz, clock text
) LANGUAGE plpgsql STABLE ROWS 20 SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_bitmapscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT d.dossier_id, a.code, d.version, a.procedure_code, p.name AS procedure_name, a.applicant_name,
         d.state, d.pending_state, s.label AS pending_label, d.holder, f.code AS from_code, f.name AS from_name,
         d.pending_unit, u.code AS to_code, u.name AS to_name, d.pending_since, d.pending_back AS back,
         nullif(d.due_at, 'infinity'), d.clock
    FROM motcua.whoami() AS me,
    LATERAL (
      SELECT x.* FROM
        (SELECT unit, array_agg(role) AS roles FROM unnest(me.units, me.roles) AS t (unit, role) GROUP BY unit) AS a,
        LATERAL (
          SELECT y.* FROM motcua.handover h JOIN motcua.standing y ON y.dossier_id = h.dossier_id
            WHERE h.to_unit = a.unit AND h.closed_at IS NULL AND (h.sent_at, h.dossier_id) > (p_since, p_after)
              AND EXISTS (
                SELECT FROM motcua.workflow_step t
                  WHERE t.version_id = y.workflow_version AND t.from_state = y.state AND t.effect = 'take'
                    AND t.to_state = y.pending_state AND t.roles && a.roles)
            ORDER BY h.sent_at, h.dossier_id
            LIMIT p_limit) AS x
        ORDER BY x.pending_since, x.dossier_id
        LIMIT p_limit) AS d
    JOIN motcua.application a ON a.dossier_id = d.dossier_id
    JOIN motcua.procedure p ON p.code = a.procedure_code
    JOIN motcua.workflow_state s ON s.version_id = d.workflow_version AND s.state = d.pending_state
    JOIN motcua.unit f ON f.id = d.holder
    JOIN motcua.unit u ON u.id = d.pending_unit
    ORDER BY d.pending_since, d.dossier_id;
END
$$;

-- One page of what my units have sent and nobody has taken yet: it is still ours. Longest waiting first.
CREATE OR REPLACE FUNCTION motcua.inbox_sent(p_limit int, p_since timestamptz, p_after bigint)
RETURNS TABLE (
  dossier_id bigint, code text, version int, procedure_code text, procedure_name text, applicant_name text,
  state text, pending_state text, pending_label jsonb, holder int, from_code text, from_name text, pending_unit int, to_code text, to_name text,
  pending_since timestamptz, back bool, due_at timestamptz, clock text
) LANGUAGE plpgsql STABLE ROWS 20 SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_bitmapscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT d.dossier_id, a.code, d.version, a.procedure_code, p.name AS procedure_name, a.applicant_name,
         d.state, d.pending_state, s.label AS pending_label, d.holder, f.code AS from_code, f.name AS from_name,
         d.pending_unit, u.code AS to_code, u.name AS to_name, d.pending_since, d.pending_back AS back,
         nullif(d.due_at, 'infinity'), d.clock
    FROM motcua.whoami() AS me,
    LATERAL (
      SELECT x.* FROM (SELECT DISTINCT unit FROM unnest(me.units) AS t (unit)) AS a,
        LATERAL (
          SELECT y.* FROM motcua.handover h JOIN motcua.standing y ON y.dossier_id = h.dossier_id
            WHERE h.from_unit = a.unit AND h.closed_at IS NULL AND (h.sent_at, h.dossier_id) > (p_since, p_after)
            ORDER BY h.sent_at, h.dossier_id
            LIMIT p_limit) AS x
        ORDER BY x.pending_since, x.dossier_id
        LIMIT p_limit) AS d
    JOIN motcua.application a ON a.dossier_id = d.dossier_id
    JOIN motcua.procedure p ON p.code = a.procedure_code
    JOIN motcua.workflow_state s ON s.version_id = d.workflow_version AND s.state = d.pending_state
    JOIN motcua.unit f ON f.id = d.holder
    JOIN motcua.unit u ON u.id = d.pending_unit
    ORDER BY d.pending_since, d.dossier_id;
END
$$;

-- One page of opinions asked of my units and not yet given: soonest due first.
CREATE OR REPLACE FUNCTION motcua.inbox_consultations(p_limit int, p_due_key timestamptz, p_after bigint)
RETURNS TABLE (
  dossier_id bigint, code text, version int, procedure_code text, procedure_name text, applicant_name text,
  state text, state_label jsonb, holder int, holder_code text, holder_name text, asked_unit int, asked_name text,
  asked_at timestamptz, due timestamptz, due_key timestamptz
) LANGUAGE plpgsql STABLE ROWS 20 SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_bitmapscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT d.dossier_id, d.code, d.version, d.procedure_code, p.name AS procedure_name, d.applicant_name,
         d.state, s.label AS state_label, d.holder, h.code AS holder_code, h.name AS holder_name,
         c.unit_id AS asked_unit, u.name AS asked_name, c.asked_at, c.due, CASE WHEN c.due IS NULL THEN 'infinity' ELSE c.due END AS due_key
    FROM motcua.whoami() AS me,
    LATERAL (
      SELECT x.* FROM (SELECT DISTINCT unit FROM unnest(me.units) AS t (unit)) AS a,
        LATERAL (
          SELECT y.* FROM motcua.consultation y
            WHERE y.unit_id = a.unit AND y.status = 'open'
              AND (CASE WHEN y.due IS NULL THEN 'infinity' ELSE y.due END, y.dossier_id) > (p_due_key, p_after)
            ORDER BY CASE WHEN y.due IS NULL THEN 'infinity' ELSE y.due END, y.dossier_id
            LIMIT p_limit) AS x
        ORDER BY CASE WHEN x.due IS NULL THEN 'infinity' ELSE x.due END, x.dossier_id
        LIMIT p_limit) AS c
    JOIN motcua.dossier d ON d.dossier_id = c.dossier_id
    JOIN motcua.procedure p ON p.code = d.procedure_code
    JOIN motcua.workflow_state s ON s.version_id = d.workflow_version AND s.state = d.state
    JOIN motcua.unit h ON h.id = d.holder
    JOIN motcua.unit u ON u.id = c.unit_id
    ORDER BY due_key, d.dossier_id;
END
$$;

-- How much waits beside what is mine, counted up to 100. On most days nothing is on its way: one look into an index
-- each, and the pages are not planned.
CREATE OR REPLACE FUNCTION motcua.inbox_waiting(OUT arriving bigint, OUT asked bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE v_units CONSTANT int[] := (motcua.whoami()).units;
BEGIN
  arriving := 0; asked := 0;
  IF EXISTS (SELECT FROM motcua.handover h WHERE h.to_unit = ANY (v_units) AND h.closed_at IS NULL) THEN
    arriving := (SELECT count(*) FROM motcua.inbox_arriving(100, '-infinity', 0));
  END IF;
  IF EXISTS (SELECT FROM motcua.consultation c WHERE c.unit_id = ANY (v_units) AND c.status = 'open') THEN
    asked := (SELECT count(*) FROM motcua.inbox_consultations(100, '-infinity', 0));
  END IF;
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('inbox_page', 'door', '{staff,auditor}'),
  ('inbox_arriving', 'door', '{staff,auditor}'),
  ('inbox_sent', 'door', '{staff,auditor}'),
  ('inbox_consultations', 'door', '{staff,auditor}'),
  ('inbox_waiting', 'door', '{staff,auditor}');
