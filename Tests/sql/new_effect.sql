-- An effect that the door has never heard of, as a row of the engine's table would bring it: who may, when, and what its
-- payload may and must hold follow from the stored row alone.
SELECT motcua.set_training_clock('2018-07-20 09:00+07');
INSERT INTO motcua.procedure (code, name, tiers) VALUES ('4.000002', 'Thử tác động mới', '{commune}');
INSERT INTO motcua.workflow_version (id, procedure_code, version, source, definition, digest, received_at, initial_state)
  SELECT 4, '4.000002', 1, '', d::json, sha256(d::bytea), '{commune}', 'received' FROM (VALUES ('{"channels":["counter"]}')) AS v (d);
INSERT INTO motcua.workflow_state (version_id, state, holder_base, holder_tier, role) VALUES
  (4, 'received', 'reception', NULL, 'clerk'), (4, 'district', 'reception', 'district', 'officer');
INSERT INTO motcua.workflow_transition (version_id, from_state, action, to_state, effect, actor, during, may, must, roles) VALUES
  (4, 'received', 'lend', 'received', 'lend', 'holder', 'free', '{reason,text,documents,signature,assignee}', '{reason,assignee}', '{clerk}'),
  (4, 'received', 'forward', 'district', 'move', 'holder', 'free', '{reason}', '{}', '{}');
SELECT motcua.publish_workflows('{4}');
SELECT test.as_staff('lan');
SELECT dossier_id AS id, code FROM motcua.receive(4, (test.receipt(111, 'Lê Thị Mượn', '4.000002')::jsonb || '{"feeDue": 0}')::text) \gset
RESET ROLE;
CREATE FUNCTION test.lends(p_who text, p_id bigint, p_payload text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_version int := (SELECT version FROM motcua.dossier WHERE dossier_id = p_id); v_code text := (SELECT code FROM motcua.dossier WHERE dossier_id = p_id);
  v_said text;
BEGIN
  PERFORM test.as_staff(p_who);
  SELECT concat_ws(' ', t.sqlstate, t.detail::json ->> 'member') INTO v_said FROM motcua.trial_many(ARRAY[p_id], ARRAY[v_version], '{lend}', '{received}', ARRAY[p_payload]) AS t;
  IF v_said <> '' THEN
    PERFORM test.refused(split_part(v_said, ' ', 1), format('SELECT motcua.act(%L, %s, ''lend'', ''received'', %L)', v_code, v_version, p_payload));
  ELSE
    PERFORM motcua.act(v_code, v_version, 'lend', 'received', p_payload);
  END IF;
  RESET ROLE;
  RETURN v_said;
END
$$;
SELECT test.same('what is lacking', test.lends('lan', :id, '{}'), 'MC010 reason'),
       test.same('what else', test.lends('lan', :id, '{"reason":"đối chiếu"}'), 'MC010 assignee'),
       test.same('what it does not take', test.lends('lan', :id, '{"reason":"đối chiếu","assignee":2,"opinion":"agree"}'), 'MC010'),
       test.same('whose it is not', test.lends('tuan', :id, '{"reason":"đối chiếu","assignee":2}'), 'MC001'),
       test.same('done', test.lends('lan', :id, '{"reason":"đối chiếu","assignee":2}'), '');
SELECT test.same('kept', (SELECT (version, state, holder, assignee, counts ->> 'lend')::text FROM motcua.dossier WHERE dossier_id = :id), '(2,received,111,,1)');
SELECT test.step('lan', :id, 'forward', 'district');
SELECT test.same('not on its way', test.lends('lan', :id, '{"reason":"đối chiếu","assignee":2}'), 'MC008');
