-- The queries of the desk, run as staff from their files' own text. The working directory is sql/queries.
\set inbox_page `cat inbox_page.sql`
\set inbox_arriving `cat inbox_arriving.sql`
\set inbox_sent `cat inbox_sent.sql`
\set inbox_consultations `cat inbox_consultations.sql`
\set history `cat history.sql`
\set dossier_show `cat dossier_show.sql`
\set search_by_name `cat search_by_name.sql`
\set receipt `cat receipt.sql`
\set workflow_list `cat workflow_list.sql`
SELECT motcua.set_training_clock('2018-07-10 09:00+07');
PREPARE inbox_page (int, timestamptz, bigint) AS :inbox_page
PREPARE inbox_arriving (int, timestamptz, bigint) AS :inbox_arriving
PREPARE inbox_sent (int, timestamptz, bigint) AS :inbox_sent
PREPARE inbox_consultations (int, timestamptz, bigint) AS :inbox_consultations
PREPARE history (bigint) AS :history
PREPARE dossier_show (text) AS :dossier_show
PREPARE search_by_name (text, int) AS :search_by_name
PREPARE receipt (bigint) AS :receipt
PREPARE workflow_list (text) AS :workflow_list

-- What the prepared statements return, where SQL can look at it.
CREATE FUNCTION test.rows_of(p_query text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE r record; v text[] := '{}';
BEGIN
  FOR r IN EXECUTE 'EXECUTE ' || p_query LOOP v := v || r.code; END LOOP;
  RETURN v;
END
$$;
GRANT EXECUTE ON FUNCTION test.rows_of(text) TO PUBLIC;

SELECT array_agg(code ORDER BY due_at, dossier_id)::text AS mine FROM motcua.dossier WHERE holder = 111 AND ended_at IS NULL AND pending_unit IS NULL \gset
SELECT test.as_staff('lan') \gset
SELECT test.same('soonest due first, none without date before one with', test.rows_of($$inbox_page(100, '-infinity', 0)$$)::text, :'mine');
SELECT test.same('more than a page', cardinality(test.rows_of($$inbox_page(100, '-infinity', 0)$$)) > 3, true);
-- Pages of two, strung together, are the whole.
DO $$
DECLARE r record; v_all text[] := '{}'; v_due timestamptz := '-infinity'; v_id bigint := 0; v_before int;
BEGIN
  LOOP
    v_before := cardinality(v_all);
    FOR r IN EXECUTE format('EXECUTE inbox_page(2, %L, %s)', v_due, v_id) LOOP
      v_all := v_all || r.code; v_due := r.due_key; v_id := r.dossier_id;
    END LOOP;
    EXIT WHEN cardinality(v_all) = v_before;
  END LOOP;
  PERFORM test.same('pages', v_all, test.rows_of($q$inbox_page(100, '-infinity', 0)$q$));
END
$$;
RESET ROLE;
SELECT test.receive('lan', 111, 'Hồ Xuân Hương') AS id \gset
SELECT code AS code FROM motcua.dossier WHERE dossier_id = :id \gset
SELECT test.step('lan', :id, 'forward', 'appraisal') \gset
SELECT test.as_staff('lan') \gset
SELECT test.same('sent is not mine to do', :'code' = ANY (test.rows_of($$inbox_page(100, '-infinity', 0)$$)), false);
SELECT test.same('sent', :'code' = ANY (test.rows_of($$inbox_sent(100, '-infinity', 0)$$)), true);
SELECT test.as_staff('minh') \gset
SELECT test.same('arriving', :'code' = ANY (test.rows_of($$inbox_arriving(100, '-infinity', 0)$$)), true);
SELECT test.as_staff('dung') \gset
SELECT test.same('not for the leader to take', test.rows_of($$inbox_arriving(100, '-infinity', 0)$$), '{}');
RESET ROLE;
SELECT test.step('minh', :id, 'take', 'appraisal') \gset
SELECT test.step('minh', :id, 'assign', 'appraisal', '{"assignee":10}') \gset
SELECT test.as_staff('minh') \gset
SELECT test.same('given to a colleague', :'code' = ANY (test.rows_of($$inbox_page(100, '-infinity', 0)$$)), false);
SELECT test.as_staff('sau') \gset
SELECT test.same('given to me', :'code' = ANY (test.rows_of($$inbox_page(100, '-infinity', 0)$$)), true);
RESET ROLE;
SELECT test.step('sau', :id, 'consult', 'consulted') \gset
SELECT test.as_staff('binh') \gset
SELECT test.same('asked', test.rows_of($$inbox_consultations(100, '-infinity', 0)$$), ARRAY[:'code']);
SELECT test.same('a consulted unit sees it', test.rows_of(format('dossier_show(%L)', :'code')), ARRAY[:'code']);
SELECT test.as_staff('tuan') \gset
SELECT test.refused('MC001', format('EXECUTE dossier_show(%L)', :'code'));
SELECT test.same('nothing is mine', test.rows_of($$inbox_page(100, '-infinity', 0)$$), '{}');
RESET ROLE;
-- History and receipt of what one may see, and the number of the open ones among that.
CREATE FUNCTION test.count_of(p_query text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE r record; n int := 0;
BEGIN
  FOR r IN EXECUTE 'EXECUTE ' || p_query LOOP n := n + 1; END LOOP;
  RETURN n;
END
$$;
GRANT EXECUTE ON FUNCTION test.count_of(text) TO PUBLIC;
CREATE FUNCTION test.open_of(p_query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE r record; n bigint := 0;
BEGIN
  FOR r IN EXECUTE 'EXECUTE ' || p_query LOOP n := n + r.open; END LOOP;
  RETURN n;
END
$$;
GRANT EXECUTE ON FUNCTION test.open_of(text) TO PUBLIC;
SELECT count(*) FILTER (WHERE 111 = ANY (participants) OR pending_unit = 111) AS ours, count(*) AS all
  FROM motcua.dossier WHERE ended_at IS NULL \gset
SELECT test.as_staff(who), test.same(who || ' reads the history', test.count_of(format('history(%s)', :id)), n),
    test.same(who || ' reads the receipt', test.rows_of(format('receipt(%s)', :id)), CASE WHEN n > 0 THEN ARRAY[:'code'] ELSE '{}' END)
  FROM (VALUES ('lan', 5), ('binh', 5), ('kiem', 5), ('tuan', 0)) AS x (who, n);
SELECT test.as_staff('lan'), test.same('open ones of ours', test.open_of('workflow_list(NULL)'), :ours::bigint);
SELECT test.as_staff('kiem'), test.same('open ones of all', test.open_of('workflow_list(NULL)'), :all::bigint);
SELECT test.as_staff('kiem'), test.same('the auditor finds by name', 'H26.1.1-180702-0001' = ANY (test.rows_of($$search_by_name('nguyen van hoa', 50)$$)), true);
RESET ROLE;
SELECT test.as_staff('lan') \gset
-- By name: without accents, either tone placement, a beginning, an ending.
SELECT test.same(q, 'H26.1.1-180702-0001' = ANY (test.rows_of(format('search_by_name(%L, 50)', q))), true)
  FROM unnest('{nguyen van hoa,Nguyễn Văn Hoà,Nguyễn Văn Hòa,NGUYEN V,van hoa,hoa,Hòa}'::text[]) AS q;
SELECT test.same(q, 'H26.1.1-180702-0001' = ANY (test.rows_of(format('search_by_name(%L, 50)', q))), false)
  FROM unnest('{nguyen hoa,tran,oa}'::text[]) AS q;
SELECT test.as_staff('tuan') \gset
SELECT test.same('not another''s', test.rows_of($$search_by_name('nguyen van hoa', 50)$$), '{}');
RESET ROLE;
