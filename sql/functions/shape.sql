-- The shape of the schema as it stands, for motcua doctor.

-- A fact per row. model: the object of which this is one more: the years of the history come and go, and each
-- is as the partition of all other years. Names are written in full, whatever the search path of who asks.
CREATE OR REPLACE FUNCTION motcua.shape() RETURNS TABLE (object text, model text, aspect text, value text)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  WITH relation AS (
    SELECT c.*, CASE WHEN i.inhparent = 'motcua.dossier_event'::regclass THEN 'dossier_event_other' ELSE c.relname END AS model
      FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
      WHERE c.relnamespace = 'motcua'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
  ), routine AS (
    SELECT p.*, replace(p.oid::regprocedure::text, 'motcua.', '') AS name FROM pg_proc p
      WHERE p.pronamespace = 'motcua'::regnamespace
  ), granted (object, model, column_name, owner, acl) AS (
    SELECT 'schema motcua', 'schema motcua', NULL::name, nspowner, nspacl FROM pg_namespace WHERE nspname = 'motcua'
    UNION ALL SELECT relname, model, NULL, relowner,
        coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))
      FROM relation WHERE relkind <> 'c'
    UNION ALL SELECT r.relname, r.model, a.attname, r.relowner, a.attacl
      FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attacl IS NOT NULL
    UNION ALL SELECT name, name, NULL, proowner, coalesce(proacl, acldefault('f', proowner)) FROM routine
    UNION ALL SELECT 'whatever is made there by ' || pg_get_userbyid(defaclrole), 'schema motcua', NULL, defaclrole, defaclacl
      FROM pg_default_acl WHERE defaclnamespace = 'motcua'::regnamespace
  )
  SELECT g.object, g.model, 'privileges of ' || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END,
         string_agg(a.privilege_type || coalesce(' (' || g.column_name || ')', '') || CASE WHEN a.is_grantable THEN ' and may grant it' ELSE '' END,
           ', ' ORDER BY g.column_name NULLS FIRST, a.privilege_type)
    FROM granted g, aclexplode(g.acl) AS a WHERE a.grantee <> g.owner GROUP BY 1, 2, 3
  -- Who may put something in the way of unqualified names. (Of other schemas nothing here is looked up.)
  UNION ALL
  SELECT 'schema public', 'schema public', 'PUBLIC may create', 'yes' FROM pg_namespace n, aclexplode(n.nspacl) AS a
    WHERE n.nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE'
  UNION ALL
  SELECT 'schema motcua', 'schema motcua', 'owner', pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'motcua'
  UNION ALL
  SELECT r.relname, r.model, f.* FROM relation r, LATERAL (VALUES
      ('owner', pg_get_userbyid(r.relowner)::text),
      ('kind', r.relkind::text),
      ('row-level security', CASE WHEN r.relrowsecurity THEN 'on' ELSE 'off' END),
      ('options', array_to_string(r.reloptions, ' ')),
      ('view', CASE WHEN r.relkind IN ('v', 'm') THEN pg_get_viewdef(r.oid) END)) AS f (aspect, value)
    WHERE f.value IS NOT NULL
  UNION ALL
  SELECT r.relname, r.model, 'column ' || a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod),
         CASE WHEN a.attnotnull THEN 'not null' END, CASE WHEN a.attgenerated <> '' THEN 'generated' END,
         'default ' || pg_get_expr(d.adbin, d.adrelid))
    FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum WHERE r.relkind <> 'S'
  UNION ALL
  SELECT r.relname, r.model, 'constraint ' || replace(k.conname, r.relname, r.model),
         pg_get_constraintdef(k.oid) || CASE WHEN k.convalidated THEN '' ELSE ' not validated' END
    FROM relation r JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype <> 'n'
  UNION ALL
  SELECT r.relname, r.model, 'index ' || replace(i.indexrelid::regclass::text, r.relname, r.model),
         replace(pg_get_indexdef(i.indexrelid), r.relname, r.model) || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END
    FROM relation r JOIN pg_index i ON i.indrelid = r.oid
  UNION ALL
  SELECT r.relname, r.model, 'policy ' || p.polname, concat_ws(' ',
         CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END, 'for', p.polcmd::text,
         'to', (SELECT string_agg(CASE o WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(o) END, ', ' ORDER BY 1) FROM unnest(p.polroles) AS o),
         'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
    FROM relation r JOIN pg_policy p ON p.polrelid = r.oid
  UNION ALL
  SELECT r.relname, r.model, 'trigger ' || t.tgname, pg_get_triggerdef(t.oid) || CASE t.tgenabled WHEN 'O' THEN '' ELSE ' disabled' END
    FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
  UNION ALL
  SELECT DISTINCT r.relname, r.model, 'foreign keys', 'are not enforced'
    FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid AND t.tgisinternal AND t.tgenabled <> 'O'
  UNION ALL
  SELECT r.relname, r.model, 'rule ' || w.rulename, pg_get_ruledef(w.oid)
    FROM relation r JOIN pg_rewrite w ON w.ev_class = r.oid AND w.rulename <> '_RETURN'
  UNION ALL
  SELECT r.name, r.name, f.* FROM routine r JOIN pg_language l ON l.oid = r.prolang, LATERAL (VALUES
      ('owner', pg_get_userbyid(r.proowner)::text),
      ('manner', concat_ws(' ', l.lanname, r.prokind, r.provolatile, r.proparallel,
         CASE WHEN r.prosecdef THEN 'security definer' ELSE 'security invoker' END, CASE WHEN r.proisstrict THEN 'strict' END,
         CASE WHEN r.proleakproof THEN 'leakproof' END, 'returns', pg_get_function_result(r.oid), array_to_string(r.proconfig, ' '))),
      ('body', encode(sha256(convert_to(coalesce(pg_get_function_sqlbody(r.oid), r.prosrc), 'UTF8')), 'hex'))) AS f (aspect, value)
  UNION ALL
  SELECT a.routine, a.routine, 'access', a.runs_as || ' for ' || array_to_string(a.callers, ', ') FROM motcua.routine_access a
  UNION ALL
  SELECT a.relation, a.relation, 'access', concat_ws('; ', a.kind, 'door ' || a.door, 'auditor ' || a.auditor, 'staff ' || a.staff)
    FROM motcua.relation_access a
  UNION ALL
  SELECT 'file ' || f.name, 'file ' || f.name, 'checksum', encode(f.checksum, 'hex') FROM motcua.function_file f
  UNION ALL
  SELECT 'installation', 'installation', 'schema', concat_ws('; ', i.schema_version, i.oldest_program, i.release) FROM motcua.installation i
$$;
COMMENT ON FUNCTION motcua.shape() IS 'the schema as it stands, a fact per row; see motcua.built';

-- What the migrator calls when its migrations have run, and nothing else: not after a restore, which brings the record.
CREATE OR REPLACE FUNCTION motcua.record_shape() RETURNS void LANGUAGE sql AS $$
  DELETE FROM motcua.built;
  INSERT INTO motcua.built SELECT s.object, s.aspect, s.value FROM motcua.shape() AS s WHERE s.object = s.model;
$$;

-- Rows whose foreign key finds nothing. (Events have none: motcua doctor asks for their steps in its check of transitions.)
CREATE OR REPLACE FUNCTION motcua.broken_references() RETURNS TABLE (code text, what text) LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE k record;
BEGIN
  FOR k IN
    SELECT f.conrelid::regclass::text AS child, f.confrelid::regclass::text AS parent, c.keys, c.joined, c.filled
      FROM pg_constraint f, LATERAL (
        SELECT string_agg(format('a.%I', a.attname), ', ') AS keys, string_agg(format('b.%I = a.%I', b.attname, a.attname), ' AND ') AS joined,
               string_agg(format('a.%I IS NOT NULL', a.attname), ' AND ') AS filled
          FROM unnest(f.conkey, f.confkey) AS x (child, parent)
          JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = x.child
          JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = x.parent) AS c
      WHERE f.contype = 'f' AND f.connamespace = 'motcua'::regnamespace AND f.conparentid = 0
  LOOP
    RETURN QUERY EXECUTE format('SELECT %1$L::text, format(''%%s is in no row of %%s'', ROW(%3$s), %2$L) FROM %1$s a
      WHERE %5$s AND NOT EXISTS (SELECT FROM %2$s b WHERE %4$s)', k.child, k.parent, k.keys, k.joined, k.filled);
  END LOOP;
END
$$;
COMMENT ON FUNCTION motcua.broken_references() IS 'what foreign keys would refuse';
