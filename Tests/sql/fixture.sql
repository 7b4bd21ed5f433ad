-- A small city for the tests: two districts, three communes, two departments, and a procedure that crosses
-- all tiers. Loaded by the owner into a fresh database, before anything else.

INSERT INTO motcua.tier VALUES ('city', 1), ('district', 2), ('commune', 3);
INSERT INTO motcua.unit (id, code, name, tier, parent_id, department, agency_code, valid_from, valid_to) VALUES
  (1,   '01',    'Thành phố Hà Nội',  'city',     NULL, NULL, 'H26',       '2000-01-01', NULL),
  (2,   '01/construction', 'Sở Xây dựng', 'city', 1,    'construction', 'H26.19', '2000-01-01', NULL),
  (11,  '001',   'Quận Ba Đình',      'district', 1,    NULL, 'H26.1',     '2000-01-01', NULL),
  (12,  '002',   'Quận Hoàn Kiếm',    'district', 1,    NULL, 'H26.2',     '2000-01-01', NULL),
  (13,  '001/urban', 'Phòng Quản lý đô thị', 'district', 11, 'urban', 'H26.1.9', '2000-01-01', NULL),
  (111, '00001', 'Phường Phúc Xá',    'commune',  11,   NULL, 'H26.1.1',   '2000-01-01', NULL),
  (112, '00004', 'Phường Trúc Bạch',  'commune',  11,   NULL, 'H26.1.2',   '2000-01-01', NULL),
  (121, '00037', 'Phường Phúc Tân',   'commune',  12,   NULL, 'H26.2.1',   '2000-01-01', NULL),
  (122, '00040', 'Phường cũ',         'commune',  12,   NULL, 'H26.2.2',   '2000-01-01', '2005-01-01');

INSERT INTO motcua.staff (username, name) VALUES
  ('lan',   'Nguyễn Thị Lan'),     -- 1  clerk of 111
  ('minh',  'Trần Văn Minh'),      -- 2  officer of 11
  ('hoa',   'Phạm Thị Hoà'),       -- 3  leader of 1
  ('tuan',  'Lê Anh Tuấn'),        -- 4  clerk of 121
  ('binh',  'Đỗ Thanh Bình'),      -- 5  officer of 2
  ('dung',  'Vũ Tiến Dũng'),       -- 6  leader of 11
  ('kiem',  'Hồ Kiểm'),            -- 7  auditor
  ('quan',  'Mai Quản Trị'),       -- 8  administrator
  ('cu',    'Ngô Văn Cũ'),         -- 9  was a clerk of 111 until 2017
  ('sau',   'Đinh Văn Sáu');       -- 10 officer of 11
UPDATE motcua.staff SET auditor = username = 'kiem', admin = username = 'quan';
INSERT INTO motcua.assignment (staff_id, unit_id, role, valid_from, valid_to) VALUES
  (1, 111, 'clerk', '2010-01-01', NULL), (2, 11, 'officer', '2010-01-01', NULL), (3, 1, 'leader', '2010-01-01', NULL),
  (4, 121, 'clerk', '2010-01-01', NULL), (5, 2, 'officer', '2010-01-01', NULL), (6, 11, 'leader', '2010-01-01', NULL),
  (9, 111, 'clerk', '2010-01-01', '2018-01-01'), (10, 11, 'officer', '2010-01-01', NULL);

INSERT INTO motcua.procedure (code, name, tiers) VALUES
  ('1.013225', 'Cấp giấy phép xây dựng nhà ở riêng lẻ', '{commune}'),
  ('2.000001', 'Cấp lại bản sao', '{commune,district}'),
  ('3.000001', 'Cấp giấy phép kinh doanh', '{commune}');
INSERT INTO motcua.workflow_version
    (id, procedure_code, version, source, definition, digest, received_at, initial_state, needed_papers, fees)
  SELECT v.id, v.code, 1, '', v.definition::json, sha256(convert_to(v.definition, 'UTF8')), v.tiers::text[], 'received',
         v.papers::jsonb, v.fees::jsonb
    FROM (VALUES
      (1, '1.013225', '{"channels":["counter","online","post"],"components":[{"id":"don"},{"id":"anh"}],"data":[
        {"name":"heritage_zone","kind":"bool","default":false},
        {"name":"floor_area","kind":"decimal","min":0,"max":100000},{"name":"street","kind":"text"},{"name":"storeys","kind":"integer"},
        {"name":"begins","kind":"date","min":"2018-01-01"},{"name":"kind","kind":"choice","options":["new","sửa chữa"]},
        {"name":"k0","kind":"integer"},{"name":"k1","kind":"integer"},{"name":"k2","kind":"integer"},
        {"name":"k3","kind":"integer"},{"name":"k4","kind":"integer"}]}', '{commune}', '[]',
        '[{"amount":75000},{"amount":75000,"when":{"op":">","of":[{"field":"floor_area"},250]}}]'),
      (2, '2.000001', '{"channels":["counter"]}', '{commune,district}', '[]', '[{"amount":75000}]'),
      (3, '3.000001', '{"channels":["counter","online"],
        "components":[{"id":"don"},{"id":"anh","optional":true},{"id":"dat","when":"area > 1"},{"id":"ban_ve"}],
        "data":[{"name":"area","kind":"decimal","required":true},{"name":"note","kind":"text"}]}', '{commune}',
        '[{"id":"don"},{"id":"dat","when":{"op":">","of":[{"field":"area"},1]}},{"id":"ban_ve"}]',
        '[{"amount":30000},{"amount":5000,"channels":["online"]},{"amount":90000,"when":{"op":">","of":[{"field":"area"},1]}}]')
      ) AS v (id, code, definition, tiers, papers, fees);
-- By post nothing is promised.
INSERT INTO motcua.workflow_legal_time VALUES (1, 'counter', 15, 'working_day'), (1, 'online', 30, 'day'), (3, 'counter', 5, 'working_day');

INSERT INTO motcua.workflow_state
    (version_id, state, holder_base, holder_tier, holder_department, role, time_amount, time_unit, clock, portal, outcome) VALUES
  (1, 'received',      'reception', NULL,       NULL,  'clerk',   4,    'working_hour', 'running', 2,  NULL),
  (1, 'appraisal',     'reception', 'district', NULL,  'officer', 8,    'working_day',  'running', 4,  NULL),
  (1, 'consulted',     'reception', 'district', NULL,  'officer', 5,    'working_day',  'running', 4,  NULL),
  (1, 'signing',       'reception', 'city',     NULL,  'leader',  2,    'working_day',  'running', 4,  NULL),
  (1, 'ready',         'reception', NULL,       NULL,  'clerk',   NULL, NULL,           'stopped', 9,  NULL),
  (1, 'supplementing', 'current',   NULL,       NULL,  'officer', NULL, NULL,           'paused',  5,  NULL),
  (1, 'bond',          'reception', NULL,       NULL,  'clerk',   NULL, NULL,           'paused',  6,  NULL),
  (1, 'returned',      NULL,        NULL,       NULL,  NULL,      NULL, NULL,           'running', 10, 'approved'),
  (1, 'refused',       NULL,        NULL,       NULL,  NULL,      NULL, NULL,           'running', 3,  'refused'),
  (1, 'withdrawn',     NULL,        NULL,       NULL,  NULL,      NULL, NULL,           'running', 7,  'withdrawn'),
  (2, 'received',      'reception', NULL,       NULL,  'clerk',   NULL, NULL,           'running', NULL, NULL),
  (2, 'verified',      'address',   NULL,       NULL,  'clerk',   1,    'working_day',  'running', NULL, NULL),
  (2, 'lost',          'reception', 'province', NULL,  'clerk',   NULL, NULL,           'running', NULL, NULL),
  (2, 'done',          NULL,        NULL,       NULL,  NULL,      NULL, NULL,           'running', NULL, 'approved'),
  (3, 'received',      'reception', NULL,       NULL,  'clerk',   1,    'working_day',  'running', NULL, NULL),
  (3, 'asked',         'reception', NULL,       NULL,  'clerk',   1,    'working_day',  'running', NULL, NULL),
  (3, 'insisted',      'reception', NULL,       NULL,  'clerk',   1,    'working_day',  'running', NULL, NULL),
  (3, 'done',          NULL,        NULL,       NULL,  NULL,      NULL, NULL,           'running', NULL, 'approved');
UPDATE motcua.workflow_state SET silence = 'agrees' WHERE state IN ('consulted', 'asked');
INSERT INTO motcua.workflow_consult (version_id, state, no, holder_base, holder_tier, holder_department) VALUES
  (1, 'consulted', 1, 'reception', 'city', 'construction'), (1, 'consulted', 2, 'reception', 'district', 'urban'),
  (3, 'asked', 1, 'reception', 'city', 'construction'), (3, 'insisted', 1, 'reception', 'city', 'construction');

INSERT INTO motcua.workflow_transition (version_id, from_state, action, to_state, effect, roles, at_most, before_due)
  VALUES
  (1, 'received',  'forward', 'appraisal',  'move', '{}', NULL, false),
  (1, 'appraisal', 'consult', 'consulted',  'move', '{}', NULL, false),
  (1, 'appraisal', 'submit',  'signing',    'move', '{}', NULL, false),
  (1, 'consulted', 'submit',  'signing',    'move', '{}', NULL, false),
  (1, 'signing',   'sign',    'ready',      'move', '{}', NULL, false),
  (1, 'ready',     'return',  'returned',   'move', '{}', NULL, false),
  (1, 'ready',     'reopen',  'received',   'move', '{}', NULL, false),
  (1, 'received',  'refuse',  'refused',    'move', '{}', NULL, false),
  (1, 'received',  'withdraw','withdrawn',  'move', '{}', NULL, false),
  (1, 'supplementing', 'withdraw', 'withdrawn', 'move', '{}', NULL, false),
  (1, 'appraisal', 'supplement', 'supplementing', 'move', '{}', 1, false),
  (1, 'supplementing', 'supplemented', 'appraisal', 'back', '{}', NULL, false),
  (1, 'appraisal', 'require_bond', 'bond',   'move', '{}', NULL, false),
  (1, 'bond',      'lodged',  'signing',    'move', '{}', NULL, false),
  (1, 'bond',      'send_back', 'appraisal', 'back', '{}', NULL, false),
  (1, 'appraisal', 'send_back', 'received',  'back', '{}', NULL, false),
  (1, 'consulted', 'send_back', 'appraisal', 'back', '{}', NULL, false),
  (1, 'signing',   'send_back', 'appraisal', 'back', '{leader}', NULL, false),
  (1, 'signing',   'send_back', 'consulted', 'back', '{leader}', NULL, false),
  (2, 'received',  'forward', 'verified',   'move', '{}', NULL, false),
  (2, 'received',  'lose',    'lost',       'move', '{}', NULL, false),
  (2, 'verified',  'close',   'done',       'move', '{}', NULL, false),
  (3, 'received',  'ask',     'asked',      'move', '{}', NULL, false),
  (3, 'asked',     'insist',  'insisted',   'move', '{}', NULL, false),
  (3, 'asked',     'sign',    'done',       'move', '{}', NULL, false),
  (3, 'insisted',  'sign',    'done',       'move', '{}', NULL, false);
UPDATE motcua.workflow_transition t SET requires = r.requires
  FROM (VALUES (3, 'ask', '{data,components,fee}'::text[]), (3, 'sign', '{answers,signature}')) AS r (version_id, action, requires)
  WHERE (t.version_id, t.action) = (r.version_id, r.action);
-- In a heritage zone the departments are asked about small houses only.
UPDATE motcua.workflow_transition SET guard = '{"op":"or","of":[{"op":"not","of":[{"field":"heritage_zone"}]},{"op":"<=","of":[{"field":"floor_area"},1000]}]}'
  WHERE version_id = 1 AND from_state = 'appraisal' AND action = 'consult';
-- What follows from these, as the compiler of definitions would enumerate it.
INSERT INTO motcua.workflow_transition (version_id, from_state, action, to_state, effect)
  SELECT DISTINCT t.version_id, t.from_state, 'take', t.to_state, 'take'
    FROM motcua.workflow_transition t JOIN motcua.workflow_state s ON (s.version_id, s.state) = (t.version_id, t.to_state)
    WHERE t.effect IN ('move', 'back') AND s.outcome IS NULL;
INSERT INTO motcua.workflow_transition (version_id, from_state, action, to_state, effect, roles, at_most, before_due)
  SELECT s.version_id, s.state, a.action, s.state, a.effect, a.roles::text[], a.at_most, a.before_due
    FROM motcua.workflow_state s, (VALUES
      ('decline', 'decline', '{}', NULL, false), ('recall', 'recall', '{}', NULL, false),
      ('assign', 'assign', '{}', NULL, false), ('extend', 'extend', '{officer,leader}', 1, true),
      ('pay', 'pay', '{clerk,cashier}', NULL, false), ('attach', 'attach', '{}', NULL, false),
      ('amend', 'amend', '{}', NULL, false), ('note', 'note', '{clerk,officer,leader}', NULL, false),
      ('answer', 'answer', '{officer}', NULL, false)) AS a (action, effect, roles, at_most, before_due)
    WHERE s.outcome IS NULL;
CREATE TEMP TABLE needs_reason AS SELECT unnest('{reopen,refuse,supplement,send_back,decline}'::text[]) AS action;
\ir effects.sql
SELECT motcua.publish_workflows('{1,2,3}') AS published;
DO $$
BEGIN
  IF to_regprocedure('motcua.rebuild_calendar(int,int)') IS NOT NULL THEN
    PERFORM motcua.rebuild_calendar(2017, 2030);
  END IF;
END
$$;
