-- Finding a dossier by its code, or the end of one.
--
-- needs: actors.sql, refusals.sql

-- The dossier that a code, or the end of one, names, among what the actor may see: first on their own desks, so
-- that "0042" means today's at this counter; then among what their units received; then anywhere. And first a
-- whole number, so that it does not mean 10042.
CREATE OR REPLACE FUNCTION motcua.find_dossier(p_name text, p_me motcua.caller) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_reader CONSTANT text := p_me.reader; v_desks CONSTANT int[] := p_me.units;
  v_ends CONSTANT text[] := ARRAY[reverse('-' || p_name), reverse(p_name)];
  v_low text COLLATE "C"; v_high text COLLATE "C";
  v_found bigint[];
  -- A short ending may fit a hundred thousand. Anywhere, so many are looked at, then a longer one is asked for.
  v_most CONSTANT int := 1000; v_looked int := 0;
BEGIN
  IF coalesce(p_name, '') = '' THEN PERFORM motcua.raise_refusal(motcua.no_such_dossier('')); END IF;
  SELECT array_agg(s.dossier_id) INTO v_found FROM motcua.application a JOIN motcua.standing s USING (dossier_id)
    WHERE reverse(a.code) COLLATE "C" = v_ends[2] AND motcua.may_see(v_reader, s.holder, s.pending_unit, s.participants);
  IF v_found IS NOT NULL THEN RETURN v_found[1]; END IF;
  FOREACH v_low IN ARRAY v_ends LOOP
    EXIT WHEN v_desks = '{}';
    v_high := v_low || U&'\+10FFFF';
    SELECT count(*) INTO v_looked FROM (
      SELECT FROM motcua.application a WHERE reverse(a.code) COLLATE "C" >= v_low AND reverse(a.code) COLLATE "C" < v_high
        LIMIT v_most + 1) AS alike;
    IF v_looked <= v_most THEN
      SELECT array_agg(dossier_id) INTO v_found FROM (
        SELECT s.dossier_id FROM motcua.application a JOIN motcua.standing s USING (dossier_id)
          WHERE s.ended_at IS NULL AND (s.holder = ANY (v_desks) OR s.pending_unit = ANY (v_desks))
            AND reverse(a.code) COLLATE "C" >= v_low AND reverse(a.code) COLLATE "C" < v_high
        LIMIT 10) AS mine;
    ELSE
      -- More end so than a counter has open: from its side.
      SELECT array_agg(dossier_id) INTO v_found FROM (
        SELECT o.dossier_id FROM (
            SELECT s.dossier_id FROM motcua.standing s WHERE s.waits_at = ANY (v_desks)
            UNION SELECT h.dossier_id FROM motcua.handover h WHERE h.closed_at IS NULL AND h.to_unit = ANY (v_desks)
            UNION SELECT h.dossier_id FROM motcua.handover h WHERE h.closed_at IS NULL AND h.from_unit = ANY (v_desks)) AS o
          JOIN motcua.application a USING (dossier_id)
          WHERE reverse(a.code) COLLATE "C" >= v_low AND reverse(a.code) COLLATE "C" < v_high
        LIMIT 10) AS mine;
    END IF;
    v_looked := 0;
    EXIT WHEN v_found IS NOT NULL;
  END LOOP;
  IF v_found IS NULL THEN
    FOREACH v_low IN ARRAY v_ends LOOP
      v_high := v_low || U&'\+10FFFF';
      SELECT array_agg(dossier_id) INTO v_found FROM (
        SELECT d.dossier_id FROM unnest(v_desks) AS u (id), LATERAL (
          SELECT x.dossier_id FROM motcua.application x
            WHERE x.reception = u.id
              AND reverse(x.code) COLLATE "C" >= v_low AND reverse(x.code) COLLATE "C" < v_high
            LIMIT 10) AS d
        LIMIT 10) AS ours;
      EXIT WHEN v_found IS NOT NULL;
    END LOOP;
  END IF;
  IF v_found IS NULL THEN
    FOREACH v_low IN ARRAY v_ends LOOP
      v_high := v_low || U&'\+10FFFF';
      SELECT array_agg(c.dossier_id) FILTER (WHERE motcua.may_see(v_reader, c.holder, c.pending_unit, c.participants)),
             count(*)
        INTO v_found, v_looked FROM (
          SELECT s.dossier_id, s.holder, s.pending_unit, s.participants
            FROM (SELECT x.dossier_id FROM motcua.application x
                    WHERE reverse(x.code) COLLATE "C" >= v_low AND reverse(x.code) COLLATE "C" < v_high
                    ORDER BY reverse(x.code) COLLATE "C" LIMIT v_most + 1) AS a
            JOIN motcua.standing s USING (dossier_id)) AS c;
      EXIT WHEN v_found IS NOT NULL OR v_looked > v_most;
    END LOOP;
  END IF;
  -- The one that was found among the first so many need not be the only one.
  IF cardinality(v_found) > 1 OR v_looked > v_most THEN
    RAISE EXCEPTION '"%" is the end of more than one code', p_name
      USING ERRCODE = 'MC001', HINT = 'give more of the code',
        DETAIL = (SELECT json_build_object('dossier', p_name, 'ambiguous', true,
            'candidates', coalesce(json_agg(json_build_object(
              'code', d.code, 'state', d.state, 'holder', d.holder, 'applicant', d.applicant_name) ORDER BY d.code), '[]'))
          FROM motcua.dossier d WHERE d.dossier_id = ANY (v_found[1:10]));
  END IF;
  IF v_found IS NULL THEN PERFORM motcua.raise_refusal(motcua.no_such_dossier(p_name)); END IF;
  RETURN v_found[1];
END
$$;

-- The same for whoever asks.
CREATE OR REPLACE FUNCTION motcua.dossier_named(p_name text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN motcua.find_dossier(p_name, motcua.whoami());
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('dossier_named', 'door', '{staff,auditor}');
