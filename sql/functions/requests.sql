-- Requests with an id of the actor's own: the same one sent again is answered again, not done again, also after a lost
-- connection, a crash, or from two processes at once; another one under the same id is refused.
--
-- needs: act_types.sql, refusals.sql

-- What is known of a request before it is judged. fault: it was sent before, for something else. dossier_id and seq: the
-- event that it became.
CREATE TYPE motcua.claim AS (no bigint, id text, fault text, dossier_id bigint, seq int);

CREATE OR REPLACE FUNCTION motcua.request_digest(VARIADIC p_parts text[]) RETURNS bytea LANGUAGE sql IMMUTABLE
  RETURN sha256(convert_to(p_parts::text, 'UTF8'));

-- Why a request was not carried out, by the fault of its claim.
CREATE OR REPLACE FUNCTION motcua.claim_refusal(p_fault text) RETURNS motcua.refusal LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_fault
    WHEN 'bad_request' THEN motcua.refusal_of('MC010', 'the id of a request has 1 to 200 characters', '{}', 'give each request an id of its own')
    WHEN 'twice_asked' THEN motcua.refusal_of('MC016', 'the same request comes first in the same call', '{}', 'its answer is that of the first')
    ELSE motcua.refusal_of('MC016', 'the same request was sent before, for something else', '{}', 'give each request an id of its own') END
$$;

CREATE OR REPLACE FUNCTION motcua.is_request_id(p_id text) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN length(p_id) BETWEEN 1 AND 200;

-- Enters the requests that are new, so that whoever sends the same one at the same time waits for this transaction; in
-- the order of the ids, so that two calls cannot deadlock.
CREATE OR REPLACE FUNCTION motcua.claim_requests(p_actor int, p_ids text[], p_digests bytea[]) RETURNS motcua.claim[]
LANGUAGE plpgsql AS $$
DECLARE v_new text[]; v_claims motcua.claim[];
BEGIN
  WITH entered AS (
    INSERT INTO motcua.request (actor, id, digest, at)
      SELECT p_actor, u.id, u.digest, motcua.now()
        FROM (SELECT DISTINCT ON (x.id) x.* FROM unnest(p_ids, p_digests) WITH ORDINALITY AS x (id, digest, no)
                WHERE motcua.is_request_id(x.id) ORDER BY x.id, x.no) AS u
        ORDER BY u.id
      ON CONFLICT DO NOTHING RETURNING request.id
  )
  SELECT array_agg(e.id) INTO v_new FROM entered e;
  -- A statement of its own, which sees what was committed while the one before waited.
  SELECT array_agg(ROW(u.no, u.id,
           CASE WHEN NOT motcua.is_request_id(u.id) THEN 'bad_request'
                WHEN r.digest <> u.digest OR r.seq IS NULL AND (r.id = ANY (v_new)) IS NOT TRUE THEN 'other_request'
                WHEN u.nth > 1 AND r.seq IS NULL THEN 'twice_asked' END,
           CASE WHEN r.digest = u.digest THEN r.dossier_id END, CASE WHEN r.digest = u.digest THEN r.seq END)::motcua.claim ORDER BY u.no)
    INTO v_claims
    FROM (SELECT x.*, row_number() OVER (PARTITION BY x.id ORDER BY x.no) AS nth
            FROM unnest(p_ids, p_digests) WITH ORDINALITY AS x (id, digest, no)) AS u
    LEFT JOIN motcua.request r ON r.actor = p_actor AND r.id = u.id
    WHERE u.id IS NOT NULL;
  RETURN v_claims;
END
$$;

-- What was refused was not asked for: its id is free again.
CREATE OR REPLACE FUNCTION motcua.drop_claims(p_actor int, p_ids text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM motcua.request r WHERE r.actor = p_actor AND r.id = ANY (p_ids) AND r.seq IS NULL;
END
$$;

-- The answer to a request that became this event, as it was given then.
CREATE OR REPLACE FUNCTION motcua.answer_again(p_dossier bigint, p_seq int) RETURNS motcua.appended LANGUAGE plpgsql STABLE AS $$
DECLARE v motcua.appended;
BEGIN
  SELECT e.dossier_id, a.code, e.seq, e.at, e.actor, e.login, e.unit, e.action, e.from_state, e.to_state, e.target_state,
         e.unit_to, e.due, e.step_due, e.consulted, e.workflow_version, e.payload::text,
         (SELECT o.status FROM (SELECT s.portal AS status, x.seq FROM motcua.dossier_event x
              JOIN motcua.workflow_state s ON s.version_id = x.workflow_version AND s.state = x.to_state
              WHERE x.dossier_id = e.dossier_id AND x.seq <= e.seq AND x.target_state = '' AND s.portal IS NOT NULL) AS o
            ORDER BY o.seq DESC LIMIT 1), e.hash
    INTO v FROM motcua.dossier_event e JOIN motcua.application a ON a.dossier_id = e.dossier_id
    WHERE e.dossier_id = p_dossier AND e.seq = p_seq;
  RETURN v;
END
$$;
