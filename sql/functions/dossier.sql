-- A dossier as readers know it: one row of how it stands and what was filed. Only the door's own statements name the
-- two tables.

CREATE VIEW motcua.dossier WITH (security_invoker = true) AS
  SELECT s.dossier_id, a.received_at, nullif(s.due_at, 'infinity') AS due_at, nullif(s.step_due, 'infinity') AS step_due,
         s.paused_at, s.finished_at, s.ended_at, s.changed_at, a.fee_due, a.paid, s.version, s.workflow_version, s.holder,
         nullif(s.assignee, 0) AS assignee, a.reception, a.address, s.changed_by, s.pending_unit, s.pending_since,
         s.pending_seq, s.pending_back, s.portal_status, a.code, a.procedure_code, a.channel, s.state, s.awaits_role,
         s.clock, s.outcome, s.pending_state, s.trail_states, s.trail_units, s.participants, s.consulted, s.counts,
         a.applicant_name, a.applicant_search, a.applicant_rev, a.applicant, a.data, s.hash
    FROM motcua.standing s JOIN motcua.application a USING (dossier_id);
COMMENT ON VIEW motcua.dossier IS 'the fold of a dossier''s events: motcua.standing and motcua.application in one row';
