-- What stands on a dossier's receipt (form 01): the facts of its first event, as they were then.
--
--   $1 bigint  dossier_id
SELECT e.payload ->> 'code' AS code, p.code AS procedure_code, p.name AS procedure_name, l.amount AS legal_amount,
       l.unit AS legal_unit, u.code AS unit_code, u.name AS unit_name, u.department IS NOT NULL AS is_department, e.at,
       e.due, e.payload, s.username AS clerk_username, s.name AS clerk
  FROM motcua.events_of($1::bigint) AS e
  JOIN motcua.procedure p ON p.code = e.payload #>> '{reception,procedure}'
  LEFT JOIN motcua.workflow_legal_time l
    ON l.version_id = e.workflow_version AND l.channel = e.payload #>> '{reception,channel}'
  JOIN motcua.unit u ON u.id = e.unit
  JOIN motcua.staff s ON s.id = e.actor
  WHERE e.seq = 1;
