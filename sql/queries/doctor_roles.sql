-- Roles of the server that are not as the tables say: who may log in, who is in what, who is more than they may be.
-- (The owner, and whoever owns the database, is in whatever it made.) And days until which memberships are taken for
-- right that are not those of the assignments, whether of the day they were settled for or of today.
WITH mine AS (
  SELECT r.*, r.rolname = motcua.capability_role('owner') AS is_owner, coalesce(s.active, false) AS logs_in
    FROM motcua.roles_of_installation() i JOIN pg_roles r ON r.rolname = i.role_name
    LEFT JOIN motcua.staff s ON s.role_name = i.role_name
), held AS (
  SELECT g.rolname::text AS held, m.rolname::text AS holder, bool_or(x.admin_option) AS may_grant
    FROM pg_auth_members x JOIN pg_roles g ON g.oid = x.roleid JOIN pg_roles m ON m.oid = x.member
    WHERE (x.roleid IN (SELECT oid FROM mine) OR x.member IN (SELECT oid FROM mine))
      -- (A login that runs services is no role of the installation's: docs/operations.md.)
      AND NOT (g.rolname = motcua.capability_role('service') AND x.member NOT IN (SELECT oid FROM mine))
      AND NOT (x.roleid IN (SELECT oid FROM mine) AND (m.rolsuper AND x.member NOT IN (SELECT oid FROM mine)
        OR x.member IN (SELECT oid FROM mine WHERE is_owner)
        OR x.member = (SELECT datdba FROM pg_database WHERE datname = current_database())))
    GROUP BY 1, 2
)
SELECT coalesce(h.holder, w.holder) AS code, CASE
    WHEN w.held IS NULL THEN format('is in %s, which nothing explains', h.held)
    WHEN h.held IS NULL THEN format('is not in %s', w.held)
    ELSE format('may put others into %s', h.held) END AS what
  FROM held h FULL JOIN motcua.memberships() w ON w.held = h.held AND w.holder = h.holder
  WHERE h.held IS NULL OR w.held IS NULL OR h.may_grant
UNION ALL
SELECT r.rolname, format('is %s', concat_ws(', ',
         CASE WHEN r.rolsuper THEN 'a superuser' END, CASE WHEN r.rolbypassrls THEN 'beyond row-level security' END,
         CASE WHEN r.rolcreaterole AND NOT r.is_owner THEN 'allowed to make roles' END,
         CASE WHEN r.rolcreatedb THEN 'allowed to make databases' END, CASE WHEN r.rolreplication THEN 'allowed to replicate' END,
         CASE WHEN r.rolcanlogin AND NOT r.logs_in AND NOT r.rolname LIKE motcua.staff_role('%') THEN 'a login' END))
  FROM mine r
  WHERE r.rolsuper OR r.rolbypassrls OR r.rolcreaterole AND NOT r.is_owner OR r.rolcreatedb OR r.rolreplication
     OR r.rolcanlogin AND NOT r.logs_in AND NOT starts_with(r.rolname, motcua.staff_role(''))
UNION ALL
SELECT s.role_name, CASE WHEN r.oid IS NULL THEN 'there is no such role' WHEN s.active THEN 'cannot log in' ELSE 'can log in, and is not active' END
  FROM motcua.staff s LEFT JOIN pg_roles r ON r.rolname = s.role_name
  WHERE r.oid IS NULL OR r.rolcanlogin <> s.active
UNION ALL
SELECT c, 'there is no such role'
  FROM (SELECT motcua.capability_role(x.name) FROM motcua.capability x
        UNION ALL SELECT motcua.unit_role(id) FROM motcua.unit UNION ALL SELECT motcua.oversight_role(id) FROM motcua.unit) AS wanted (c)
  WHERE to_regrole(quote_ident(c)) IS NULL
UNION ALL
SELECT s.role_name, format('its memberships are taken for right until %s, by its assignments until %s', coalesce(s.stale_on::text, 'ever'),
         coalesce(a.today::text, 'ever'))
  FROM motcua.staff s, (SELECT day AS settled, motcua.local_date(motcua.now()) AS today FROM motcua.settled_day) AS d,
  LATERAL (SELECT min(x.valid_to) FILTER (WHERE x.valid_from <= d.settled AND x.valid_to > d.settled) AS settled,
                  min(x.valid_to) FILTER (WHERE x.valid_from <= d.today AND x.valid_to > d.today) AS today
             FROM motcua.assignment x WHERE x.staff_id = s.id) AS a
  WHERE s.stale_on IS DISTINCT FROM a.settled AND s.stale_on IS DISTINCT FROM a.today;
