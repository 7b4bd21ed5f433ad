-- The door's answer, and the papers of a payload.

-- What the door answers. In the set forms a refused one has sqlstate, message, detail, hint and no seq.
CREATE TYPE motcua.appended AS (
  dossier_id bigint, code text, seq int, at timestamptz, actor int, login text, unit int, action text,
  from_state text, to_state text, target_state text, unit_to int, due timestamptz, step_due timestamptz,
  consulted int[], workflow_version int, payload text, portal_status smallint, hash bytea,
  sqlstate text, message text, detail text, hint text
);

CREATE OR REPLACE FUNCTION motcua.documents_of(p_papers jsonb)
RETURNS TABLE (no int, component text, name text, copies int, original bool, sha256 bytea)
LANGUAGE sql IMMUTABLE AS $$
  SELECT t.no::int, e ->> 'component', e ->> 'name', coalesce((e ->> 'copies')::int, 1),
         coalesce((e ->> 'original')::bool, false), decode(e ->> 'sha256', 'hex')
    FROM jsonb_array_elements(p_papers) WITH ORDINALITY AS t (e, no)
$$;
