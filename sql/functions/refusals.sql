-- Judgements and refusals: what the rules say of a step, decided without writing anything.
--
-- motcua.judge and motcua.judge_receipt are to the door what decide and evolve are to Swift: same inputs,
-- same answer. They return refusals as values, so that in a batch one refusal is that one's answer only.

-- What a judgement says: either why not (sqlstate and the rest of the error), or what to write.
CREATE TYPE motcua.verdict AS (
  sqlstate text, message text, detail text, hint text,
  seq int, at timestamptz, actor int, login text, unit int, action text, effect text,
  from_state text, to_state text, target_state text, unit_to int, consulted int[],
  payload text, prev_hash bytea, hash bytea,
  closes text,               -- 'taken', 'declined', 'recalled': the handover it ends
  lapses bool,               -- open consultations end unanswered
  tells_portal bool,
  said jsonb,                -- the payload, as it was read
  before_timers timestamptz[], -- due and step deadlines that ran before
  after_timers timestamptz[],  -- and that run now
  before motcua.dossier,
  after motcua.dossier
);

CREATE OR REPLACE FUNCTION motcua.refusal(p_sqlstate text, p_message text, p_detail jsonb, p_hint text)
RETURNS motcua.verdict LANGUAGE plpgsql STABLE AS $$
DECLARE v motcua.verdict;
BEGIN
  v.sqlstate := p_sqlstate; v.message := p_message; v.detail := p_detail::text; v.hint := p_hint;
  RETURN v;
END
$$;

-- Refuses a step to somebody who may see the dossier: the door has looked at no other.
CREATE OR REPLACE FUNCTION motcua.refuse(d motcua.dossier, p_sqlstate text, p_message text, p_detail jsonb, p_hint text)
RETURNS motcua.verdict LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN motcua.refusal(p_sqlstate, p_message,
    jsonb_build_object('code', d.code, 'state', d.state, 'holder', d.holder, 'version', d.version) || p_detail,
    p_hint);
END
$$;

CREATE OR REPLACE FUNCTION motcua.no_such_dossier(p_name text) RETURNS motcua.verdict LANGUAGE sql STABLE AS $$
  SELECT motcua.refusal('MC001', format('no dossier %s that you may see', p_name),
    jsonb_build_object('dossier', p_name),
    'look at the code again; the list of what is yours is the inbox')
$$;

CREATE OR REPLACE FUNCTION motcua.raise_refusal(v motcua.verdict) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', v.message USING ERRCODE = v.sqlstate, DETAIL = v.detail, HINT = v.hint;
END
$$;
