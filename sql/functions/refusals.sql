-- Refusals: why something is not done, as a value, so that in a call for many one refusal is that one's answer only.

-- The parts of an error: SQLSTATE MC001-MC018, words, JSON for programs, what to do. All NULL: there is none.
CREATE TYPE motcua.refusal AS (sqlstate text, message text, detail text, hint text);

CREATE OR REPLACE FUNCTION motcua.refusal_of(p_sqlstate text, p_message text, p_detail jsonb, p_hint text)
RETURNS motcua.refusal LANGUAGE sql IMMUTABLE AS $$
  SELECT ROW(p_sqlstate, p_message, p_detail::text, p_hint)::motcua.refusal
$$;

CREATE OR REPLACE FUNCTION motcua.no_such_dossier(p_name text) RETURNS motcua.refusal LANGUAGE sql STABLE AS $$
  SELECT motcua.refusal_of('MC001', format('no dossier %s that you may see', p_name),
    jsonb_build_object('dossier', p_name),
    'look at the code again; the list of what is yours is the inbox')
$$;

CREATE OR REPLACE FUNCTION motcua.raise_refusal(r motcua.refusal) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', r.message USING ERRCODE = r.sqlstate, DETAIL = r.detail, HINT = r.hint;
END
$$;
