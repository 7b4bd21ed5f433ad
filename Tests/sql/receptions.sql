-- receive and receive_many are one door: a call of every kind of reception, good and bad, in a random order, answers
-- row by row what a call for each by itself does. Run by the owner with a seed.
SELECT set_config('test.seed', :'seed', false) \gset

-- Two whose first state consults: one asks a department that is there, the other a tier that is not.
INSERT INTO motcua.procedure (code, name, tiers) VALUES ('4.000001', 'Hỏi ý kiến ngay', '{commune}'), ('5.000001', 'Hỏi nơi không có', '{commune}'),
  ('6.000001', 'Do cấp trên giữ', '{commune}');
INSERT INTO motcua.workflow_version (id, procedure_code, version, source, definition, digest, received_at, initial_state, fees)
  SELECT n, n || '.000001', 1, '', d::json, sha256(d::bytea), '{commune}', 'asked', '[{"amount":75000}]'
    FROM generate_series(4, 6) AS n, (VALUES ('{"channels":["counter","post"]}')) AS x (d);
INSERT INTO motcua.workflow_state (version_id, state, holder_base, holder_tier, role, time_amount, time_unit, portal)
  VALUES (4, 'asked', 'reception', NULL, 'clerk', 2, 'working_hour', 2), (5, 'asked', 'reception', NULL, 'clerk', NULL, NULL, NULL),
    (6, 'asked', 'reception', 'district', 'clerk', NULL, NULL, NULL);
INSERT INTO motcua.workflow_consult (version_id, state, no, holder_base, holder_tier, holder_department)
  VALUES (4, 'asked', 1, 'reception', 'city', 'construction'), (5, 'asked', 1, 'reception', 'province', NULL);
SELECT motcua.publish_workflows('{4,5,6}') \gset
-- Lan receives at two counters, whose agencies number for themselves.
INSERT INTO motcua.assignment (staff_id, unit_id, role, valid_from) VALUES (1, 112, 'clerk', '2010-01-01');
SELECT motcua.sync_roles() \gset

CREATE FUNCTION test.one_reception(p_version int, p_payload text) RETURNS motcua.appended LANGUAGE plpgsql AS $$
DECLARE a motcua.appended;
BEGIN
  SELECT * INTO a FROM motcua.receive(p_version, p_payload);
  RETURN a;
EXCEPTION WHEN OTHERS THEN
  a.sqlstate := SQLSTATE;
  GET STACKED DIAGNOSTICS a.message = MESSAGE_TEXT, a.detail = PG_EXCEPTION_DETAIL, a.hint = PG_EXCEPTION_HINT;
  RETURN a;
END
$$;
-- An answer, and what it left behind, without id, code, hash and the moment.
CREATE FUNCTION test.outcome(a motcua.appended) RETURNS jsonb LANGUAGE sql AS $$
  SELECT to_jsonb(a) - '{dossier_id,code,at,hash,payload,step_due,detail}'::text[] || jsonb_build_object(
    'detail', a.detail::jsonb - 'at', 'payload', a.payload::jsonb - 'code', 'step', round(extract(epoch FROM a.step_due - a.at) / 60),
    'row', (SELECT to_jsonb(d) - '{dossier_id,code,hash,received_at,changed_at,step_due,paused_at,finished_at}'::text[] FROM motcua.dossier d WHERE d.dossier_id = a.dossier_id),
    'timers', (SELECT jsonb_agg(kind ORDER BY kind) FROM test.timer t WHERE t.dossier_id = a.dossier_id),
    'asked', (SELECT jsonb_agg(unit_id ORDER BY no) FROM motcua.consultation c WHERE c.dossier_id = a.dossier_id),
    'papers', (SELECT jsonb_agg(to_jsonb(f) - '{dossier_id,at}'::text[] ORDER BY no) FROM motcua.document f WHERE f.dossier_id = a.dossier_id),
    'told', (SELECT jsonb_agg(o.status) FROM motcua.portal_outbox o WHERE o.dossier_id = a.dossier_id))
$$;
CREATE FUNCTION test.with(p_payload text, p_member text) RETURNS text LANGUAGE sql AS $$
  SELECT '{' || p_member || ',' || substr(p_payload, 2)
$$;

CREATE TEMP TABLE kinds AS SELECT * FROM (VALUES
  (1, test.receipt(111, 'Nguyễn Văn Hoà')), (1, test.receipt(112, 'Trần Thị Bé')), (1, test.receipt(111, 'Người ở nơi khác', '1.013225', 121)),
  (1, test.receipt(111, 'Qua mạng', '1.013225', NULL, 'online')), (1, test.receipt(112, 'Gửi bưu điện', '1.013225', 11, 'post')),
  (2, test.receipt(111, 'Bản sao', '2.000001')), (3, replace(test.receipt(112, 'Kinh doanh', '3.000001'), '75000', '30000')), (4, test.receipt(111, 'Hỏi ngay', '4.000001')),
  (1, test.with(test.receipt(111, 'Có giấy tờ'), '"documents":[{"name":"Đơn","component":"don","copies":2,"original":true},{"name":"Bản vẽ"}]')),
  (1, test.with(test.receipt(112, 'Có dữ liệu'), '"data":{"floor_area":120,"heritage_zone":true}')),
  -- MC010: by itself, and where something else would be refused as well
  (1, '{'), (1, NULL), (1, test.receipt(111, ' ')), (1, test.receipt(111, 'A', '1.013225', NULL, 'dove')),
  (1, test.receipt(111, 'A', '1.013225', 777)), (1, test.with(test.receipt(111, 'A'), '"data":{"colour":"red"}')),
  (1, test.with(test.receipt(121, 'A'), '"data":{"colour":"red"}')), (99, '{"reception":7}'),
  -- MC012
  (99, test.receipt(111, 'A')), (NULL, test.receipt(111, 'A')), (1, test.receipt(111, 'A', '2.000001')), (1, test.receipt(11, 'A')),
  (1, test.receipt(122, 'A')), (6, test.receipt(111, 'A', '6.000001')), (99, test.with(test.receipt(111, 'A'), '"data":{"colour":"red"}')),
  -- MC004, MC011
  (1, test.receipt(121, 'A')), (5, test.receipt(111, 'A', '5.000001'))) AS k (version, payload);

DO $$
DECLARE
  v_seed text := current_setting('test.seed'); v_versions int[]; v_payloads text[]; v_many motcua.appended[]; v_last jsonb;
  a motcua.appended; x jsonb; y jsonb; v_day text; v_moment text; v_codes text[] := '{}'; v_next int;
BEGIN
  PERFORM setseed(('0.' || v_seed)::float8);
  -- In the end what is promised leads out of the calendar: at the counter, not by post.
  FOREACH v_moment IN ARRAY '{2018-07-02 09:00+07,2018-07-03 15:30+07,2030-12-23 09:00+07}'::text[] LOOP
    PERFORM motcua.set_training_clock(v_moment::timestamptz);
    SELECT array_agg(version ORDER BY o), array_agg(payload ORDER BY o) INTO v_versions, v_payloads
      FROM (SELECT k.*, random() AS o FROM kinds k, generate_series(1, 4)) s;
    SELECT coalesce(jsonb_object_agg(agency_code, last), '{}') INTO v_last FROM motcua.dossier_number WHERE day = motcua.local_date(v_moment::timestamptz);
    PERFORM test.as_staff('lan');
    SELECT array_agg(m) INTO v_many FROM motcua.receive_many(v_versions, v_payloads) AS m;
    RESET ROLE;
    v_day := to_char(v_moment::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYMMDD');
    FOR i IN 1..cardinality(v_many) LOOP
      a := v_many[i];
      x := test.outcome(a);
      IF a.sqlstate IS NULL THEN
        v_next := coalesce((v_last ->> split_part(a.code, '-', 1))::int, 0) + 1;
        v_last := v_last || jsonb_build_object(split_part(a.code, '-', 1), v_next);
        PERFORM test.same('numbers run in the order of the call',
          (right(a.code, 12), a.payload::json ->> 'code')::text, ('-' || v_day || '-' || lpad(v_next::text, 4, '0'), a.code)::text);
      END IF;
      PERFORM test.as_staff('lan');
      a := test.one_reception(v_versions[i], v_payloads[i]);
      RESET ROLE;
      y := test.outcome(a);
      IF x IS DISTINCT FROM y THEN
        RAISE EXCEPTION 'seed %, %, %: % / %', v_seed, v_versions[i], v_payloads[i], x, y;
      END IF;
      v_codes := v_codes || coalesce(a.sqlstate, 'received');
    END LOOP;
  END LOOP;
  PERFORM test.same('every kind of answer', (SELECT string_agg(DISTINCT c, ' ' ORDER BY c) FROM unnest(v_codes) AS c),
    'MC004 MC010 MC011 MC012 MC014 received');
  PERFORM test.same('received', cardinality(array_positions(v_codes, 'received')) >= 80, true);
END
$$;
