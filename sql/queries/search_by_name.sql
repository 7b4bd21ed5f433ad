-- Dossiers by the applicant's name or a beginning or an ending of it, whatever its accents, case and tone
-- placement: "nguyen van hoa", "van hoa", "Nguyễn V".
--
--   $1 text  what was typed
--   $2 int   rows at most
--
-- Served by applicant's two indexes, unit by unit. Newest first among those found.
SELECT d.dossier_id, d.code, d.version, d.procedure_code, p.name AS procedure_name, d.applicant_name,
       d.state, s.label AS state_label, d.holder, u.code AS holder_code, u.name AS holder_name, d.received_at, d.due_at, d.clock,
       d.ended_at, d.outcome
  FROM motcua.dossiers_of_applicant($1::text, $2::int) AS d
  JOIN motcua.procedure p ON p.code = d.procedure_code
  JOIN motcua.workflow_state s ON s.version_id = d.workflow_version AND s.state = d.state
  JOIN motcua.unit u ON u.id = d.holder
  ORDER BY d.dossier_id DESC;
