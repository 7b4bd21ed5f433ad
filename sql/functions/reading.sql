-- What a person reads of dossiers: the sheet, the history, names. Each asks motcua.may_see, or looks only at what lies
-- under the units of who asks.
--
-- needs: actors.sql, dossier.sql

-- A dossier as a person reads it, by its code or any unambiguous end of it: the row, and what belongs to it.
CREATE OR REPLACE FUNCTION motcua.case_named(p_name text)
RETURNS TABLE (d motcua.dossier, documents json, payments json, consultations json, handovers json)
LANGUAGE plpgsql STABLE ROWS 1 SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE v_id bigint := motcua.find_dossier(p_name, motcua.whoami());
BEGIN
  RETURN QUERY
  SELECT d,
         (SELECT coalesce(json_agg(json_build_object('component', f.component, 'name', f.name, 'copies', f.copies,
                   'original', f.original, 'sha256', encode(f.sha256, 'hex'), 'at', f.at) ORDER BY f.seq, f.no), '[]')
            FROM motcua.document f WHERE f.dossier_id = v_id),
         (SELECT coalesce(json_agg(json_build_object('amount', y.amount, 'method', y.method, 'receipt', y.receipt,
                   'at', y.at) ORDER BY y.seq), '[]')
            FROM motcua.payment y WHERE y.dossier_id = v_id),
         (SELECT coalesce(json_agg(json_build_object('unit', (SELECT u.code FROM motcua.unit u WHERE u.id = k.unit_id),
                   'name', (SELECT u.name FROM motcua.unit u WHERE u.id = k.unit_id), 'askedAt', k.asked_at,
                   'due', k.due, 'status', k.status, 'closedAt', k.closed_at, 'opinion', k.opinion, 'text', k.answer)
                   ORDER BY k.seq, k.unit_id), '[]')
            FROM motcua.consultation k WHERE k.dossier_id = v_id),
         (SELECT coalesce(json_agg(json_build_object(
                   'from', (SELECT u.code FROM motcua.unit u WHERE u.id = o.from_unit), 'fromName', (SELECT u.name FROM motcua.unit u WHERE u.id = o.from_unit),
                   'to', (SELECT u.code FROM motcua.unit u WHERE u.id = o.to_unit), 'toName', (SELECT u.name FROM motcua.unit u WHERE u.id = o.to_unit),
                   'state', o.to_state, 'back', o.back, 'sentAt', o.sent_at,
                   'sentBy', (SELECT s.username FROM motcua.staff s WHERE s.id = o.sent_by),
                   'sentByName', (SELECT s.name FROM motcua.staff s WHERE s.id = o.sent_by),
                   'stepDue', o.step_due, 'result', o.result, 'closedAt', o.closed_at,
                   'closedBy', (SELECT s.username FROM motcua.staff s WHERE s.id = o.closed_by),
                   'closedByName', (SELECT s.name FROM motcua.staff s WHERE s.id = o.closed_by),
                   'reason', o.reason) ORDER BY o.seq), '[]')
            FROM motcua.handover o WHERE o.dossier_id = v_id)
    FROM motcua.dossier d WHERE d.dossier_id = v_id;
END
$$;

-- The events of a dossier, in no order; none of one that the reader may not see. (Its plan may be one for this
-- dossier alone: that is of one year, where a generic one would be of all.)
CREATE OR REPLACE FUNCTION motcua.events_of(p_dossier bigint) RETURNS SETOF motcua.dossier_event
LANGUAGE plpgsql STABLE ROWS 15 SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE me motcua.caller := motcua.whoami();
BEGIN
  IF EXISTS (SELECT FROM motcua.standing d
             WHERE d.dossier_id = p_dossier AND motcua.may_see(me.reader, d.holder, d.pending_unit, d.participants)) THEN
    RETURN QUERY SELECT * FROM motcua.dossier_event e WHERE e.dossier_id = p_dossier;
  END IF;
END
$$;

-- Dossiers by the applicant's name or a beginning or an ending of it, whatever its accents, case and tone placement:
-- the first so many of the alphabet from either end, newest first. Reads nothing but what the reader's units may see:
-- other plans than by these indexes, which might be quicker while the tables are small, would.
CREATE OR REPLACE FUNCTION motcua.dossiers_of_applicant(p_name text, p_limit int) RETURNS SETOF motcua.dossier
LANGUAGE plpgsql STABLE ROWS 20 SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  v_low CONSTANT text COLLATE "C" := motcua.fold(p_name);
  v_high CONSTANT text COLLATE "C" := v_low || U&'\+10FFFF';
  v_low_rev CONSTANT text COLLATE "C" := motcua.reverse_words(v_low);
  v_high_rev CONSTANT text COLLATE "C" := v_low_rev || U&'\+10FFFF';
  v_units CONSTANT int[] := motcua.units_seen((motcua.whoami()).reader);
BEGIN
  RETURN QUERY
  WITH found AS (
    (SELECT x.dossier_id FROM unnest(v_units) AS u (id), LATERAL (
       SELECT a.name, a.dossier_id FROM motcua.applicant a
         WHERE a.unit_id = u.id AND a.name >= v_low AND a.name < v_high
         ORDER BY a.name, a.dossier_id LIMIT p_limit) AS x
       GROUP BY x.name, x.dossier_id ORDER BY x.name, x.dossier_id LIMIT p_limit)
    UNION
    (SELECT x.dossier_id FROM unnest(v_units) AS u (id), LATERAL (
       SELECT a.rev, a.dossier_id FROM motcua.applicant a
         WHERE a.unit_id = u.id AND a.rev >= v_low_rev AND a.rev < v_high_rev
         ORDER BY a.rev, a.dossier_id LIMIT p_limit) AS x
       GROUP BY x.rev, x.dossier_id ORDER BY x.rev, x.dossier_id LIMIT p_limit)
  )
  SELECT d.* FROM found JOIN motcua.dossier d USING (dossier_id) ORDER BY d.dossier_id DESC LIMIT p_limit;
END
$$;

-- How many open dossiers of each workflow version the reader may see.
CREATE OR REPLACE FUNCTION motcua.open_dossiers() RETURNS TABLE (workflow_version int, open bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_reader CONSTANT text := (motcua.whoami()).reader;
  v_all CONSTANT bool := pg_has_role(v_reader, to_regrole(motcua.capability_role('auditor'))::oid, 'USAGE');
  v_units CONSTANT int[] := CASE WHEN NOT v_all THEN motcua.units_seen(v_reader) END;
BEGIN
  RETURN QUERY
  SELECT d.workflow_version, count(*) FROM motcua.standing d
    WHERE d.ended_at IS NULL
      AND (v_all OR d.dossier_id IN (SELECT a.dossier_id FROM motcua.applicant a WHERE a.unit_id = ANY (v_units)))
    GROUP BY d.workflow_version;
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('case_named', 'door', '{staff,auditor}'),
  ('events_of', 'door', '{staff,auditor}'),
  ('dossiers_of_applicant', 'door', '{staff,auditor}'),
  ('open_dossiers', 'door', '{staff,auditor}');
