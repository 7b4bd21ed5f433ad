-- What a clerk of commune 111 may learn of dossiers with psql and their own password: of 111's everything, of commune
-- 121's ("Trần Văn Bé") nothing, not even by counting what the server has read.
SELECT dossier_id AS mine FROM motcua.load('H26.1.1-180702-0001') \gset
SELECT (:mine + 1) AS theirs \gset

-- No case table can be read, whole or by a column, nor asked for a plan of reading it.
SELECT test.refused('42501', format(q, t)) FROM unnest(ARRAY['SELECT count(*) FROM motcua.%I', 'SELECT day FROM motcua.%I', 'TABLE motcua.%I',
    'SELECT FROM motcua.%I LIMIT 0', 'EXPLAIN SELECT * FROM motcua.%I']) AS q,
  unnest('{dossier,standing,application,dossier_event,document,payment,consultation,handover,portal_outbox,applicant,request,
    dossier_number,dossier_event_2018,dossier_event_other}'::text[]) AS t WHERE q NOT LIKE '%day%' OR t = 'dossier_number';
SELECT test.same('case tables that can be read', (SELECT string_agg(c.relname, ' ') FROM pg_class c
  WHERE c.relnamespace = 'motcua'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND has_any_column_privilege(c.oid, 'SELECT')
    AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'dossier_id')), NULL);
SELECT test.refused('42501', $$EXPLAIN (ANALYZE) SELECT FROM motcua.dossier WHERE applicant_search >= 'tran van b' AND applicant_search < 'tran van c'$$);
SELECT test.refused('42501', $$SELECT FROM motcua.applicant WHERE unit_id = 121 AND name = 'tran van be'$$);
SELECT test.same('statistics', (SELECT count(*) FROM pg_stats WHERE schemaname = 'motcua' AND tablename IN ('standing', 'application', 'dossier_event', 'applicant')), 0::bigint);
SELECT test.refused('42501', $$COPY (SELECT 1) TO PROGRAM 'cat'$$);
SELECT test.refused('42501', $$SELECT pg_read_file('pg_hba.conf')$$);
SELECT test.refused('42501', 'SELECT * FROM pg_authid');

-- What the door gives.
SELECT test.refused('MC001', $$SELECT motcua.load('H26.2.1-180702-0001')$$);
SELECT test.refused('MC001', $$SELECT motcua.case_named('H26.2.1-180702-0001')$$);
SELECT test.refused('MC001', $$SELECT motcua.dossier_named('H26.2.1-180702-0001')$$);
SELECT test.same('load_many', (SELECT count(*) FROM motcua.load_many(ARRAY[:mine, :theirs])), 1::bigint);
SELECT test.same('my events', (SELECT count(*) FROM motcua.events_of(:mine)), 2::bigint);
SELECT test.same('their events', (SELECT count(*) FROM motcua.events_of(:theirs)), 0::bigint);
SELECT test.same('my name', (SELECT count(*) FROM motcua.dossiers_of_applicant('nguyen van hoa', 50)), 1::bigint);
SELECT test.same('their name', (SELECT count(*) FROM motcua.dossiers_of_applicant('tran van be', 50)), 0::bigint);
SELECT test.same('all names', (SELECT count(*) FROM motcua.dossiers_of_applicant('', 50)), 1::bigint);
SELECT test.same('open ones', (SELECT sum(open) FROM motcua.open_dossiers()), 1::numeric);
SELECT test.same('my own', (SELECT (d).applicant_name FROM motcua.case_named('0001')), 'Nguyễn Văn Hoà');

-- What the server has read for a query is counted for everybody: rows and pages. A name that somebody else's applicant
-- bears must not be told from one that nobody bears.
CREATE FUNCTION pg_temp.rows_read() RETURNS numeric LANGUAGE sql VOLATILE AS $$
  SELECT sum(pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid)) FROM pg_class c
    WHERE c.relnamespace = 'motcua'::regnamespace AND c.relkind IN ('r', 'i')
$$;
CREATE FUNCTION pg_temp.pages_read(p_sql text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE v json;
BEGIN
  EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ' || p_sql INTO v;
  RETURN (v #>> '{0,Plan,Shared Hit Blocks}')::int + (v #>> '{0,Plan,Shared Read Blocks}')::int;
END
$$;
CREATE FUNCTION pg_temp.cost_of(p_sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v numeric; v_pages int;
BEGIN
  v_pages := pg_temp.pages_read(p_sql);  -- what is read once for a session
  v := pg_temp.rows_read();
  v_pages := pg_temp.pages_read(p_sql);
  RETURN format('%s rows, %s pages', pg_temp.rows_read() - v, v_pages);
END
$$;
SELECT test.same(there, pg_temp.cost_of(format(q, there)), pg_temp.cost_of(format(q, nowhere))) FROM (VALUES
  ('SELECT FROM motcua.dossiers_of_applicant(%L, 50)', 'tran van be', 'pham van be'), ('SELECT FROM motcua.dossiers_of_applicant(%L, 50)', 't', 'p'),
  ('SELECT FROM motcua.dossiers_of_applicant(%L, 50)', 'van be', 'van bi'), ('SELECT FROM motcua.dossiers_of_applicant(%L, 50)', 'be', 'bi')) AS x (q, there, nowhere);
SELECT test.same('what is mine is read', pg_temp.cost_of($$SELECT FROM motcua.dossiers_of_applicant('nguyen van hoa', 50)$$)
  <> pg_temp.cost_of($$SELECT FROM motcua.dossiers_of_applicant('pham van be', 50)$$), true);
