-- Published workflow versions never change; their status alone may go from published to retired.

-- A published version never changes; its status alone may go from published to retired. One check per
-- statement, so that COPY of a whole catalogue stays fast.
CREATE OR REPLACE FUNCTION motcua.refuse_published_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE v_id int;
BEGIN
  IF TG_OP <> 'DELETE' THEN
    SELECT v.id INTO v_id FROM after_rows r JOIN motcua.workflow_version v ON v.id = r.version_id
      WHERE v.status <> 'draft' LIMIT 1;
  END IF;
  IF v_id IS NULL AND TG_OP <> 'INSERT' THEN
    SELECT v.id INTO v_id FROM before_rows r JOIN motcua.workflow_version v ON v.id = r.version_id
      WHERE v.status <> 'draft' LIMIT 1;
  END IF;
  IF v_id IS NOT NULL THEN
    RAISE EXCEPTION 'workflow version % is published and cannot change', v_id
      USING ERRCODE = 'integrity_constraint_violation', HINT = 'publish a new version instead';
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION motcua.guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status = 'draft' AND NEW.status = 'published' THEN
    NEW.seal := motcua.version_seal(NEW);
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF OLD.status = 'draft' THEN RETURN OLD; END IF;
  ELSIF OLD.status = 'draft' THEN
    RETURN NEW;
  ELSIF OLD.status = 'published' AND NEW.status = 'retired' THEN
    OLD.status := 'retired';
    -- json has no equality of its own: its text, and the rest of the row.
    IF OLD.definition::text = NEW.definition::text AND to_jsonb(OLD) = to_jsonb(NEW) THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'workflow version % is published and cannot change', OLD.id
    USING ERRCODE = 'integrity_constraint_violation', HINT = 'publish a new version instead';
END
$$;
