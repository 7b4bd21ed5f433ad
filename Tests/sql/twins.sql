-- act and act_many are one door: random steps, right and wrong, taken by the one on some dossiers
-- and by the other on their twins, say the same and leave the same. Run by the owner with a seed.
SELECT motcua.set_training_clock('2018-07-02 09:00+07') \gset
SELECT :'seed' AS seed \gset
SELECT set_config('test.seed', :'seed', false) \gset

CREATE FUNCTION test.code_of(p_id bigint) RETURNS text LANGUAGE sql AS $$
  SELECT current_setting('test.codes')::jsonb ->> p_id::text
$$;
CREATE FUNCTION test.one(p_id bigint, p_version int, p_action text, p_to text, p_payload text) RETURNS motcua.appended
LANGUAGE plpgsql AS $$
DECLARE a motcua.appended;
BEGIN
  SELECT * INTO a FROM motcua.act_told(test.code_of(p_id), p_version, p_action, p_to, p_payload);
  RETURN a;
EXCEPTION WHEN OTHERS THEN
  a.sqlstate := SQLSTATE; a.message := SQLERRM;
  RETURN a;
END
$$;
-- An answer without what must differ: ids, codes, hashes; times to the minute after the dossier's own.
CREATE FUNCTION test.gist(a motcua.appended) RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws('|', a.sqlstate, a.seq, a.actor, a.unit, a.action, a.from_state, a.to_state, a.target_state, a.unit_to,
    round(extract(epoch FROM a.due - a.at) / 60), round(extract(epoch FROM a.step_due - a.at) / 60), a.consulted, a.portal_status, a.payload)
$$;
CREATE FUNCTION test.shape(p_id bigint) RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws('|', d.state, d.holder, d.version, d.assignee, d.clock, d.outcome, d.pending_state, d.pending_unit, d.pending_back,
      d.pending_seq, d.trail_states, d.trail_units, d.participants, d.consulted, d.counts, d.data, d.paid, d.portal_status, d.awaits_role,
      d.finished_at IS NULL, d.ended_at IS NULL, d.paused_at IS NULL,
      (SELECT array_agg(kind ORDER BY kind) FROM test.timer t WHERE t.dossier_id = p_id),
      (SELECT array_agg(concat_ws('/', seq, from_unit, from_state, to_unit, to_state, back, sent_by, result, closed_by, closed_seq, reason) ORDER BY seq) FROM motcua.handover h WHERE h.dossier_id = p_id),
      (SELECT array_agg(concat_ws('/', seq, unit_id, status, opinion, answer, answered_by) ORDER BY seq, unit_id) FROM motcua.consultation c WHERE c.dossier_id = p_id),
      (SELECT array_agg(concat_ws('/', seq, amount, method, receipt, actor) ORDER BY seq) FROM motcua.payment y WHERE y.dossier_id = p_id),
      (SELECT array_agg(concat_ws('/', seq, no, component, name, copies, original, sha256) ORDER BY seq, no) FROM motcua.document f WHERE f.dossier_id = p_id),
      (SELECT array_agg(concat_ws('/', seq, status) ORDER BY seq) FROM motcua.portal_outbox o WHERE o.dossier_id = p_id))
    FROM motcua.dossier d WHERE d.dossier_id = p_id
$$;

DO $$
DECLARE
  v_seed text := current_setting('test.seed');
  v_who text; v_n CONSTANT int := 30; a bigint[]; b bigint[]; r record; v_taken int := 0; v_codes text[]; v_refused int := 0;
  v_actions text[]; v_tos text[]; v_versions int[]; v_payloads text[]; v_many motcua.appended[]; x motcua.appended;
BEGIN
  PERFORM setseed(('0.' || v_seed)::float8);
  -- The first of each pair by receive, the second by receive_many: these are twins as well.
  PERFORM test.as_staff('lan');
  FOR i IN 1..v_n LOOP
    a[i] := (motcua.receive(1, test.receipt(111, 'Người ' || i))).dossier_id;
  END LOOP;
  SELECT array_agg(m.dossier_id ORDER BY o) INTO b FROM motcua.receive_many(
    (SELECT array_agg(1 ORDER BY i) FROM generate_series(1, v_n) AS i),
    (SELECT array_agg(test.receipt(111, 'Người ' || i) ORDER BY i) FROM generate_series(1, v_n) AS i)) WITH ORDINALITY AS m
      (dossier_id, code, seq, at, actor, login, unit, action, from_state, to_state, target_state, unit_to, due, step_due, consulted,
       workflow_version, payload, portal_status, hash, sqlstate, message, detail, hint, o);
  RESET ROLE;
  PERFORM set_config('test.codes', (SELECT jsonb_object_agg(dossier_id, code)::text FROM motcua.application), false);
  FOR i IN 1..v_n LOOP PERFORM test.same('received', test.shape(b[i]), test.shape(a[i])); END LOOP;

  FOR round IN 1..120 LOOP
    PERFORM motcua.set_training_clock('2018-07-02 09:00+07'::timestamptz + round * interval '7 hours');
    -- Somebody for whom at least one of the dossiers waits; now and then anybody.
    SELECT s.username INTO v_who FROM motcua.dossier d, motcua.staff s
      LEFT JOIN motcua.assignment m ON m.staff_id = s.id
      WHERE d.dossier_id = ANY (a) AND d.ended_at IS NULL AND s.username NOT IN ('cu', 'sau')
        AND (m.unit_id = coalesce(d.pending_unit, d.holder) OR m.unit_id = ANY (d.consulted) OR random() < 0.01)
      ORDER BY random() LIMIT 1;
    FOR i IN 1..v_n LOOP
      -- Mostly a step of the table from here; now and then any step, an old version, a poor payload.
      SELECT t.action, t.to_state, t.effect, t.may, d.version INTO r
        FROM motcua.dossier d, motcua.workflow_transition t
        WHERE d.dossier_id = a[i] AND t.version_id = 1 AND (t.from_state = d.state OR random() < 0.02)
        ORDER BY CASE WHEN random() < 0.1 THEN 0
            WHEN d.pending_unit IS NOT NULL THEN
              (t.effect IN ('take', 'decline', 'recall', 'note') AND (t.effect <> 'take' OR t.to_state = d.pending_state))::int
            ELSE (t.effect NOT IN ('take', 'decline', 'recall')
              AND (t.effect <> 'back' OR t.to_state = d.trail_states[cardinality(d.trail_states)])
              AND (t.effect <> 'answer' OR d.consulted <> '{}')
              AND t.to_state NOT IN ('withdrawn', 'refused', 'returned'))::int END
            + (t.effect IN ('move', 'take') AND random() < 0.5)::int DESC, random()
        LIMIT 1;
      v_actions[i] := coalesce(r.action, 'note'); v_tos[i] := CASE WHEN random() >= 0.1 THEN coalesce(r.to_state, 'received') END;
      v_versions[i] := coalesce(r.version, 1) - (random() < 0.05)::int;
      -- Often what is plain, for the short way; else mostly without what belongs to other actions.
      v_payloads[i] := CASE WHEN random() < 0.1 THEN ('{"{}","{\"reason\":\" \"}","{\"text\":\"x\",\"reason\":\"x\"}"}'::text[])[1 + floor(random() * 3)]
        WHEN r.effect IN ('move', 'back', 'take', 'recall') AND random() < 0.7 THEN CASE WHEN random() < 0.5 THEN '{}' ELSE '{"reason": "lý do"}' END
        WHEN r.effect = 'note' AND random() < 0.7 THEN '{"text":"ghi chú"}'
        WHEN random() < 0.05 THEN '{"text"' ELSE (SELECT (whole - CASE WHEN random() < 0.05
          THEN '{}' ELSE ARRAY(SELECT k FROM jsonb_object_keys(whole) AS k WHERE (k = ANY (r.may)) IS NOT TRUE) END)::text FROM jsonb_build_object(
        'reason', 'lý do', 'text', 'ghi chú', 'opinion', CASE WHEN random() < 0.5 THEN 'agree' ELSE 'disagree' END, 'assignee', 2 + floor(random() * 2) * 8,
        'payment', json_build_object('amount', 1 + floor(random() * 1000), 'method', 'cash'), 'data', json_build_object('k' || floor(random() * 5), round),
        'documents', json_build_array(json_build_object('name', 'Giấy ' || round)), 'until', '2018-08-10T17:00:00+07:00') AS whole) END;
    END LOOP;
    PERFORM test.as_staff(v_who);
    SELECT array_agg(m) INTO v_many FROM motcua.act_many(b, v_versions, v_actions, v_tos, v_payloads) AS m;
    FOR i IN 1..v_n LOOP
      x := test.one(a[i], v_versions[i], v_actions[i], v_tos[i], v_payloads[i]);
      IF test.gist(x) IS DISTINCT FROM test.gist(v_many[i]) THEN
        RAISE EXCEPTION 'seed %, round %, %: % -> % (%): % / %', v_seed, round, v_who, v_actions[i], v_tos[i], v_payloads[i],
          test.gist(x), test.gist(v_many[i]);
      END IF;
      v_codes := v_codes || coalesce(x.sqlstate, 'taken'); v_taken := v_taken + (x.sqlstate IS NULL)::int; v_refused := v_refused + (x.sqlstate IS NOT NULL)::int;
    END LOOP;
    RESET ROLE;
    FOR i IN 1..v_n LOOP PERFORM test.same(format('seed %s, round %s', v_seed, round), test.shape(b[i]), test.shape(a[i])); END LOOP;
  END LOOP;
  IF v_taken < 300 OR v_refused < 300 THEN
    RAISE EXCEPTION 'seed %: % steps taken, % refused: too few to say anything: %', v_seed, v_taken, v_refused, (SELECT jsonb_object_agg(c, n) FROM (SELECT c, count(*) AS n FROM unnest(v_codes) AS c GROUP BY c) g);
  END IF;
  -- Twice the same dossier in one call: the second is told.
  PERFORM test.as_staff('lan');
  PERFORM test.same('once in a call', (SELECT string_agg(coalesce(m.sqlstate, 'ok'), ',') FROM (SELECT (motcua.receive(1, test.receipt(111, 'X'))).dossier_id AS id) AS d,
    LATERAL motcua.act_many(ARRAY[d.id, d.id], '{1,1}', '{note,note}', '{received,received}', ARRAY['{"text":"a"}', '{"text":"b"}']) AS m), 'ok,MC002');
  -- Refused receptions take no number: 0001 of that day is the one just above.
  PERFORM test.same('numbers of the accepted', (SELECT string_agg(coalesce(right(m.code, 4), m.sqlstate), ',') FROM motcua.receive_many('{1,1,1,2}',
    ARRAY[test.receipt(111, 'A'), '{}', test.receipt(111, 'B'), test.receipt(111, 'C', '2.000001', 121)]) AS m), '0002,MC010,0003,0004');
  RESET ROLE;
END
$$;
