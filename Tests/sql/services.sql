-- Services: what a program with an account of its own may do, and nothing else.
SELECT motcua.set_training_clock('2018-07-20 09:00+07');
INSERT INTO motcua.procedure (code, name, tiers) VALUES ('4.000001', 'Cấp bản sao từ sổ gốc', '{commune}');
INSERT INTO motcua.workflow_version (id, procedure_code, version, source, definition, digest, received_at, initial_state)
  SELECT 4, '4.000001', 1, '', d::json, sha256(convert_to(d, 'UTF8')), '{commune}', 'received'
    FROM (VALUES ('{"channels":["counter","online"],"components":[],"data":[]}')) AS v (d);
INSERT INTO motcua.workflow_state (version_id, state, holder_base, holder_tier, role, outcome) VALUES
  (4, 'received', 'reception', NULL, 'clerk', NULL), (4, 'district', 'reception', 'district', 'officer', NULL),
  (4, 'expired', NULL, NULL, NULL, 'expired'), (4, 'withdrawn', NULL, NULL, NULL, 'withdrawn');
INSERT INTO motcua.workflow_transition (version_id, from_state, action, to_state, effect, actor, during, roles, may, must) VALUES
  (4, 'received', 'forward', 'district', 'move', 'holder', 'free', '{}', '{reason,text,documents,signature}', '{}'),
  (4, 'received', 'note', 'received', 'note', 'holder', 'any', '{clerk}', '{reason,text,documents,signature}', '{text}'),
  (4, 'received', 'expire', 'expired', 'move', 'system', 'free', '{system}', '{reason,text,documents,signature}', '{}'),
  (4, 'received', 'warn', 'received', 'note', 'system', 'any', '{system}', '{reason,text,documents,signature}', '{text}'),
  (4, 'district', 'warn', 'district', 'note', 'system', 'any', '{system}', '{reason,text,documents,signature}', '{text}'),
  (4, 'received', 'withdraw', 'withdrawn', 'move', 'citizen', 'free', '{citizen}', '{reason,text,documents,signature,requester}', '{requester}'),
  (4, 'received', 'take', 'district', 'take', 'receiver', 'handover', '{}', '{reason,text,documents,signature}', '{}');
SELECT motcua.publish_workflows('{4}');

-- Accounts. timer: of the whole city; connector: of one district; old: suspended; ward: of another ward.
SELECT motcua.add_staff('timer', 'Bộ đếm thời hạn', true) AS timer, motcua.add_staff('connector', 'Kết nối Cổng dịch vụ công', true) AS connector,
       motcua.add_staff('old', 'Dịch vụ cũ', true) AS old, motcua.add_staff('ward', 'Dịch vụ của phường khác', true) AS ward \gset
SELECT motcua.assign(:timer, 1, 'system');
SELECT motcua.assign(:connector, 11, 'citizen');
SELECT motcua.assign(:old, 1, 'system');
SELECT motcua.assign(:ward, 121, 'system');
SELECT test.refused('23514', format('SELECT motcua.assign(%s, 111, ''clerk'')', :timer));
SELECT test.refused('23514', 'SELECT motcua.assign(1, 111, ''system'')');
SELECT test.refused('23514', format('SELECT motcua.set_capability(%s, ''auditor'', true)', :timer));
SELECT test.refused('23514', format('SELECT motcua.set_capability(%s, ''admin'', true)', :timer));
-- Even if somebody got past that, a person is no service and a service no clerk.
INSERT INTO motcua.assignment (staff_id, unit_id, role, valid_from) VALUES (1, 111, 'system', '2018-01-01'), (1, 111, 'citizen', '2018-01-01'),
  (:timer, 111, 'clerk', '2018-01-01');

-- What the portal has filed the connector receives in the applicant's place, and says for whom.
CREATE FUNCTION test.filed(p_unit int, p_channel text, p_requester jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT (test.receipt(p_unit, 'Trần Thị Mạng', '4.000001', NULL, p_channel)::jsonb || '{"feeDue": 0}'
    || CASE WHEN p_requester IS NULL THEN '{}' ELSE jsonb_build_object('requester', p_requester) END)::text
$$;
GRANT EXECUTE ON FUNCTION test.filed TO PUBLIC;
\set asks '{"name": "Trần Thị Mạng", "channel": "dichvucong", "proof": "VNeID mức 2, phiên 77"}'
SELECT test.as_staff('connector');
SELECT dossier_id AS id FROM motcua.receive(4, test.filed(111, 'online', :'asks')) \gset
SELECT test.refused('MC010', format('SELECT motcua.receive(4, %L)', test.filed(111, 'online', NULL)));
SELECT test.refused('MC010', format('SELECT motcua.receive(4, %L)', test.filed(111, 'online', '{"name": "x", "channel": "y"}')));
SELECT test.refused('MC010', format('SELECT motcua.receive(4, %L)', test.filed(111, 'online', '{"name": "x", "channel": "y", "proof": " "}')));
SELECT test.refused('MC010', format('SELECT motcua.receive(4, %L)', test.filed(111, 'online', '{"name": "x", "channel": "y", "proof": "z", "by": "lan"}')));
SELECT test.refused('MC004', format('SELECT motcua.receive(4, %L)', test.filed(111, 'counter', :'asks')));
SELECT test.refused('MC004', format('SELECT motcua.receive(4, %L)', test.filed(121, 'online', :'asks')));
SELECT test.as_staff('timer');
SELECT test.refused('MC004', format('SELECT motcua.receive(4, %L)', test.filed(111, 'online', :'asks')));
SELECT test.as_staff('lan');
SELECT test.refused('MC010', format('SELECT motcua.receive(4, %L)', test.filed(111, 'online', :'asks')));
SELECT test.refused('MC010', format('SELECT motcua.receive(4, %L)', test.filed(111, 'counter', :'asks')));
SELECT dossier_id AS paper FROM motcua.receive(4, test.filed(111, 'online', NULL)) \gset
RESET ROLE;

-- A person takes no step of a service, nor one service that of another; a service takes none of people.
CREATE FUNCTION test.tries(p_sqlstate text, p_who text, p_id bigint, p_action text, p_to text, p_payload text DEFAULT '{}') RETURNS void
LANGUAGE plpgsql AS $$
DECLARE v_version int := (SELECT version FROM motcua.dossier WHERE dossier_id = p_id);
  v_code text := (SELECT code FROM motcua.dossier WHERE dossier_id = p_id); v_said text;
BEGIN
  PERFORM test.as_staff(p_who);
  PERFORM test.refused(p_sqlstate, format('SELECT motcua.act_on(%s, %s, %L, %L, %L)', p_id, v_version, p_action, p_to, p_payload));
  PERFORM test.refused(p_sqlstate, format('SELECT motcua.act(%L, %s, %L, %L, %L)', v_code, v_version, p_action, p_to, p_payload));
  SELECT a.sqlstate INTO v_said FROM motcua.act_many(ARRAY[p_id], ARRAY[v_version], ARRAY[p_action], ARRAY[p_to], ARRAY[p_payload]) AS a;
  PERFORM test.same('in a set', v_said, p_sqlstate);
  RESET ROLE;
END
$$;
SELECT test.tries('MC004', 'lan', :id, 'warn', 'received', '{"text": "x"}'), test.tries('MC004', 'lan', :id, 'expire', 'expired'),
       test.tries('MC004', 'lan', :id, 'withdraw', 'withdrawn', format('{"requester": %s}', :'asks')),
       test.tries('MC004', 'connector', :id, 'expire', 'expired'), test.tries('MC004', 'connector', :id, 'note', 'received', '{"text": "x"}'),
       test.tries('MC004', 'timer', :id, 'withdraw', 'withdrawn', format('{"requester": %s}', :'asks')),
       test.tries('MC004', 'timer', :id, 'note', 'received', '{"text": "x"}'), test.tries('MC004', 'timer', :id, 'forward', 'district'),
       test.tries('MC001', 'ward', :id, 'warn', 'received', '{"text": "x"}');
-- Who asked is said by the applicant's steps, and by no others.
SELECT test.tries('MC010', 'connector', :id, 'withdraw', 'withdrawn'), test.tries('MC010', 'connector', :id, 'withdraw', 'withdrawn', '{"requester": {"name": "x"}}'),
       test.tries('MC010', 'timer', :id, 'warn', 'received', format('{"text": "x", "requester": %s}', :'asks')),
       test.tries('MC010', 'lan', :id, 'note', 'received', format('{"text": "x", "requester": %s}', :'asks'));
-- A service is nobody else, and what is suspended does nothing.
SET SESSION AUTHORIZATION shop_s_timer;
SELECT test.refused('42501', 'SET ROLE shop_s_lan'), test.refused('42501', 'SET ROLE shop_s_connector'), test.refused('42501', 'SET ROLE shop_admin'),
       test.refused('42501', 'SELECT motcua.add_staff(''x'', ''X'', true)'), test.refused('42501', 'SELECT * FROM motcua.dossier_event'),
       test.refused('42501', 'UPDATE motcua.staff SET service = false');
RESET SESSION AUTHORIZATION;
SELECT motcua.set_active(:old, false);
SELECT test.as_staff('old');
SELECT test.refused('42501 MC007', format('SELECT motcua.act_on(%s, 1, ''warn'', ''received'', ''{"text": "x"}'')', :id));
RESET ROLE;

-- What they may, they do: by each way, also twice the same, on what the units below hold.
SELECT test.step('timer', :id, 'warn', 'received', '{"text": "Còn một ngày làm việc."}');
SELECT test.as_staff('timer');
SELECT motcua.act(code, version, 'warn', 'received', '{"text": "Quá hạn."}', 'due-1') AS first FROM motcua.load_many(ARRAY[:id]) \gset
SELECT test.same('again', motcua.act(code, version - 1, 'warn', 'received', '{"text": "Quá hạn."}', 'due-1'), :first) FROM motcua.load_many(ARRAY[:id]);
SELECT test.same('what concerns it', (SELECT actor_units::text || actor_roles::text || actor_is_service FROM motcua.load_many(ARRAY[:id])), '{111}{system}true');
RESET ROLE;
SELECT test.step('lan', :paper, 'forward', 'district');
SELECT test.step('timer', :paper, 'warn', 'received', '{"text": "Chưa được nhận."}');
SELECT test.step('minh', :paper, 'take', 'district');
SELECT test.step('timer', :paper, 'warn', 'district', '{"text": "Quá hạn."}');
SELECT test.step('connector', :id, 'withdraw', 'withdrawn', format('{"reason": "Không còn nhu cầu", "requester": %s}', :'asks'));
SELECT test.same('who did what for whom', string_agg(concat_ws(' ', e.seq, s.username, e.action, e.unit, e.payload #>> '{requester,proof}'), '; ' ORDER BY e.seq),
  '1 connector receive 111 VNeID mức 2, phiên 77; 2 timer warn 111; 3 timer warn 111; 4 connector withdraw 111 VNeID mức 2, phiên 77')
  FROM motcua.dossier_event e JOIN motcua.staff s ON s.id = e.actor WHERE e.dossier_id = :id;
DELETE FROM motcua.assignment WHERE (staff_id, role) IN ((1, 'system'), (1, 'citizen'), (:timer, 'clerk'));
SELECT motcua.sync_roles();
-- What a front end asks of a service is about the units it names.
SET SESSION AUTHORIZATION shop_s_connector;
SELECT test.same('theirs', motcua.my_assignments('{111, 13, 121, 1}')::text, '("{111,13}","{citizen,citizen}")');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION shop_s_lan;
SELECT test.same('a person''s', motcua.my_assignments('{121}')::text, '({111},{clerk})');
RESET SESSION AUTHORIZATION;
