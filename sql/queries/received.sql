-- Receives an application, and tells what stands on its receipt (form 01; see receipt.sql for one that is printed again).
--
--   $1 int   the workflow version
--   $2 text  the payload
--   $3 text  the request's id, or null
SELECT a.*, p.code AS procedure_code, p.name AS procedure_name, l.amount AS legal_amount, l.unit AS legal_unit,
       u.code AS unit_code, u.name AS unit_name, u.department IS NOT NULL AS is_department,
       s.username AS clerk_username, s.name AS clerk
  FROM motcua.receive($1::int, $2::text, $3::text) AS a
  JOIN motcua.procedure p ON p.code = a.payload::json #>> '{reception,procedure}'
  LEFT JOIN motcua.workflow_legal_time l
    ON l.version_id = a.workflow_version AND l.channel = a.payload::json #>> '{reception,channel}'
  JOIN motcua.unit u ON u.id = a.unit
  JOIN motcua.staff s ON s.id = a.actor;
