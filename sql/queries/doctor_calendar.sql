-- Days and hours that are not what holidays, office hours and policy make of them: somebody changed what is derived,
-- or the data and did not derive anew.
WITH years AS (SELECT min(day) AS first, max(day) AS last FROM motcua.calendar_index)
SELECT coalesce(i.day, r.day)::text AS code, format('the calendar has %s, the data make it %s', i, r) AS what
  FROM motcua.calendar_index i
  FULL JOIN (SELECT d.* FROM years, motcua.derived_days(years.first, years.last) AS d) AS r ON r.day = i.day
  WHERE i IS DISTINCT FROM r
UNION ALL
(SELECT x.opens_at::text, format('the session %s is not what the data make', x)
   FROM (SELECT * FROM motcua.working_session
         EXCEPT ALL SELECT d.* FROM years, motcua.derived_sessions(years.first, years.last) AS d) AS x)
UNION ALL
(SELECT x.opens_at::text, format('the session %s is missing', x)
   FROM (SELECT d.* FROM years, motcua.derived_sessions(years.first, years.last) AS d WHERE years.first IS NOT NULL
         EXCEPT ALL SELECT * FROM motcua.working_session) AS x);
