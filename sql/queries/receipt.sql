-- What stands on a dossier's receipt (form 01): the facts of its first event, as they were then.
--
--   $1 bigint  dossier_id
--
-- Served by the primary key of dossier_event.
SELECT d.code, d.procedure_code, p.name AS procedure_name, l.amount AS legal_amount, l.unit AS legal_unit,
       u.code AS unit_code, u.name AS unit_name, u.department IS NOT NULL AS is_department, e.at, e.due, e.payload,
       s.username AS clerk_username, s.name AS clerk
  FROM motcua.dossier d
  JOIN motcua.dossier_event e ON e.dossier_id = d.dossier_id AND e.seq = 1
  JOIN motcua.procedure p ON p.code = d.procedure_code
  LEFT JOIN motcua.workflow_legal_time l ON l.version_id = e.workflow_version AND l.channel = d.channel
  JOIN motcua.unit u ON u.id = d.reception
  JOIN motcua.staff s ON s.id = e.actor
  WHERE d.dossier_id = $1::bigint;
