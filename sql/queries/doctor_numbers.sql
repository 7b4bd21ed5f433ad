-- Registers with a gap: an agency's day whose codes are not 1, 2, 3 ... to the number it stands at; codes that do not
-- begin as those of the unit of reception do (units are dated, never changed).
SELECT coalesce(c.agency_code, n.agency_code) || '-' || to_char(coalesce(c.day, n.day), 'YYMMDD') AS code,
       format('%s dossiers, the highest number %s, the register stands at %s', coalesce(c.many, 0), coalesce(c.highest, 0),
         coalesce(n.last, 0)) AS what
  FROM (
    SELECT left(d.code, -length(m[1]) - 8) AS agency_code, to_date(m[2], 'YYMMDD') AS day,
           count(DISTINCT m[1]::int) AS many, max(m[1]::int) AS highest, count(*) AS dossiers
      FROM (SELECT d.code, ARRAY[split_part(d.code, '-', -1), split_part(d.code, '-', -2)] AS m FROM motcua.dossier d) AS d
      GROUP BY 1, 2
  ) AS c
  FULL JOIN motcua.dossier_number n ON n.agency_code = c.agency_code AND n.day = c.day
  WHERE (coalesce(c.many, 0), coalesce(c.highest, 0)) IS DISTINCT FROM (n.last, n.last) OR c.dossiers <> c.many
UNION ALL
SELECT d.code, format('was received at %s, whose codes begin with %s', u.code, u.agency_code)
  FROM motcua.dossier d JOIN motcua.unit u ON u.id = d.reception
  WHERE left(d.code, length(u.agency_code) + 1) <> u.agency_code || '-'
     OR strpos(ltrim(substr(d.code, length(u.agency_code) + 2), '0123456789'), '-') <> 1;
