-- Openings in the walls: whatever of the schema is not as the migrations made it, from owners and privileges (of
-- columns, too) to policies, constraints and the bodies of functions. And ways around them that lie outside the schema:
-- what there is done, or shown, in the right of somebody who may read dossiers. (What others own shows nothing by itself;
-- what belongs to an extension is the extension's.)
WITH now AS MATERIALIZED (SELECT * FROM motcua.shape()),
wanted AS (
  -- A year of the history has to be as the partition of all other years is.
  SELECT o.object, b.aspect, b.value FROM (SELECT DISTINCT object, model FROM now WHERE object <> model) AS o
    JOIN motcua.built b ON b.object = o.model
  UNION ALL
  SELECT b.object, b.aspect, b.value FROM motcua.built b
)
SELECT coalesce(n.object, w.object) AS code,
       format('%s: %s, built as %s', coalesce(n.aspect, w.aspect), coalesce(n.value, 'none'), coalesce(w.value, 'none')) AS what
  FROM now n FULL JOIN wanted w ON w.object = n.object AND w.aspect = n.aspect
  WHERE n.value IS DISTINCT FROM w.value
UNION ALL
SELECT x.name, format('%s of %s, who may read dossiers, outside the schema', x.what, pg_get_userbyid(x.owner))
  FROM (
    SELECT p.oid::regprocedure::text AS name, 'acts in the right' AS what, p.proowner AS owner, p.pronamespace AS schema,
           'pg_proc'::regclass AS class, p.oid
      FROM pg_proc p WHERE p.prosecdef
    UNION ALL
    SELECT c.oid::regclass::text, 'shows what is in the schema in the right', c.relowner, c.relnamespace, 'pg_class'::regclass, c.oid
      FROM pg_class c
      WHERE c.relkind IN ('v', 'm') AND coalesce(array_to_string(c.reloptions, ' '), '') !~ 'security_invoker=(true|on|1|yes)'
        AND EXISTS (SELECT FROM pg_rewrite w JOIN pg_depend k ON k.classid = 'pg_rewrite'::regclass AND k.objid = w.oid
                      WHERE w.ev_class = c.oid AND (
                        k.refclassid = 'pg_class'::regclass AND k.refobjid IN (SELECT oid FROM pg_class WHERE relnamespace = 'motcua'::regnamespace)
                        OR k.refclassid = 'pg_proc'::regclass AND k.refobjid IN (SELECT oid FROM pg_proc WHERE pronamespace = 'motcua'::regnamespace)))
  ) AS x
  WHERE x.schema NOT IN ('motcua'::regnamespace, 'pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    AND NOT EXISTS (SELECT FROM pg_depend k WHERE k.classid = x.class AND k.objid = x.oid AND k.deptype = 'e')
    AND EXISTS (SELECT FROM unnest('{owner,door,auditor}'::text[]) AS c
                  WHERE pg_has_role(x.owner, to_regrole(quote_ident(motcua.capability_role(c)))::oid, 'MEMBER'))
UNION ALL
SELECT 'installation', format('its roles begin with "%s", the record says "%s"', motcua.prefix(), i.prefix)
  FROM motcua.installation i WHERE i.prefix <> motcua.prefix()
UNION ALL
SELECT 'installation', format('is recorded as %s, and was not made so', i.kind)
  FROM motcua.installation i WHERE (i.kind = 'training') <> (to_regclass('motcua.training_clock') IS NOT NULL)
  ORDER BY 1, 2;
