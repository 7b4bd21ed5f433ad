-- Openings in the walls: somebody besides the owner and the door may write what belongs to dossiers,
-- row-level security is off, or PUBLIC has something.
SELECT c.relname AS code, CASE
    WHEN x.grantee IS NOT NULL THEN format('%s has %s on it', coalesce(nullif(pg_get_userbyid(x.grantee), 'unknown (OID=0)'), 'PUBLIC'), x.privilege_type)
    ELSE 'row-level security is off' END AS what
  FROM pg_class c
  LEFT JOIN LATERAL (
    SELECT a.grantee, a.privilege_type FROM aclexplode(c.relacl) AS a
      WHERE a.grantee <> c.relowner
        AND (a.grantee = 0
             OR a.privilege_type <> 'SELECT' AND a.grantee <> to_regrole(motcua.capability_role('door')))
  ) AS x ON true
  WHERE c.relnamespace = 'motcua'::regnamespace AND c.relkind IN ('r', 'p', 'v')
    AND (x.grantee IS NOT NULL
         OR c.relname IN ('dossier', 'dossier_event', 'document', 'payment', 'consultation', 'handover', 'timer', 'portal_outbox')
            AND NOT c.relrowsecurity)
UNION ALL
SELECT p.oid::regprocedure::text, 'PUBLIC may call it'
  FROM pg_proc p
  WHERE p.pronamespace = 'motcua'::regnamespace
    AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) AS a WHERE a.grantee = 0))
UNION ALL
SELECT m.rolname::text, format('is in %s', g.rolname)
  FROM pg_auth_members x JOIN pg_roles g ON g.oid = x.roleid JOIN pg_roles m ON m.oid = x.member
  WHERE g.rolname IN (motcua.capability_role('owner'), motcua.capability_role('door')) AND m.rolcanlogin AND NOT m.rolsuper
    AND starts_with(m.rolname, motcua.prefix() || '_');
