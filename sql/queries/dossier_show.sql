-- One dossier as a person reads it: the row with the names of what it points to, its papers, payments,
-- consultations and handovers, in one row.
--
--   $1 text  its code or any unambiguous end of it
--
-- Served by the primary keys: the number of queries does not grow with what the dossier holds. Names are looked
-- up one by one: joined, these tables took longer to plan than to read, and each command plans anew.
SELECT d.dossier_id, d.code, d.version, d.procedure_code,
       (SELECT p.name FROM motcua.procedure p WHERE p.code = d.procedure_code) AS procedure_name,
       d.workflow_version, (SELECT v.version FROM motcua.workflow_version v WHERE v.id = d.workflow_version) AS workflow_number,
       d.state,
       (SELECT s.label FROM motcua.workflow_state s
          WHERE s.version_id = d.workflow_version AND s.state = d.state) AS state_label,
       d.awaits_role, (SELECT r.names FROM motcua.role r WHERE r.code = d.awaits_role) AS role_label, d.holder, (SELECT u.code FROM motcua.unit u WHERE u.id = d.holder) AS holder_code,
       (SELECT u.name FROM motcua.unit u WHERE u.id = d.holder) AS holder_name,
       d.assignee, (SELECT s.username FROM motcua.staff s WHERE s.id = d.assignee) AS assignee_username,
       (SELECT s.name FROM motcua.staff s WHERE s.id = d.assignee) AS assignee_name,
       d.reception, (SELECT u.code FROM motcua.unit u WHERE u.id = d.reception) AS reception_code,
       (SELECT u.name FROM motcua.unit u WHERE u.id = d.reception) AS reception_name,
       d.address, (SELECT u.code FROM motcua.unit u WHERE u.id = d.address) AS address_code,
       (SELECT u.name FROM motcua.unit u WHERE u.id = d.address) AS address_name,
       d.channel, d.received_at, d.due_at, d.step_due, d.clock, d.paused_at,
       d.finished_at, d.ended_at, d.outcome, d.portal_status, d.pending_state,
       (SELECT s.label FROM motcua.workflow_state s
          WHERE s.version_id = d.workflow_version AND s.state = d.pending_state) AS pending_label,
       d.pending_unit, (SELECT u.code FROM motcua.unit u WHERE u.id = d.pending_unit) AS pending_code,
       (SELECT u.name FROM motcua.unit u WHERE u.id = d.pending_unit) AS pending_name,
       d.pending_since, d.applicant, d.data, d.fee_due, d.paid, d.changed_at,
       (SELECT s.username FROM motcua.staff s WHERE s.id = d.changed_by) AS changed_by_username,
       (SELECT s.name FROM motcua.staff s WHERE s.id = d.changed_by) AS changed_by_name, motcua.now() AS now,
       c.documents, c.payments, c.consultations, c.handovers,
       (SELECT coalesce(json_object_agg(x.field ->> 'name', x.field -> 'label'), '{}')
          FROM motcua.workflow_version v, json_array_elements(v.definition -> 'data') AS x (field)
          WHERE v.id = d.workflow_version) AS data_labels,
       (SELECT coalesce(json_object_agg(x.component ->> 'id', x.component -> 'name'), '{}')
          FROM motcua.workflow_version v, json_array_elements(v.definition -> 'components') AS x (component)
          WHERE v.id = d.workflow_version) AS component_labels
  FROM motcua.case_named($1::text) AS c, LATERAL (SELECT (c.d).*) AS d;
