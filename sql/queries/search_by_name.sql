-- Dossiers by the applicant's name or a beginning or an ending of it, whatever its accents, case and tone
-- placement: "nguyen van hoa", "van hoa", "Nguyễn V".
--
--   $1 text  what was typed
--   $2 int   rows at most
--
-- Served by dossier_applicant and dossier_applicant_rev: two ranges of "C" text, which row-level security
-- lets through to the index. Newest first among those found.
WITH typed AS MATERIALIZED (
  SELECT motcua.fold($1::text) COLLATE "C" AS low, motcua.reverse_words(motcua.fold($1::text)) COLLATE "C" AS low_rev
), found AS (
  (SELECT d.dossier_id FROM motcua.dossier d
     WHERE d.applicant_search >= (SELECT low FROM typed)
       AND d.applicant_search < (SELECT low || U&'\+10FFFF' FROM typed)
     ORDER BY d.applicant_search, d.dossier_id LIMIT $2::int)
  UNION
  (SELECT d.dossier_id FROM motcua.dossier d
     WHERE d.applicant_rev >= (SELECT low_rev FROM typed)
       AND d.applicant_rev < (SELECT low_rev || U&'\+10FFFF' FROM typed)
     ORDER BY d.applicant_rev, d.dossier_id LIMIT $2::int)
)
SELECT d.dossier_id, d.code, d.version, d.procedure_code, p.name AS procedure_name, d.applicant_name,
       d.state, s.label AS state_label, d.holder, u.code AS holder_code, u.name AS holder_name, d.received_at, d.due_at, d.clock,
       d.ended_at, d.outcome
  FROM found
  JOIN motcua.dossier d USING (dossier_id)
  JOIN motcua.procedure p ON p.code = d.procedure_code
  JOIN motcua.workflow_state s ON s.version_id = d.workflow_version AND s.state = d.state
  JOIN motcua.unit u ON u.id = d.holder
  ORDER BY d.dossier_id DESC
  LIMIT $2::int;
