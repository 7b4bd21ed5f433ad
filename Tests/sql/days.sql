-- Assignments that end on the day on which somebody acted, and versions published by a clock that was set back: afterwards
-- the doctor finds nothing. Run by the owner.

CREATE FUNCTION test.spans(p_staff int) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(format('%s %s %s-%s', unit_id, role, valid_from, valid_to), ', ' ORDER BY unit_id, valid_from)
    FROM motcua.assignment WHERE staff_id = p_staff
$$;

DO $$
DECLARE moi int;
BEGIN
  PERFORM motcua.set_training_clock('2018-07-02 09:00+07');
  moi := motcua.add_staff('moi', 'Người Mới');
  -- Ended on the day on which it began: it holds no more, and is kept.
  PERFORM motcua.assign(moi, 111, 'clerk');
  PERFORM test.receive('moi', 111, 'Nguyễn Văn Sáng');
  PERFORM test.same('ended', motcua.end_assignment(moi, 111, 'clerk'), 1);
  PERFORM test.same('kept', test.spans(moi), '111 clerk 2018-07-02-2018-07-02');
  PERFORM test.same('works there no more', pg_has_role('shop_s_moi', 'shop_u_111', 'USAGE'), false);
  PERFORM test.refused('MC004', $q$SELECT test.receive('moi', 111, 'Nguyễn Văn Trưa')$q$);
  RESET ROLE;
  PERFORM test.same('once', motcua.end_assignment(moi, 111, 'clerk'), 0);
  PERFORM test.same('nor by an earlier day', motcua.end_assignment(moi, 111, 'clerk', '2018-06-01'), 0);
  -- Assigned again that day it is open again, and once only.
  PERFORM motcua.assign(moi, 111, 'clerk', NULL, '2018-07-10', 6);
  PERFORM test.same('open again', (SELECT (valid_from, valid_to, on_behalf_of)::text FROM motcua.assignment WHERE staff_id = moi), '(2018-07-02,2018-07-10,6)');
  PERFORM test.receive('moi', 111, 'Nguyễn Văn Chiều');
  PERFORM test.refused('23505', format('SELECT motcua.assign(%s, 111, ''clerk'')', moi));
  -- One that would end before it began, too, while one that has not begun is as if it had never been.
  PERFORM test.same('ended before', motcua.end_assignment(moi, 111, 'clerk', '2018-06-01'), 1);
  PERFORM motcua.assign(moi, 112, 'clerk', '2018-07-05');
  PERFORM test.same('a later end', motcua.end_assignment(moi, 112, 'clerk', '2018-07-09'), 1);
  PERFORM motcua.assign(moi, 121, 'clerk', '2018-07-05');
  PERFORM test.same('never begun', motcua.end_assignment(moi, 121, 'clerk', '2018-07-05'), 1);
  PERFORM test.same('what is left', test.spans(moi), '111 clerk 2018-07-02-2018-07-02, 112 clerk 2018-07-05-2018-07-09');
  PERFORM test.same('never begun, ended today', motcua.end_assignment(moi, 112, 'clerk'), 1);
  PERFORM test.same('nothing is left of it', test.spans(moi), '111 clerk 2018-07-02-2018-07-02');
  PERFORM test.refused('23514', format('SELECT motcua.assign(%s, 112, ''clerk'', ''2018-07-05'', ''2018-07-05'')', moi));
  PERFORM test.refused('23514', format('SELECT motcua.assign(%s, 112, ''clerk'', NULL, ''2018-07-02'')', moi));
  -- One of years ends on a day on which they acted.
  PERFORM test.receive('lan', 111, 'Nguyễn Văn Cuối');
  PERFORM test.same('ended after years', motcua.end_assignment(1, 111, 'clerk'), 1);
  PERFORM test.refused('MC004', $q$SELECT test.receive('lan', 111, 'Nguyễn Văn Muộn')$q$);
  RESET ROLE;
END
$$;

-- Version 1 was published by the clock of this server; the training clock stands in 2018.
INSERT INTO motcua.workflow_version (id, procedure_code, version, source, definition, digest, received_at, initial_state)
  SELECT n, '2.000001', v, '', d::json, sha256(d::bytea), '{commune}', 'received'
    FROM (VALUES (4, 3), (5, 2)) AS x (n, v), (VALUES ('{"channels":["counter"]}')) AS y (d);
INSERT INTO motcua.workflow_state (version_id, state, holder_base, role) VALUES (4, 'received', 'reception', 'clerk'), (5, 'received', 'reception', 'clerk');
SELECT motcua.publish_workflows('{4}') \gset
SELECT test.same('before the first', (SELECT bool_and(n.published_at < o.published_at) FROM motcua.workflow_version n, motcua.workflow_version o WHERE n.id = 4 AND o.id = 2), true);
SELECT test.same('in force', (SELECT string_agg(version || ' ' || status, ', ' ORDER BY version) FROM motcua.workflow_version WHERE procedure_code = '2.000001'), '1 retired, 2 draft, 3 published');
-- In the order of their numbers.
SELECT test.refused('23000', $$SELECT motcua.publish_workflows('{5}')$$);
DELETE FROM motcua.workflow_state WHERE version_id = 5;
DELETE FROM motcua.workflow_version WHERE id = 5;

-- Events of a year that had no partition of its own move into it when that is made.
SELECT motcua.set_training_clock('2037-07-06 09:00+07');
SELECT motcua.rebuild_calendar(2036, 2038);
INSERT INTO motcua.assignment (staff_id, unit_id, role, valid_from) VALUES (4, 121, 'clerk', '2036-01-01') ON CONFLICT DO NOTHING;
SELECT test.receive('tuan', 121, 'Trần Văn Sau') AS late \gset
SELECT test.same('in none of its own', (SELECT tableoid::regclass::text FROM motcua.dossier_event WHERE dossier_id = :late), 'motcua.dossier_event_other');
SELECT test.same('made', (SELECT motcua.keep_event_years(1)), '{2037,2038}'::int[]);
SELECT test.same('in its own', (SELECT tableoid::regclass::text FROM motcua.dossier_event WHERE dossier_id = :late), 'motcua.dossier_event_2037');
SELECT test.step('tuan', :late, 'note', 'received', '{"text":"x"}');
SELECT motcua.set_training_clock('2018-07-04 09:00+07');
