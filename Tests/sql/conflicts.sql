-- 200 notes on ten shared dossiers at the version seen a moment ago, half one by one, half in tens.
CREATE FUNCTION pg_temp.one(p_no int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE d record;
BEGIN
  SELECT dossier_id, version INTO d FROM motcua.dossiers_of_applicant('nguoi', 50) ORDER BY dossier_id OFFSET p_no LIMIT 1;
  PERFORM motcua.act_on(d.dossier_id, d.version, 'note', 'received', '{"text":"x"}');
  RETURN 'won';
EXCEPTION WHEN SQLSTATE 'MC002' THEN
  RETURN SQLSTATE;
END
$$;
SELECT CASE WHEN n % 11 > 0 THEN format('SELECT pg_temp.one(%s)', floor(random() * 10))
  ELSE
    'SELECT coalesce(a.sqlstate, ''won'') FROM (SELECT array_agg(dossier_id ORDER BY random()) AS ids FROM motcua.dossiers_of_applicant(''nguoi'', 50)) i,
       LATERAL (SELECT array_agg(d.version ORDER BY k) AS versions FROM unnest(i.ids) WITH ORDINALITY AS x (id, k) JOIN motcua.load_many(i.ids) AS d ON d.dossier_id = x.id) v,
       LATERAL motcua.act_many(i.ids, v.versions, array_fill(''note''::text, ''{10}''), array_fill(''received''::text, ''{10}''), array_fill(''{"text":"x"}''::text, ''{10}'')) a'
  END
  FROM generate_series(1, 110) AS n \gexec
