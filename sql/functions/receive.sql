-- The one door, for receptions: the only way a dossier begins.
--
-- needs: reception.sql, requests.sql

-- Locks the registers of these agencies' day, agencies in one order so that two calls cannot deadlock. A row stays
-- locked until the end of the transaction: that is what makes a register gap-free. Returns the time, which is of the day
-- whose registers are locked, however long another was waited for.
CREATE OR REPLACE FUNCTION motcua.lock_registers(p_agencies text[]) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE v_now timestamptz; v_day date; v_locked date;
BEGIN
  LOOP
    v_now := motcua.now();
    v_day := motcua.local_date(v_now);
    EXIT WHEN v_day = v_locked;
    INSERT INTO motcua.dossier_number (agency_code, day, last)
      SELECT DISTINCT a, v_day, 0 FROM unnest(p_agencies) AS a ORDER BY 1 ON CONFLICT DO NOTHING;
    PERFORM FROM motcua.dossier_number n WHERE n.agency_code = ANY (p_agencies) AND n.day = v_day ORDER BY n.agency_code FOR UPDATE;
    v_locked := v_day;
  END LOOP;
  RETURN v_now;
END
$$;

-- Receives many applications of one actor; each succeeds or fails by itself, with p_together all or none. Numbers are
-- taken for the accepted only; within an agency they run in the order of the call.
CREATE OR REPLACE FUNCTION motcua.receive_many(
  p_workflow_versions int[], p_payloads text[], p_requests text[] DEFAULT NULL, p_together bool DEFAULT false
) RETURNS SETOF motcua.appended
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp
SET plan_cache_mode = force_generic_plan SET work_mem = '64MB' AS $$
DECLARE
  k motcua.actor; v_now timestamptz; v_day date; v_claims motcua.claim[]; v_mine text[]; v_locked text[];
  v_said jsonb[]; v_faults text[]; v_keys jsonb[]; v_distinct jsonb[]; v_frames motcua.reception_frame[]; v_first bigint;
BEGIN
  PERFORM motcua.check_set(ARRAY[cardinality(p_workflow_versions), cardinality(p_payloads),
    coalesce(cardinality(p_requests), cardinality(p_payloads))]);
  k := motcua.current_actor(motcua.now());
  IF p_requests IS NOT NULL THEN
    v_claims := motcua.claim_requests(k.staff, p_requests, ARRAY(
      SELECT motcua.request_digest('receive', u.version::text, u.payload)
        FROM unnest(p_workflow_versions, p_payloads) WITH ORDINALITY AS u (version, payload, no) ORDER BY u.no));
  END IF;

  -- What each payload says, and what its frame is called.
  SELECT array_agg(x.j ORDER BY x.no), array_agg(x.fault ORDER BY x.no),
         array_agg(CASE WHEN x.fault IS NULL THEN (x.j -> 'reception') - 'applicant' || jsonb_build_object('version', x.version) END ORDER BY x.no)
    INTO v_said, v_faults, v_keys
    FROM (SELECT p.*, coalesce(motcua.payload_fault(p.payload, p.j), motcua.reception_fault(p.j)) AS fault
            FROM (SELECT u.*, motcua.parse_payload(u.payload) AS j
                    FROM unnest(p_workflow_versions, p_payloads) WITH ORDINALITY AS u (version, payload, no) OFFSET 0) AS p
            OFFSET 0) AS x;

  -- Who may receive is asked after the last lock is had, and no event is older than that. Registers are locked of units
  -- that are theirs, so that nobody holds up others; where a unit has become theirs while another was waited for, again.
  LOOP
    v_mine := ARRAY(SELECT DISTINCT u.agency_code FROM unnest(v_keys) AS q (key) JOIN motcua.unit u ON u.id = (q.key ->> 'unit')::int
      WHERE motcua.acts_for(k, u.id, motcua.local_date(motcua.now())));
    EXIT WHEN v_locked @> v_mine AND motcua.local_date(v_now) = motcua.local_date(motcua.now());
    v_now := motcua.lock_registers(v_mine);
    v_locked := v_mine;
    k := motcua.current_actor(v_now);
  END LOOP;
  v_day := motcua.local_date(v_now);
  v_first := motcua.first_id(v_day);
  v_distinct := ARRAY(SELECT DISTINCT u.key FROM unnest(v_keys) AS u (key) WHERE u.key IS NOT NULL);
  v_frames := ARRAY(SELECT motcua.frame_reception((q.key ->> 'version')::int, q.key, k, v_now)
    FROM unnest(v_distinct) WITH ORDINALITY AS q (key, place) ORDER BY q.place);

  RETURN QUERY
  WITH judgement AS MATERIALIZED (
    SELECT a.no, a.payload, a.j, d.place, x.search, c.fault AS claim_fault, c.dossier_id AS known_id, c.seq AS known_seq, c.id AS request,
           CASE WHEN a.fault IS NOT NULL THEN motcua.refuse_reception(a.fault)
                ELSE motcua.application_refusal(v_frames[d.place], a.j, x.search) END AS refusal
      FROM unnest(p_payloads, v_said, v_faults, v_keys) WITH ORDINALITY AS a (payload, j, fault, key, no)
      LEFT JOIN unnest(v_distinct) WITH ORDINALITY AS d (key, place) ON d.key = a.key
      LEFT JOIN unnest(v_claims) AS c ON c.no = a.no,
      LATERAL (SELECT motcua.fold(a.j #>> '{reception,applicant,name}') AS search OFFSET 0) AS x
      OFFSET 0
  ), accepted AS MATERIALIZED (
    -- (Of the frame what is written, not all that it was judged by.)
    SELECT j.no, j.payload, j.j, j.search, motcua.reverse_words(j.search) AS rev, j.request, f.agency_code, f.version, f.procedure_code,
           f.channel, f.unit, f.address, f.defaults, f.action, f.state, f.role, f.at, f.due, f.step_due, f.clock, f.portal, f.asks,
           f.participants,
           row_number() OVER (PARTITION BY f.agency_code ORDER BY j.no) AS nth
      FROM judgement j JOIN unnest(v_frames) WITH ORDINALITY AS f ON f.ordinality = j.place
      WHERE (j.refusal).sqlstate IS NULL AND j.claim_fault IS NULL AND j.known_seq IS NULL
        AND (NOT p_together OR NOT EXISTS (SELECT FROM judgement r
          WHERE (r.refusal).sqlstate IS NOT NULL AND r.known_seq IS NULL OR r.claim_fault IS NOT NULL))
  ), register AS (
    UPDATE motcua.dossier_number n SET last = n.last + a.many
      FROM (SELECT x.agency_code, count(*)::int AS many FROM accepted x GROUP BY 1) AS a
      WHERE n.agency_code = a.agency_code AND n.day = v_day
      RETURNING n.agency_code, n.last - a.many AS before, motcua.code_stem(n.agency_code, v_day) AS stem
  ), numbered AS MATERIALIZED (
    SELECT a.*, v_first + nextval('motcua.dossier_seq') AS id,
           g.stem || motcua.running_number(g.before + a.nth) AS code
      FROM accepted a JOIN register g USING (agency_code) ORDER BY a.no
  ), decided AS MATERIALIZED (
    -- The code joins the payload, so that the chain covers it.
    SELECT n.*, p.payload AS whole,
           motcua.event_hash(decode(repeat('00', 32), 'hex'), n.id, 1, n.at, k.staff, k.login, n.unit, n.action, '', n.state, '',
             n.unit, nullif(n.due, 'infinity'), nullif(n.step_due, 'infinity'), n.asks, n.version, p.payload) AS hash
      FROM numbered n, LATERAL (SELECT '{"code":"' || n.code || '",' || substr(ltrim(n.payload, E' \t\r\n'), 2) AS payload OFFSET 0) AS p
  ), event AS (
    INSERT INTO motcua.dossier_event (dossier_id, seq, at, actor, login, unit, action, from_state, to_state,
        target_state, unit_to, due, step_due, consulted, workflow_version, payload, prev_hash, hash)
      SELECT d.id, 1, d.at, k.staff, k.login, d.unit, d.action, '', d.state, '', d.unit, nullif(d.due, 'infinity'),
             nullif(d.step_due, 'infinity'), d.asks, d.version, d.whole::json, decode(repeat('00', 32), 'hex'), d.hash FROM decided d
  ), application AS (
    INSERT INTO motcua.application (dossier_id, received_at, fee_due, paid, reception, address, code, procedure_code, channel,
        applicant_name, applicant_search, applicant_rev, applicant, data)
      SELECT d.id, d.at, coalesce((d.j ->> 'feeDue')::bigint, 0), 0, d.unit, d.address, d.code, d.procedure_code, d.channel,
             d.j #>> '{reception,applicant,name}', d.search, d.rev, d.j #> '{reception,applicant}',
             d.defaults || coalesce(d.j -> 'data', '{}') FROM decided d
  ), standing AS (
    INSERT INTO motcua.standing (dossier_id, due_at, step_due, next_due, paused_at, finished_at, changed_at, version, workflow_version,
        holder, waits_at, changed_by, portal_status, state, awaits_role, clock, participants, consulted, counts, hash)
      SELECT d.id, d.due, d.step_due, least(d.step_due, CASE WHEN d.clock = 'running' THEN d.due ELSE 'infinity' END),
             CASE WHEN d.clock = 'paused' THEN d.at END, CASE WHEN d.clock = 'stopped' THEN d.at END, d.at, 1, d.version,
             d.unit, d.unit, k.staff, d.portal, d.state, d.role, d.clock, d.participants, d.asks,
             jsonb_build_object(d.action, 1), d.hash FROM decided d
  ), shown AS (
    INSERT INTO motcua.applicant (unit_id, dossier_id, name, rev)
      SELECT u, d.id, d.search, d.rev FROM decided d, unnest(d.participants) AS u
  ), asked AS (
    INSERT INTO motcua.consultation (dossier_id, seq, unit_id, no, asked_at, due)
      SELECT d.id, 1, u.unit, u.no, d.at, nullif(d.step_due, 'infinity')
        FROM decided d, unnest(d.asks) WITH ORDINALITY AS u (unit, no) WHERE d.asks <> '{}'
  ), papers AS (
    INSERT INTO motcua.document (dossier_id, seq, no, component, name, copies, original, sha256, at)
      SELECT d.id, 1, f.no, f.component, f.name, f.copies, f.original, f.sha256, d.at
        FROM decided d, motcua.documents_of(d.j -> 'documents') AS f WHERE d.j ? 'documents'
  ), told AS (
    INSERT INTO motcua.portal_outbox (dossier_id, seq, status) SELECT d.id, 1, d.portal FROM decided d WHERE d.portal IS NOT NULL
  ), kept AS (
    UPDATE motcua.request r SET dossier_id = d.id, seq = 1 FROM decided d WHERE r.actor = k.staff AND r.id = d.request
  )
  SELECT (r.answer).* FROM (
    SELECT j.no, CASE WHEN j.known_seq IS NOT NULL THEN motcua.answer_again(j.known_id, j.known_seq) ELSE
        ROW(d.id, d.code, CASE WHEN d.no IS NOT NULL THEN 1 END, d.at, CASE WHEN d.no IS NOT NULL THEN k.staff END,
          CASE WHEN d.no IS NOT NULL THEN k.login END, d.unit, d.action, CASE WHEN d.no IS NOT NULL THEN '' END, d.state,
          CASE WHEN d.no IS NOT NULL THEN '' END, d.unit, nullif(d.due, 'infinity'), nullif(d.step_due, 'infinity'), d.asks,
          d.version, d.whole, d.portal, d.hash, (x.refusal).sqlstate, (x.refusal).message, (x.refusal).detail, (x.refusal).hint)::motcua.appended
        END AS answer
      FROM judgement j
      LEFT JOIN decided d ON d.no = j.no
      LEFT JOIN LATERAL (SELECT CASE
          WHEN j.claim_fault IS NOT NULL THEN motcua.claim_refusal(j.claim_fault)
          WHEN (j.refusal).sqlstate IS NOT NULL THEN j.refusal
          ELSE motcua.refusal_of('MC017', 'not received, because others of the same call were refused', '{}',
            'leave out those that are refused, or let each go by itself') END AS refusal OFFSET 0) AS x ON d.no IS NULL AND j.known_seq IS NULL
      OFFSET 0) AS r
    ORDER BY r.no;
  IF p_requests IS NOT NULL THEN PERFORM motcua.drop_claims(k.staff, p_requests); END IF;
END
$$;

CREATE OR REPLACE FUNCTION motcua.running_number(p bigint) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN lpad(p::text, greatest(4, length(p::text)), '0');

-- One application.
CREATE OR REPLACE FUNCTION motcua.receive(p_workflow_version int, p_payload text, p_request text DEFAULT NULL) RETURNS motcua.appended
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
DECLARE v motcua.appended;
BEGIN
  SELECT * INTO v FROM motcua.receive_many(ARRAY[p_workflow_version], ARRAY[p_payload],
    CASE WHEN p_request IS NOT NULL THEN ARRAY[p_request] END);
  IF v.sqlstate IS NOT NULL THEN PERFORM motcua.raise_refusal(ROW(v.sqlstate, v.message, v.detail, v.hint)::motcua.refusal); END IF;
  RETURN v;
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('receive', 'door', '{staff,auditor}'),
  ('receive_many', 'door', '{staff,auditor}');
