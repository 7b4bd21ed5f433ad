-- Writing what an accepted judgement says, for one dossier; and the door's answer.
--
-- needs: refusals.sql

-- What the door answers. In the set forms a refused one has sqlstate, message, detail, hint and no seq.
CREATE TYPE motcua.appended AS (
  dossier_id bigint, code text, seq int, at timestamptz, actor int, login text, unit int, action text,
  from_state text, to_state text, target_state text, unit_to int, due timestamptz, step_due timestamptz,
  consulted int[], workflow_version int, payload text, portal_status smallint, hash bytea,
  sqlstate text, message text, detail text, hint text
);

CREATE OR REPLACE FUNCTION motcua.as_appended(v motcua.verdict, p_dossier bigint) RETURNS motcua.appended
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE n motcua.dossier := v.after;
BEGIN
  RETURN ROW(p_dossier, n.code, v.seq, v.at, v.actor, v.login, v.unit, v.action, v.from_state, v.to_state,
    v.target_state, v.unit_to, n.due_at, n.step_due, v.consulted, n.workflow_version, v.payload, n.portal_status,
    v.hash, v.sqlstate, v.message, v.detail, v.hint)::motcua.appended;
END
$$;

-- What the portal is told of an event.
CREATE OR REPLACE FUNCTION motcua.portal_message(
  p_code text, p_procedure text, p_status smallint, p_at timestamptz, p_action text, p_state text,
  p_due timestamptz, p_reason text
) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object('code', p_code, 'procedure', p_procedure, 'status', p_status, 'at', p_at,
    'action', p_action, 'state', p_state, 'due', p_due, 'reason', p_reason)
$$;

-- Writes what an accepted judgement says, except the dossier row. (Returns true, because an assignment
-- is the cheapest way to call a function.)
CREATE OR REPLACE FUNCTION motcua.write_projections(v motcua.verdict) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
  d motcua.dossier := v.before; n motcua.dossier := v.after; i int;
  kinds CONSTANT text[] := '{due,step}';
BEGIN
  INSERT INTO motcua.dossier_event (dossier_id, seq, at, actor, login, unit, action, from_state, to_state,
      target_state, unit_to, due, step_due, consulted, workflow_version, payload, prev_hash, hash)
    VALUES (n.dossier_id, v.seq, v.at, v.actor, v.login, v.unit, v.action, v.from_state, v.to_state,
      v.target_state, v.unit_to, n.due_at, n.step_due, v.consulted, n.workflow_version, v.payload::json,
      v.prev_hash, v.hash);

  IF v.effect = 'receive' THEN
    INSERT INTO motcua.timer
      SELECT n.dossier_id, t.kind, t.due_at FROM unnest(kinds, v.after_timers) AS t (kind, due_at)
        WHERE t.due_at IS NOT NULL;
    v.before_timers := v.after_timers;
  END IF;
  FOR i IN 1..2 LOOP
    IF v.after_timers[i] IS DISTINCT FROM v.before_timers[i] THEN
      IF v.after_timers[i] IS NULL THEN
        DELETE FROM motcua.timer WHERE dossier_id = n.dossier_id AND kind = kinds[i];
      ELSE
        INSERT INTO motcua.timer VALUES (n.dossier_id, kinds[i], v.after_timers[i])
          ON CONFLICT (dossier_id, kind) DO UPDATE SET due_at = EXCLUDED.due_at;
      END IF;
    END IF;
  END LOOP;

  IF v.closes IS NOT NULL THEN
    UPDATE motcua.handover SET result = v.closes, closed_at = v.at, closed_by = v.actor, closed_seq = v.seq,
        reason = v.said ->> 'reason'
      WHERE dossier_id = n.dossier_id AND seq = d.pending_seq;
  ELSIF v.target_state <> '' THEN
    INSERT INTO motcua.handover (dossier_id, seq, from_unit, from_state, to_unit, to_state, back, sent_at, sent_by, step_due)
      VALUES (n.dossier_id, v.seq, n.holder, n.state, n.pending_unit, n.pending_state, n.pending_back, v.at,
        v.actor, d.step_due);
  END IF;

  -- Whoever may see it finds it by the applicant's name.
  IF v.effect = 'receive' OR v.target_state <> '' OR v.consulted <> '{}' THEN
    INSERT INTO motcua.applicant (unit_id, dossier_id, name, rev)
      SELECT u, n.dossier_id, n.applicant_search, n.applicant_rev FROM unnest(n.participants || n.pending_unit) AS u
        WHERE u IS NOT NULL AND (u = ANY (d.participants)) IS NOT TRUE
      ON CONFLICT DO NOTHING;
  ELSIF v.closes <> 'taken' AND d.pending_unit <> ALL (n.participants) THEN
    DELETE FROM motcua.applicant a
      WHERE a.unit_id = d.pending_unit AND a.name = n.applicant_search AND a.dossier_id = n.dossier_id;
  END IF;

  IF v.lapses THEN
    UPDATE motcua.consultation SET status = 'lapsed', closed_at = v.at
      WHERE dossier_id = n.dossier_id AND status = 'open';
  END IF;
  IF v.consulted <> '{}' THEN
    INSERT INTO motcua.consultation (dossier_id, seq, unit_id, no, asked_at, due)
      SELECT n.dossier_id, v.seq, u.unit, u.no, v.at, n.step_due
        FROM unnest(v.consulted) WITH ORDINALITY AS u (unit, no);
  END IF;

  IF v.tells_portal THEN
    INSERT INTO motcua.portal_outbox (dossier_id, seq, status, payload, created_at)
      VALUES (n.dossier_id, v.seq, n.portal_status, motcua.portal_message(n.code, n.procedure_code, n.portal_status,
        v.at, v.action, v.to_state, n.due_at, v.said ->> 'reason'), v.at);
  END IF;

  IF v.effect = 'answer' THEN
    UPDATE motcua.consultation SET status = 'answered', closed_at = v.at, answered_by = v.actor,
        opinion = v.said ->> 'opinion', answer = v.said ->> 'text'
      WHERE dossier_id = n.dossier_id AND unit_id = v.unit AND status = 'open';
  ELSIF v.effect = 'pay' THEN
    INSERT INTO motcua.payment (dossier_id, seq, amount, method, receipt, at, actor)
      VALUES (n.dossier_id, v.seq, n.paid - d.paid, v.said #>> '{payment,method}',
        v.said #>> '{payment,receipt}', v.at, v.actor);
  END IF;
  IF v.said ? 'documents' THEN
    INSERT INTO motcua.document (dossier_id, seq, no, component, name, copies, original, sha256, at)
      SELECT n.dossier_id, v.seq, f.no, f.component, f.name, f.copies, f.original, f.sha256, v.at
        FROM motcua.documents_of(v.said -> 'documents') AS f;
  END IF;
  RETURN true;
END
$$;
