-- What a clerk may set in their own session before they knock: the door reads, checks and writes as ever. (Nothing here
-- is written with a backslash, which these settings would change for the test as well.)
SET standard_conforming_strings = off;
SET backslash_quote = on;
SET escape_string_warning = off;
SET TimeZone = 'Pacific/Chatham';
SET DateStyle = 'German, DMY';
SET IntervalStyle = sql_standard;
SET bytea_output = escape;
SET extra_float_digits = -15;
SET array_nulls = off;
SET transform_null_equals = on;
SET quote_all_identifiers = on;
SET xmloption = document;
SET lc_monetary = 'C'; SET lc_numeric = 'C'; SET lc_time = 'C';
DISCARD PLANS;
-- What one may call oneself, first, so that it is kept as it was parsed then.
SELECT motcua.reverse_words('van hoa'), motcua.fold('Hoà'), motcua.event_hash('', 1, 1, now(), 1, '', 1, '', '', '', '', 1, NULL, NULL, '{}', 1, '{}');
SELECT dossier_id AS mine, version AS at FROM motcua.load('H26.1.1-180702-0001') \gset
SELECT test.refused('MC010', format('SELECT motcua.act_on(%s, %s, ''refuse'', ''refused'', %L)', :mine, :at, json_build_object('reason', blank)))
  FROM unnest(ARRAY[' ', chr(160), chr(8195), '']) AS blank;
SELECT test.refused('MC010', format('SELECT motcua.act_on(%s, %s, ''note'', ''received'', %L)', :mine, :at, p))
  FROM unnest(ARRAY['{"text":" "}', '{"text":"x","feeDue":1e5}', '{"text":"x","text":"y"}', '{"text":"x","assignee":-1}', '{"text":"x","until":"d"}',
    '{"text":"x","data":{"a":[1]}}']) AS p;
SELECT test.refused('MC010', format('SELECT motcua.receive(1, %L)', replace(test.receipt(111, 'A'), '75000', n)))
  FROM unnest(ARRAY['1e5', '75000.5', '-1', '"7"']) AS n;
SELECT test.refused('MC010', format('SELECT motcua.receive(1, %L)', test.receipt(111, n))) FROM unnest(ARRAY[' ', chr(160), chr(8203) || chr(8203)]) AS n;
-- Times are told in the city's zone, whatever the caller's is.
SELECT test.same('zone', (SELECT string_agg(right(m.detail::jsonb ->> 'at', 6), ',') FROM motcua.act_many(ARRAY[:mine, :mine], '{0,0}', '{note,note}',
  '{received,received}', '{"{}","{}"}') AS m WHERE m.detail::jsonb ? 'at'), '+07:00');
-- These are good; that they are kept as by anybody else is the doctor's to find.
SELECT code FROM motcua.receive(1, test.receipt(111, 'Lê Văn Chín'));
SELECT count(*) FROM motcua.receive_many('{1,1}', ARRAY[test.receipt(111, 'Lê Văn Mười'), test.receipt(111, 'Lê Văn Tám')]);
SELECT seq FROM motcua.act_on(:mine, :at, 'attach', 'received', format('{"documents":[{"name":"x","sha256":"%s"}]}', repeat('0a', 32)));
SELECT seq FROM motcua.act_on(:mine, :at + 1, 'forward', 'appraisal', '{}');
SELECT test.same('found', (SELECT count(*) FROM motcua.dossiers_of_applicant('chin', 9)), 1::bigint);
SELECT test.same('by its end', (SELECT code FROM motcua.load('0001')), 'H26.1.1-180702-0001');
RESET ALL;
-- Whatever runs in another's right has its settings; what runs in the caller's is parsed, or says the same either way.
SELECT test.same('settings of the door', (SELECT string_agg(p.proname, ' ') FROM pg_proc p WHERE p.pronamespace = 'motcua'::regnamespace
  AND p.prosecdef AND NOT coalesce(p.proconfig, '{}') @> '{standard_conforming_strings=on,TimeZone=Asia/Ho_Chi_Minh}'), NULL);
SELECT test.same('bodies that can be bent', (SELECT string_agg(p.proname, ' ') FROM pg_proc p WHERE p.pronamespace = 'motcua'::regnamespace
  AND NOT p.prosecdef AND p.prosqlbody IS NULL AND p.prosrc LIKE '%' || chr(92) || chr(92) || '%' AND has_function_privilege(p.oid, 'EXECUTE')), NULL);
