-- Staff have been given the right to read the case tables, by a slip: row-level security still shows no others' rows.
SELECT dossier_id AS mine FROM motcua.dossier \gset
SELECT test.same('dossiers', (SELECT string_agg(code, ',') FROM motcua.dossier), 'H26.1.1-180702-0001');
SELECT test.same(t, (xpath('//n/text()', query_to_xml(format('SELECT count(*) AS n FROM motcua.%I WHERE dossier_id <> %s', t, :mine), false, false, '')))[1]::text, '0')
  FROM unnest('{dossier,standing,application,dossier_event,document,payment,consultation,handover,portal_outbox,applicant}'::text[]) AS t;
SELECT test.same('my events', (SELECT count(*) FROM motcua.dossier_event), 2::bigint);
SELECT test.refused('42501', 'SELECT * FROM motcua.dossier_event_2018');
SELECT test.refused('42501', 'SET row_security = off; SELECT * FROM motcua.dossier');
SELECT test.refused('42501', 'SELECT * FROM motcua.dossier FOR UPDATE');
SELECT test.same('statistics', (SELECT count(*) FROM pg_stats WHERE schemaname = 'motcua' AND tablename IN ('standing', 'application')), 0::bigint);
-- A function that tells what it is shown, and costs nothing, is not shown other rows.
CREATE TEMP TABLE seen (name text);
CREATE FUNCTION pg_temp.look(p text) RETURNS bool LANGUAGE plpgsql COST 0.0001 AS $$
BEGIN INSERT INTO seen VALUES (p); RETURN true; END $$;
SELECT count(*) FROM motcua.dossier WHERE pg_temp.look(applicant_name);
SELECT count(*) FROM motcua.application WHERE pg_temp.look(applicant_name);
SELECT count(*) FROM motcua.dossier_event WHERE pg_temp.look(payload::text);
SELECT count(*) FROM motcua.applicant WHERE pg_temp.look(name);
SELECT test.same('leaked', (SELECT count(*) FROM seen WHERE name ~* 'B[ée]$' OR name LIKE '%Bé%'), 0::bigint);
SELECT test.same('shown', (SELECT count(*) FROM seen), 5::bigint);

-- Functions, types and operators in a schema of one's own, should one ever have one, called like those that
-- row-level security asks: it asks the server's.
SET search_path = lair, motcua, pg_catalog;
CREATE FUNCTION lair.pg_has_role(oid, text) RETURNS bool LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION lair.pg_has_role(name, oid, text) RETURNS bool LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION lair.to_regrole(text) RETURNS regrole LANGUAGE sql AS $$ SELECT 'shop_u_111'::regrole $$;
CREATE FUNCTION lair.append(text, text) RETURNS text LANGUAGE sql AS $$ SELECT 'shop_u_111'::text $$;
CREATE OPERATOR lair.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = lair.append);
CREATE FUNCTION lair.never(date, date) RETURNS bool LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR lair.<= (LEFTARG = date, RIGHTARG = date, FUNCTION = lair.never);
CREATE FUNCTION lair.current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT 'shop_s_tuan'::text $$;
CREATE DOMAIN lair.oid AS pg_catalog.oid DEFAULT 1;
SELECT test.same('my own functions show no more', (SELECT count(*) FROM motcua.dossier), 1::bigint);
SELECT test.same('nor make another unit mine', motcua.took_part('{121}'), false);
SELECT test.same('nor another role act', motcua.acting_role(), 'shop_s_lan');
