-- What a counter must know before it decides a reception, in one row: the version in force, who receives, the units
-- that were named, and what holder rules may come upon from there.
--
--   $1 text  the procedure's code
--   $2 text  the unit that receives, by code or name; null for the actor's own
--   $3 text  the unit of the applicant's address, by code or name; null where none is named
--   $4 int[] units that are known already
--
-- Small tables, read by their keys; units by code, or by the index on their names.
SELECT p.code IS NOT NULL AS is_procedure, v.id AS version, v.definition, motcua.now() AS now, w.staff, w.username, w.name, w.service, w.login,
       a.units, a.roles, n.unit_ids, n.address_ids,
       motcua.units_around($4::int[] || n.unit_ids || n.address_ids || CASE WHEN $2::text IS NULL AND $4 = '{}' THEN w.units ELSE '{}' END) AS around
  FROM (SELECT motcua.units_called($2::text) AS unit_ids, motcua.units_called($3::text) AS address_ids) AS n
  CROSS JOIN motcua.whoami() AS w
  CROSS JOIN motcua.my_assignments($4::int[] || n.unit_ids) AS a
  LEFT JOIN motcua.procedure p ON p.code = $1::text
  LEFT JOIN motcua.workflow_version v ON v.procedure_code = p.code AND v.status = 'published';
