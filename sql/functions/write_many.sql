-- Writing what accepted judgements say, for many dossiers.
--
-- (Of one alone it would take half as long again to write, which every decision would pay: hence both.
-- Tests/sql/twins.sql and receptions.sql hold them together.)
--
-- needs: refusals.sql

-- motcua.write_projections for many; of a refusal nothing is written. (Of one alone it would take half as long again
-- to write, which every decision would pay: hence both. Tests/sql/twins.sql and receptions.sql hold them together.)
CREATE OR REPLACE FUNCTION motcua.write_projections_many(p_v motcua.verdict[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE todo record;
BEGIN
  INSERT INTO motcua.dossier_event (dossier_id, seq, at, actor, login, unit, action, from_state, to_state,
      target_state, unit_to, due, step_due, consulted, workflow_version, payload, prev_hash, hash)
    SELECT (v.after).dossier_id, v.seq, v.at, v.actor, v.login, v.unit, v.action, v.from_state, v.to_state,
           v.target_state, v.unit_to, (v.after).due_at, (v.after).step_due, v.consulted, (v.after).workflow_version,
           v.payload::json, v.prev_hash, v.hash
      FROM unnest(p_v) AS v WHERE v.seq IS NOT NULL;

  -- What there is to do beside the events: each statement below runs only if some judgement asks for it.
  SELECT bool_or(v.after_timers IS DISTINCT FROM v.before_timers) AS timers,
         bool_or(v.before_timers <> ARRAY[NULL, NULL]::timestamptz[]) AS had_timers,
         bool_or(v.closes IS NOT NULL) AS closes, bool_or(v.target_state <> '') AS sends,
         bool_or(v.effect = 'receive') AS receives,
         bool_or(v.effect <> 'receive' AND (v.target_state <> '' OR v.consulted <> '{}')) AS shows,
         bool_or(v.closes <> 'taken') AS hides,
         bool_or(v.lapses) AS lapses, bool_or(v.consulted <> '{}') AS asks,
         bool_or(v.tells_portal) AS tells, bool_or(v.effect = 'answer') AS answers,
         bool_or(v.effect = 'pay') AS pays, bool_or(v.said ? 'documents') AS papers
    INTO todo FROM unnest(p_v) AS v;

  IF todo.timers AND todo.had_timers THEN
    DELETE FROM motcua.timer t
      USING unnest(p_v) AS v, (VALUES ('due', 1), ('step', 2)) AS k (kind, i)
      WHERE t.dossier_id = (v.after).dossier_id AND t.kind = k.kind
        AND v.after_timers[k.i] IS NULL AND v.before_timers[k.i] IS NOT NULL;
    UPDATE motcua.timer t SET due_at = v.after_timers[k.i]
      FROM unnest(p_v) AS v, (VALUES ('due', 1), ('step', 2)) AS k (kind, i)
      WHERE t.dossier_id = (v.after).dossier_id AND t.kind = k.kind
        AND v.after_timers[k.i] <> v.before_timers[k.i];
  END IF;
  IF todo.timers THEN
    INSERT INTO motcua.timer
      SELECT (v.after).dossier_id, k.kind, v.after_timers[k.i]
        FROM unnest(p_v) AS v, (VALUES ('due', 1), ('step', 2)) AS k (kind, i)
        WHERE v.after_timers[k.i] IS NOT NULL AND v.before_timers[k.i] IS NULL;
  END IF;

  IF todo.closes THEN
    UPDATE motcua.handover h SET result = v.closes, closed_at = v.at, closed_by = v.actor, closed_seq = v.seq,
        reason = v.said ->> 'reason'
      FROM unnest(p_v) AS v
      WHERE v.closes IS NOT NULL AND h.dossier_id = (v.before).dossier_id AND h.seq = (v.before).pending_seq;
  END IF;
  IF todo.sends THEN
    INSERT INTO motcua.handover (dossier_id, seq, from_unit, from_state, to_unit, to_state, back, sent_at, sent_by, step_due)
      SELECT (v.after).dossier_id, v.seq, (v.after).holder, (v.after).state, (v.after).pending_unit,
             (v.after).pending_state, (v.after).pending_back, v.at, v.actor, (v.before).step_due
        FROM unnest(p_v) AS v WHERE v.target_state <> '';
  END IF;

  IF todo.hides THEN
    DELETE FROM motcua.applicant a
      USING unnest(p_v) AS v
      WHERE v.closes <> 'taken' AND (v.before).pending_unit <> ALL ((v.after).participants)
        AND a.unit_id = (v.before).pending_unit AND a.name = (v.after).applicant_search
        AND a.dossier_id = (v.after).dossier_id;
  END IF;
  IF todo.receives THEN
    -- (Nothing is there yet: to look for conflicts would take half as long again.)
    INSERT INTO motcua.applicant (unit_id, dossier_id, name, rev)
      SELECT u, (v.after).dossier_id, (v.after).applicant_search, (v.after).applicant_rev
        FROM unnest(p_v) AS v, unnest((v.after).participants) AS u
        WHERE v.effect = 'receive';
  END IF;
  IF todo.shows THEN
    INSERT INTO motcua.applicant (unit_id, dossier_id, name, rev)
      SELECT u, (v.after).dossier_id, (v.after).applicant_search, (v.after).applicant_rev
        FROM unnest(p_v) AS v, unnest((v.after).participants || (v.after).pending_unit) AS u
        WHERE v.effect <> 'receive' AND (v.target_state <> '' OR v.consulted <> '{}')
          AND u IS NOT NULL AND (u = ANY ((v.before).participants)) IS NOT TRUE
      ON CONFLICT DO NOTHING;
  END IF;

  IF todo.lapses THEN
    UPDATE motcua.consultation c SET status = 'lapsed', closed_at = v.at
      FROM unnest(p_v) AS v
      WHERE v.lapses AND c.dossier_id = (v.after).dossier_id AND c.status = 'open';
  END IF;
  IF todo.asks THEN
    INSERT INTO motcua.consultation (dossier_id, seq, unit_id, no, asked_at, due)
      SELECT (v.after).dossier_id, v.seq, u.unit, u.no, v.at, (v.after).step_due
        FROM unnest(p_v) AS v, unnest(v.consulted) WITH ORDINALITY AS u (unit, no);
  END IF;

  IF todo.tells THEN
    INSERT INTO motcua.portal_outbox (dossier_id, seq, status, payload, created_at)
      SELECT (v.after).dossier_id, v.seq, (v.after).portal_status,
             motcua.portal_message((v.after).code, (v.after).procedure_code, (v.after).portal_status, v.at, v.action,
               v.to_state, (v.after).due_at, v.said ->> 'reason'), v.at
        FROM unnest(p_v) AS v WHERE v.tells_portal;
  END IF;

  IF todo.answers THEN
    UPDATE motcua.consultation c SET status = 'answered', closed_at = v.at, answered_by = v.actor,
        opinion = v.said ->> 'opinion', answer = v.said ->> 'text'
      FROM unnest(p_v) AS v
      WHERE v.effect = 'answer' AND c.dossier_id = (v.after).dossier_id AND c.unit_id = v.unit AND c.status = 'open';
  END IF;
  IF todo.pays THEN
    INSERT INTO motcua.payment (dossier_id, seq, amount, method, receipt, at, actor)
      SELECT (v.after).dossier_id, v.seq, (v.after).paid - (v.before).paid, v.said #>> '{payment,method}',
             v.said #>> '{payment,receipt}', v.at, v.actor
        FROM unnest(p_v) AS v WHERE v.effect = 'pay';
  END IF;
  IF todo.papers THEN
    INSERT INTO motcua.document (dossier_id, seq, no, component, name, copies, original, sha256, at)
      SELECT (v.after).dossier_id, v.seq, f.no, f.component, f.name, f.copies, f.original, f.sha256, v.at
        FROM unnest(p_v) AS v, motcua.documents_of(v.said -> 'documents') AS f;
  END IF;
END
$$;

-- A call is one transaction in memory, and holds its locks until the end.
CREATE OR REPLACE FUNCTION motcua.refuse_too_many(p_count int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_count > 10000 THEN
    RAISE EXCEPTION '% in one call, 10000 are the most', p_count
      USING ERRCODE = 'program_limit_exceeded', HINT = 'send them in several calls';
  END IF;
END
$$;
