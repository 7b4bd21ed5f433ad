-- What a clerk of commune 111 may try with psql and their own password. Dossier 1 is theirs, 2 is commune
-- 121's. Nothing here may work, and the two dossiers must stand as they stood (one step is taken rightly).
SELECT test.same('logged in as', session_user::text, 'shop_s_lan');
SELECT dossier_id AS mine FROM motcua.load('H26.1.1-180702-0001') \gset
SELECT (:mine + 1) AS theirs \gset

-- Writing past the door: every table, every way.
SELECT test.refused('42501', format(q, c.oid::regclass))
  FROM pg_class c, unnest(ARRAY['DELETE FROM %s', 'TRUNCATE %s CASCADE', 'INSERT INTO %s DEFAULT VALUES', 'DROP TABLE %s CASCADE',
    'ALTER TABLE %s DISABLE ROW LEVEL SECURITY', 'LOCK %s IN SHARE MODE', 'CREATE TRIGGER t BEFORE INSERT ON %s EXECUTE FUNCTION suppress_redundant_updates_trigger()']) AS q
  WHERE c.relnamespace = 'motcua'::regnamespace AND c.relkind IN ('r', 'p');
SELECT test.refused('42501', format('UPDATE motcua.%I SET %I = %I', a.table_name, min(a.column_name), min(a.column_name)))
  FROM information_schema.columns a WHERE a.table_schema = 'motcua' GROUP BY a.table_name;
SELECT test.same('columns seen', (SELECT count(DISTINCT table_name) > 15 FROM information_schema.columns WHERE table_schema = 'motcua'), true);
SELECT test.refused('42501', 'SELECT * FROM motcua.dossier FOR UPDATE');
SELECT test.refused('42501', format($$UPDATE motcua.standing SET next_due = 'infinity' WHERE dossier_id = %s$$, :mine));
SELECT test.refused('42501', format($$UPDATE motcua.standing SET state = 'signing' WHERE dossier_id = %s$$, :mine));
SELECT test.refused('42501', format($$UPDATE motcua.application SET paid = 75000 WHERE dossier_id = %s$$, :mine));
SELECT test.refused('42501', format($$INSERT INTO motcua.request VALUES (1, 'x', '', now(), %s, 1)$$, :mine));
SELECT test.refused('42501', format($$UPDATE motcua.dossier_event SET at = now() WHERE dossier_id = %s$$, :mine));
SELECT test.refused('42501', format($$DELETE FROM motcua.dossier_event_2018 WHERE dossier_id = %s$$, :mine));
SELECT test.refused('42501', $$SELECT nextval('motcua.dossier_seq')$$);
SELECT test.refused('42501', $$INSERT INTO motcua.assignment (staff_id, unit_id, role) VALUES (1, 1, 'leader')$$);
SELECT test.refused('42501', $$UPDATE motcua.staff SET admin = true WHERE id = 1$$);

-- The rooms behind the door, and what administrators do.
SELECT '{judged,explain,lock_dossiers,frame_reception,application_refusal,lock_registers,claim_requests,drop_claims,answer_again,
  loaded_rows,find_dossier,may_see,current_actor,is_assigned,raise_refusal,act_whole,add_staff,set_password,set_active,set_capability,assign,
  end_assignment,sync_roles,build_walls,ensure_role,publish_workflows,add_event_year,set_training_clock}' AS closed \gset
SELECT test.refused('42501', format('SELECT %s(%s)', p.oid::regproc, (SELECT string_agg('NULL', ', ') FROM generate_series(1, p.pronargs))))
  FROM pg_proc p WHERE p.pronamespace = 'motcua'::regnamespace AND p.prorettype <> 'trigger'::regtype
    AND p.proname = ANY (:'closed'::text[]);
SELECT test.same('tried all', (SELECT string_agg(c, ' ') FROM unnest(:'closed'::text[]) AS c
  WHERE NOT EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = 'motcua'::regnamespace AND p.proname = c)), NULL);
-- (It is STRICT: called with NULL it would not even be asked for.)
SELECT test.refused('42501', 'SELECT motcua.rebuild_calendar(2018, 2018)');
SELECT test.same('functions tried', (SELECT count(*) >= 26 FROM pg_proc p WHERE p.pronamespace = 'motcua'::regnamespace
  AND NOT has_function_privilege(p.oid, 'EXECUTE')), true);
SELECT test.refused('42501', 'CREATE FUNCTION motcua.f() RETURNS int LANGUAGE sql AS ''SELECT 1''');
SELECT test.refused('42501', 'CREATE TABLE motcua.t ()');
SELECT test.refused('42501', 'CREATE TABLE public.t ()');
SELECT test.refused('42501', 'CREATE OR REPLACE FUNCTION motcua.now() RETURNS timestamptz LANGUAGE sql AS ''SELECT NULL::timestamptz''');

-- Being somebody else.
SELECT test.refused('42501', format('SET ROLE %I', r)) FROM unnest('{shop_s_tuan,shop_s_quan,shop_owner,shop_door,shop_admin,shop_auditor,shop_u_121,shop_o_11,postgres}'::text[]) AS r;
SELECT test.refused('42501', 'SET SESSION AUTHORIZATION shop_s_tuan');
SELECT test.refused('42501', $$SELECT set_config('role', 'shop_s_tuan', false)$$);
SELECT test.refused('42501', 'GRANT shop_u_121 TO shop_s_lan');
SELECT test.refused('42501', 'ALTER ROLE shop_s_lan CREATEROLE');
SELECT test.refused('42501', 'ALTER ROLE shop_s_tuan PASSWORD ''x''');
SELECT test.refused('42501', 'CREATE ROLE shop_s_nobody');
SELECT test.refused('42501', 'SET session_replication_role = replica');
SET ROLE shop_u_111;
SELECT test.refused('MC007 42501', format($$SELECT motcua.act_on(%s, 1, 'note', 'received', '{"text":"x"}')$$, :mine));
RESET ROLE;
SET ROLE shop_staff;
SELECT test.refused('MC007 42501', format($$SELECT motcua.act_on(%s, 1, 'note', 'received', '{"text":"x"}')$$, :mine));
RESET ROLE;

-- Through the door, but not as the shop allows.
SELECT test.refused('MC003', format($$SELECT motcua.act_on(%s, 1, 'sign', 'ready', '{}')$$, :mine));
SELECT test.refused('MC003', format($$SELECT motcua.act_on(%s, 1, 'forward', 'signing', '{}')$$, :mine));
SELECT test.refused('MC001', format($$SELECT motcua.act_on(%s, 1, 'forward', 'appraisal', '{}')$$, :theirs));
SELECT test.refused('MC001', format($$SELECT motcua.act_on(%s, 7, 'forward', 'appraisal', '{}')$$, :theirs));
SELECT test.refused('MC001', format($$SELECT motcua.act_on(%s, 1, 'no', 'where', '{}')$$, :theirs));
SELECT test.same('the set form tells no more', (SELECT string_agg(sqlstate || coalesce(code, '-'), ',') FROM motcua.act_many(
  ARRAY[:theirs, 1], '{7,1}', '{note,note}', '{received,received}', '{"{}","{}"}')), 'MC001-,MC001-');
SELECT test.refused('MC004', $$SELECT motcua.receive(1, test.receipt(121, 'Giả mạo'))$$);
SELECT test.refused('MC002', format($$SELECT motcua.act_on(%s, NULL, 'note', 'received', '{"text":"x"}')$$, :mine));
SELECT test.refused('MC003', format($$SELECT motcua.act_on(%s, 1, NULL, NULL, NULL)$$, :mine));
SELECT test.refused('MC010', format($$SELECT motcua.act_on(%s, 1, 'note', 'received', NULL)$$, :mine));
SELECT test.refused('MC010', format($$SELECT motcua.act_on(%s, 1, 'note', 'received', '{"text":"x","reception":{}}')$$, :mine));
SELECT test.refused('22023', $$SELECT motcua.act_many('{1,2}', '{1}', '{note}', '{received}', '{"{}"}')$$);

-- Payloads that other readers would read otherwise, or not at all.
CREATE FUNCTION pg_temp.receipt_with(p_old text, p_new text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v text := '{"reception":{"procedure":"1.013225","unit":111,"address":null,"channel":"counter","applicant":{"name":"A"}},"feeDue":75000}';
BEGIN
  IF p_old <> '' AND position(p_old IN v) = 0 THEN RAISE EXCEPTION 'no % to replace', p_old; END IF;
  RETURN replace(v, p_old, p_new);
END
$$;
SELECT test.refused('MC010', format('SELECT motcua.receive(1, %L)', pg_temp.receipt_with(o, n))) FROM (VALUES
  -- numbers that are integers to one reader only
  ('"feeDue":75000', '"feeDue":1e5'), ('"feeDue":75000', '"feeDue":1E+2'), ('"feeDue":75000', '"feeDue":1.0'), ('"feeDue":75000', '"feeDue":"7"'),
  ('"feeDue":75000', '"feeDue":null'), ('"feeDue":75000', '"feeDue":1000000000000000'), ('"unit":111', '"unit":111e0'), ('"unit":111', '"unit":"111"'),
  ('"address":null', '"address":"111"'), ('"address":null', '"address":[111]'), ('"procedure":"1.013225"', '"procedure":1.013225'),
  ('"feeDue":75000', '"feeDue":75000,"data":{"floor_area":3e2}'), ('"feeDue":75000', '"feeDue":75000,"data":{"floor_area":1e100000}'),
  -- a member twice, at any depth, however it is written
  ('"feeDue":75000', '"feeDue":7,"feeDue":75000'), ('"feeDue":75000', '"feeDue":75000,"feeDue":75000'), ('"feeDue":75000', '"feeDue":7,"fee\u0044ue":0'),
  ('{"name":"A"}', '{"name":"A","name":"B"}'), ('{"name":"A"}', '{"name":"A","n\u0061me":"B"}'), ('{"name":"A"}', '{"name":"a:b","\u006eame":"\u003a\u003a"}'),
  ('"unit":111', '"unit":121,"unit":111'), ('"feeDue":75000', '"feeDue":75000,"x":{"y":[{"z":1,"z":2}]}'), ('"feeDue":75000', '"feeDue":75000,"x":null,"x":null'),
  ('"feeDue":75000', '"feeDue":75000,"documents":[{"name":"A","name":"B"}]'),
  -- what is no value of a form
  ('"feeDue":75000', '"feeDue":75000,"data":{"street":["a"]}'), ('"feeDue":75000', '"feeDue":75000,"data":{"street":{"a":1}}'), ('"feeDue":75000', '"feeDue":75000,"data":{"street":null}'),
  ('"feeDue":75000', '"feeDue":75000,"data":null'), ('"feeDue":75000', '"feeDue":75000,"data":[]'), ('"feeDue":75000', '"feeDue":75000,"data":{"undeclared":1}'),
  ('"feeDue":75000', '"feeDue":75000,"data":{"floor_area":1234567890123456789}'), ('"feeDue":75000', '"feeDue":75000,"data":{"street":"a\"],","floor_area":[1]}'),
  -- what is no applicant
  ('{"name":"A"}', '{"name":{"a":1}}'), ('{"name":"A"}', '{"name":"A","identity":{"a":1}}'), ('{"name":"A"}', '{"name":"A","phone":912345678}'),
  ('{"name":"A"}', '{"name":"A","x":[]}'), ('{"name":"A"}', '{"name":"\u00a0"}'), ('{"name":"A"}', '["name"]'), ('{"name":"A"}', '"A"'), ('{"name":"A"}', '{}'),
  ('{"name":"A"}', format('{"name":"%s"}', repeat('a', 301))), ('{"name":"A"}', format('{"name":"A","address":"%s"}', repeat('a', 9000))),
  -- what are no papers
  ('"feeDue":75000', '"feeDue":75000,"documents":null'), ('"feeDue":75000', '"feeDue":75000,"documents":[{"name":"x","copies":"1"}]'),
  ('"feeDue":75000', '"feeDue":75000,"documents":[{"name":"x","copies":null}]'), ('"feeDue":75000', '"feeDue":75000,"documents":[{"name":"x","copies":0}]'),
  ('"feeDue":75000', '"feeDue":75000,"documents":[{"name":"x","original":"true"}]'), ('"feeDue":75000', '"feeDue":75000,"documents":[{"name":5}]'),
  ('"feeDue":75000', '"feeDue":75000,"documents":[{"name":"x","component":5}]'), ('"feeDue":75000', '"feeDue":75000,"documents":["x"]'),
  ('"feeDue":75000', '"feeDue":75000,"\u0064ocuments":[{"name":""}]'),
  -- members of other actions are known as well
  ('"feeDue":75000', '"feeDue":75000,"assignee":"x"'), ('"feeDue":75000', '"feeDue":75000,"assignee":3000000000'), ('"feeDue":75000', '"feeDue":75000,"opinion":"lapsed"'),
  ('"feeDue":75000', '"feeDue":75000,"opinion":5'), ('"feeDue":75000', '"feeDue":75000,"until":"tomorrow"'), ('"feeDue":75000', '"feeDue":75000,"until":"2018-07-25T24:00:00Z"'),
  ('"feeDue":75000', '"feeDue":75000,"until":"2018-07-25T10:00:60Z"'), ('"feeDue":75000', '"feeDue":75000,"reason":5'), ('"feeDue":75000', '"feeDue":75000,"text":["x"]'),
  ('"feeDue":75000', '"feeDue":75000,"signature":"x"'), ('"feeDue":75000', '"feeDue":75000,"signature":{}'), ('"feeDue":75000', '"feeDue":75000,"signature":{"number":5}'),
  ('"feeDue":75000', '"feeDue":75000,"payment":{"method":"cash"}'), ('"feeDue":75000', '"feeDue":75000,"payment":{"amount":1e5,"method":"cash"}'),
  ('"feeDue":75000', '"feeDue":75000,"payment":{"amount":5,"method":" "}'), ('"feeDue":75000', '"feeDue":75000,"payment":{"amount":5,"method":"cash","receipt":5}'),
  ('"feeDue":75000', '"feeDue":75000,"x":{"feeDue":1},"y":[{"feeDue":1},{"feeDue":1}]'), ('"feeDue":75000', '"feeDue":75000,"x":null'),
  ('"feeDue":75000', '"feeDue":75000,"assignee":1'), ('"feeDue":75000', '"feeDue":75000,"until":"2018-07-25T10:00:00Z"'),
  ('"feeDue":75000', '"feeDue":75000,"payment":{"amount":5,"method":"cash"}'), ('"feeDue":75000', '"feeDue":75000,"opinion":"agree"'),
  ('"unit":111', '"unit":111,"x":1'), ('{"name":"A"}', '{"name":"A","x":"y"}'), ('"feeDue":75000', '"feeDue":75000,"documents":[{"name":"x","at":"y"}]'),
  -- what the definition forbids: other kinds, bounds and options, other papers, another fee
  ('"feeDue":75000', '"feeDue":75000,"data":{"heritage_zone":"true"}'), ('"feeDue":75000', '"feeDue":75000,"data":{"floor_area":"90"}'),
  ('"feeDue":75000', '"feeDue":75000,"data":{"street":1}'), ('"feeDue":75000', '"feeDue":75000,"data":{"storeys":1.0}'),
  ('"feeDue":75000', '"feeDue":75000,"data":{"floor_area":-0.000000000000000001}'), ('"feeDue":75000', '"feeDue":150000,"data":{"floor_area":100000.1}'),
  ('"feeDue":75000', '"feeDue":75000,"data":{"begins":"2018-02-29"}'), ('"feeDue":75000', '"feeDue":75000,"data":{"begins":"2018-7-12"}'),
  ('"feeDue":75000', '"feeDue":75000,"data":{"begins":"2017-12-31"}'), ('"feeDue":75000', '"feeDue":75000,"data":{"begins":20180712}'),
  ('"feeDue":75000', '"feeDue":75000,"data":{"begins":"0000-01-01"}'), ('"feeDue":75000', '"feeDue":75000,"data":{"kind":"old"}'),
  ('"feeDue":75000', '"feeDue":75000,"documents":[{"name":"x"},{"name":"x","component":"khác"}]'),
  ('"feeDue":75000', '"feeDue":74999'), (',"feeDue":75000', ''), ('"feeDue":75000', '"feeDue":75000,"data":{"floor_area":251}'),
  -- too deep, too long, too many
  ('"feeDue":75000', '"feeDue":75000,"x":' || repeat('[', 5000) || repeat(']', 5000)), ('"feeDue":75000', '"feeDue":75000,"x":' || repeat('[', 16) || repeat(']', 16)),
  ('"feeDue":75000', '"feeDue":75000,"x":' || repeat('{"a":', 200000)), ('"feeDue":75000', format('"feeDue":75000,"x":"%s"', repeat('a', 262144))),
  ('"feeDue":75000', format('"feeDue":75000,"text":"%s"', repeat('a', 10001))), ('"feeDue":75000', format('"feeDue":75000,"reason":"%s"', repeat('a', 10001))),
  ('"feeDue":75000', format('"feeDue":75000,"documents":[%s]', (SELECT string_agg('{"name":"x"}', ',') FROM generate_series(1, 201)))),
  ('"feeDue":75000', format('"feeDue":75000,"documents":[{"name":"%s"}]', repeat('a', 501)))
  ) AS bad (o, n);
SELECT test.refused('MC010', format($$SELECT motcua.act_on(%s, 1, 'note', 'received', %L)$$, :mine, p)) FROM unnest(ARRAY[
  format('{"text":"%s"}', repeat('a', 50000000)), '{"text":"x","text":"y"}', '{"text":{"a":1}}', '{"text":"x","data":{"a":[1]}}', '{"text":"x","documents":{}}']) AS p;
SELECT test.refused('MC010', format($$SELECT motcua.act_on(%s, 1, %L, 'received', %L)$$, :mine, a, p)) FROM (VALUES
  ('note', '{"text":"x","data":{"floor_area":1}}'), ('note', '{"text":"x","feeDue":0}'), ('note', '{"text":"x","payment":{"amount":5,"method":"cash"}}'),
  ('note', '{"text":"x","opinion":"agree"}'), ('note', '{"text":"x","assignee":1}'), ('note', '{"text":"x","until":"2018-07-25T10:00:00Z"}'),
  ('assign', '{"assignee":"x"}'), ('assign', '{"assignee":{}}'), ('assign', '{"assignee":1.5}'), ('assign', '{"assignee":3000000000}'),
  ('attach', '{"documents":[{"name":"x","component":"khác"}]}'), ('pay', '{"payment":{"amount":5,"method":"cash","at":"x"}}'),
  ('amend', '{"data":{"floor_area":"90"},"feeDue":75000}'), ('amend', '{"data":{"kind":"old"},"feeDue":75000}'), ('amend', '{"data":{"undeclared":1}}'),
  ('amend', '{"data":{"floor_area":251}}'), ('amend', '{"data":{"floor_area":251},"feeDue":75000}'), ('amend', '{"data":{"floor_area":1},"feeDue":0}')
  ) AS bad (a, p);
SELECT test.same('in a set', (SELECT string_agg(coalesce(sqlstate, 'ok'), ',') FROM motcua.receive_many('{1,1,2,2}', ARRAY[
  pg_temp.receipt_with('"feeDue":75000', '"feeDue":0'), pg_temp.receipt_with('"feeDue":75000', '"feeDue":75000,"data":{"storeys":"2"}'),
  test.receipt(111, 'A', '2.000001', 121, 'post'), test.receipt(111, 'A', '2.000001')])), 'MC010,MC010,MC012,MC010');
-- A channel that the definition does not offer, and no address where its steps need one.
SELECT test.refused('MC012', $$SELECT motcua.receive(2, test.receipt(111, 'A', '2.000001', 121, 'online'))$$);
SELECT test.refused('MC010', $$SELECT motcua.receive(2, test.receipt(111, 'A', '2.000001'))$$);
-- One of a set that is past reading is its own misfortune; and a set has an end.
SELECT test.same('bad ones alone', (SELECT string_agg(coalesce(sqlstate, 'ok'), ',') FROM motcua.act_many(ARRAY[:mine, 1], '{9,1}', '{note,note}', '{received,received}',
  ARRAY['{"text":"x"}', '{"text":1e5}'])), 'MC002,MC001');
SELECT test.same('whatever they are', (SELECT string_agg(coalesce(sqlstate, 'ok'), ',') FROM motcua.act_many(ARRAY[:mine, 1], '{9,1}', '{assign,assign}',
  '{received,received}', ARRAY['{"assignee":{}}', '{"assignee":"x"}'])), 'MC002,MC001');
SELECT test.refused('54000', $$SELECT motcua.receive_many(array_fill(1, ARRAY[10001]), array_fill('{}'::text, ARRAY[10001]))$$);
SELECT test.refused('54000', $$SELECT motcua.act_many(array_fill(1::bigint, ARRAY[10001]), array_fill(1, ARRAY[10001]),
  array_fill('note'::text, ARRAY[10001]), array_fill('received'::text, ARRAY[10001]), array_fill('{}'::text, ARRAY[10001]))$$);
-- What only looks like it is received: these are as good as any. Rolled back, for the count of what stands here.
BEGIN;
SELECT test.same(n, (SELECT count(*) FROM motcua.receive(1, pg_temp.receipt_with(o, n))), 1::bigint) FROM (VALUES
  ('', ''), ('{"name":"A"}', '{"name":"1e5: \"x\": 2E9","email":null}'), ('{"name":"A"}', '{"name":"a\u0001:\u003a\\\"","identity":"1e5"}'),
  ('"feeDue":75000', '"feeDue":75000,"data":{"floor_area":0.50,"street":"a\\\": [1], {}","heritage_zone":true}'), ('"feeDue":75000', '"feeDue":75000,"data":{}'),
  ('"feeDue":75000', '"feeDue":150000,"data":{"floor_area":250.000000000000000001,"storeys":-3,"begins":"2020-02-29","kind":"sửa chữa"}'),
  ('"feeDue":75000', format('"feeDue":75000,"documents":[{"name":"x","sha256":"%s","component":null,"copies":9999,"original":true}]', repeat('1e5', 21) || '0'))
  ) AS good (o, n);
-- However the member is written, its papers are kept.
SELECT count(*) FROM motcua.receive(1, pg_temp.receipt_with('"feeDue":75000', '"feeDue":75000,"\u0064ocuments":[{"name":"x"},{"name":"y"}]'));
SELECT test.same('papers', (SELECT string_agg(f ->> 'name', ',' ORDER BY f ->> 'name') FROM motcua.dossiers_of_applicant('', 50) AS x,
  motcua.case_named(x.code) AS c, json_array_elements(c.documents) AS f), 'x,x,y');
SELECT test.same('papers in a set', (SELECT count(*) FROM motcua.receive_many('{1,1}', ARRAY[pg_temp.receipt_with('', ''),
  pg_temp.receipt_with('"feeDue":75000', '"feeDue":75000,"\u0064ocuments":[{"name":"z"}]')])), 2::bigint);
SELECT test.same('papers of the set', (SELECT count(*) FROM motcua.dossiers_of_applicant('', 50) AS x, motcua.case_named(x.code) AS c,
  json_array_elements(c.documents) AS f WHERE f ->> 'name' = 'z'), 1::bigint);
ROLLBACK;

-- Tables and functions of one's own that are called like the door's: it looks at its own.
CREATE TEMP TABLE staff AS SELECT 4 AS id, 'shop_s_lan'::text AS role_name, true AS active;
CREATE TEMP TABLE dossier AS SELECT * FROM motcua.dossiers_of_applicant('', 0);
CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT '2000-01-01'::timestamptz $$;
CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT '\x00'::bytea $$;
SET search_path = pg_temp, motcua, pg_catalog;
-- The one right step: it says who, when and for whom by itself, and takes nobody's word for it.
SELECT test.refused('MC010', format($$SELECT motcua.act_on(%s, 1, 'note', 'received', %L)$$, :mine, '{"text":"x",' || m || '}'))
  FROM unnest('{"\"at\":\"2001-01-01T00:00:00Z\"","\"actor\":4","\"unit\":121"}'::text[]) AS m;
SELECT test.same('by lan, for 111, now', (SELECT (a.actor, a.unit, a.login, a.at > '2018-07-02', a.at < '2018-07-03', a.hash <> '\x00')::text
  FROM motcua.act_on(:mine, 1, 'note', 'received', '{"text":"x"}', 'a') a), '(1,111,"",t,t,t)');
-- A trial tells no more of another's dossier than a step does; a dossier that is named twice is answered twice.
SELECT test.same('nor does a trial', (SELECT jsonb_strip_nulls(to_jsonb(m)) - '{message,hint}'::text[] FROM motcua.trial_many(ARRAY[:theirs], '{1}', '{note}', '{received}', '{"{}"}') m), jsonb_build_object('dossier_id', :theirs, 'sqlstate', 'MC001', 'detail', format('{"dossier": "%s"}', :theirs)));
SELECT test.same('twice', (SELECT to_jsonb(count(*)) FROM motcua.trial_many(ARRAY[:mine, :mine], '{1,1}', '{note,note}', '{received,received}', ARRAY['{"text":"x"}', '{"text":"x"}'])), to_jsonb(2));
-- Asked again it is answered again; and for another's dossier its id tells nothing of that.
SELECT test.same('once', (SELECT a.seq FROM motcua.act_on(:mine, 1, 'note', 'received', '{"text":"x"}', 'a') a), 2);
SELECT test.refused('MC016', format($$SELECT motcua.act_on(%s, 1, 'note', 'received', '{"text":"y"}', 'a')$$, :mine));
SELECT test.same('another''s', (SELECT jsonb_strip_nulls(to_jsonb(m)) - '{message,hint}'::text[] FROM motcua.act_many(ARRAY[:theirs], '{1}', '{note}',
  '{received}', '{"{}"}', '{a}') m), jsonb_build_object('dossier_id', :theirs, 'sqlstate', 'MC001', 'detail', format('{"dossier": "%s"}', :theirs)));
