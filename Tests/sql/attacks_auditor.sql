-- An auditor reads everything and writes nothing.
SELECT test.same('reads all', (SELECT count(*) FROM motcua.dossier), 2::bigint);
SELECT test.same('all events', (SELECT count(*) FROM motcua.dossier_event), 3::bigint);
SELECT test.same('loads any', (SELECT code FROM motcua.load('H26.2.1-180702-0001')), 'H26.2.1-180702-0001');
SELECT test.refused('MC004', format($$SELECT motcua.act_on(%s, %s, 'note', 'received', '{"text":"x"}')$$, dossier_id, version)) FROM motcua.dossier;
SELECT test.refused('MC004', $$SELECT motcua.receive(1, test.receipt(111, 'A'))$$);
SELECT test.refused('42501', 'UPDATE motcua.standing SET version = 1');
SELECT test.refused('42501', 'UPDATE motcua.application SET paid = 1');
SELECT test.refused('42501', 'DELETE FROM motcua.dossier_event');
SELECT test.refused('42501', $$SELECT motcua.add_staff('x', 'X')$$);
