-- One dossier as a person reads it: the row with the names of what it points to, its papers, payments,
-- consultations and handovers, in one row.
--
--   $1 bigint  dossier_id
--
-- Served by the primary keys: the number of queries does not grow with what the dossier holds.
SELECT d.dossier_id, d.code, d.version, d.procedure_code, p.name AS procedure_name, d.workflow_version,
       d.state, s.label AS state_label, d.awaits_role, d.holder, h.name AS holder_name,
       d.assignee, g.name AS assignee_name, d.reception, r.name AS reception_name, r.agency_code,
       d.address, a.name AS address_name, d.channel, d.received_at, d.due_at, d.step_due, d.clock, d.paused_at,
       d.finished_at, d.ended_at, d.outcome, d.portal_status,
       d.pending_state, ps.label AS pending_label, d.pending_unit, pu.name AS pending_name, d.pending_since,
       d.applicant, d.data, d.fee_due, d.paid, d.changed_at, c.name AS changed_by_name, motcua.now() AS now,
       (SELECT coalesce(json_agg(json_build_object('component', f.component, 'name', f.name, 'copies', f.copies,
                 'original', f.original, 'sha256', encode(f.sha256, 'hex'), 'at', f.at) ORDER BY f.seq, f.no), '[]')
          FROM motcua.document f WHERE f.dossier_id = d.dossier_id) AS documents,
       (SELECT coalesce(json_agg(json_build_object('amount', y.amount, 'method', y.method, 'receipt', y.receipt,
                 'at', y.at) ORDER BY y.seq), '[]')
          FROM motcua.payment y WHERE y.dossier_id = d.dossier_id) AS payments,
       (SELECT coalesce(json_agg(json_build_object('unit', k.unit_id, 'name', ku.name, 'askedAt', k.asked_at,
                 'due', k.due, 'status', k.status, 'closedAt', k.closed_at, 'opinion', k.opinion, 'text', k.answer)
                 ORDER BY k.seq, k.unit_id), '[]')
          FROM motcua.consultation k JOIN motcua.unit ku ON ku.id = k.unit_id
          WHERE k.dossier_id = d.dossier_id) AS consultations,
       (SELECT coalesce(json_agg(json_build_object('from', o.from_unit, 'fromName', fu.name, 'to', o.to_unit,
                 'toName', tu.name, 'state', o.to_state, 'back', o.back, 'sentAt', o.sent_at, 'sentBy', sb.name,
                 'stepDue', o.step_due, 'result', o.result, 'closedAt', o.closed_at, 'closedBy', cb.name,
                 'reason', o.reason) ORDER BY o.seq), '[]')
          FROM motcua.handover o
          JOIN motcua.unit fu ON fu.id = o.from_unit JOIN motcua.unit tu ON tu.id = o.to_unit
          JOIN motcua.staff sb ON sb.id = o.sent_by LEFT JOIN motcua.staff cb ON cb.id = o.closed_by
          WHERE o.dossier_id = d.dossier_id) AS handovers,
       (SELECT coalesce(json_object_agg(x.field ->> 'name', x.field -> 'label'), '{}')
          FROM motcua.workflow_version v, json_array_elements(v.definition -> 'data') AS x (field)
          WHERE v.id = d.workflow_version) AS data_labels
  FROM motcua.dossier d
  JOIN motcua.procedure p ON p.code = d.procedure_code
  JOIN motcua.workflow_state s ON s.version_id = d.workflow_version AND s.state = d.state
  JOIN motcua.unit h ON h.id = d.holder
  JOIN motcua.unit r ON r.id = d.reception
  LEFT JOIN motcua.unit a ON a.id = d.address
  LEFT JOIN motcua.staff g ON g.id = d.assignee
  LEFT JOIN motcua.staff c ON c.id = d.changed_by
  LEFT JOIN motcua.unit pu ON pu.id = d.pending_unit
  LEFT JOIN motcua.workflow_state ps ON ps.version_id = d.workflow_version AND ps.state = d.pending_state
  WHERE d.dossier_id = $1::bigint;
