-- The units that rules name, on a day.

-- The unit that a rule names on a day, or NULL: from the base, to its parent if so asked, then up to the
-- nearest general unit of the tier (a department is of its parent's tier), then down to its department.
CREATE OR REPLACE FUNCTION motcua.resolve_unit(
  p_base text, p_parent bool, p_tier text, p_department text,
  p_reception int, p_address int, p_holder int, p_day date
) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_id int := CASE p_base WHEN 'reception' THEN p_reception WHEN 'address' THEN p_address ELSE p_holder END;
  u motcua.unit; v_up bool := p_parent;
BEGIN
  LOOP
    SELECT * INTO u FROM motcua.unit WHERE id = v_id;
    IF NOT FOUND THEN RETURN NULL; END IF;
    EXIT WHEN NOT v_up AND (p_tier IS NULL OR (u.tier = p_tier AND u.department IS NULL));
    v_id := u.parent_id;
    v_up := false;
  END LOOP;
  IF p_department IS NOT NULL THEN
    SELECT * INTO u FROM motcua.unit c
      WHERE c.parent_id = v_id AND c.department = p_department
        AND c.valid_from <= p_day AND (c.valid_to IS NULL OR p_day < c.valid_to)
      ORDER BY c.id LIMIT 1;
  END IF;
  RETURN CASE WHEN u.valid_from <= p_day AND (u.valid_to IS NULL OR p_day < u.valid_to) THEN u.id END;
END
$$;

-- The units that holder rules may come upon from a dossier: those named, what is above them, and the
-- departments of all these.
CREATE OR REPLACE FUNCTION motcua.units_around(p_units int[]) RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE v json;
BEGIN
  WITH RECURSIVE up (id, parent_id) AS (
    SELECT u.id, u.parent_id FROM motcua.unit u WHERE u.id = ANY (p_units)
    UNION
    SELECT p.id, p.parent_id FROM up JOIN motcua.unit p ON p.id = up.parent_id
  )
  SELECT json_agg(json_build_object('id', u.id, 'code', u.code, 'name', u.name, 'tier', u.tier, 'parent', u.parent_id,
           'department', u.department, 'validFrom', nullif(u.valid_from, '-infinity'), 'validTo', u.valid_to) ORDER BY u.id)
    INTO v
    FROM (SELECT up.id FROM up
          UNION SELECT c.id FROM up JOIN motcua.unit c ON c.parent_id = up.id AND c.department IS NOT NULL) AS around
    JOIN motcua.unit u USING (id);
  RETURN v;
END
$$;

-- The units that people may mean by a text: the one of this code; else those of this name today, whatever its accents
-- and case; else the general units whose name ends so ("ba dinh"). None for NULL.
CREATE OR REPLACE FUNCTION motcua.units_called(p_text text) RETURNS int[] LANGUAGE plpgsql STABLE AS $$
DECLARE v_units int[]; v_name CONSTANT text := motcua.fold(p_text);
BEGIN
  IF p_text IS NULL THEN RETURN '{}'; END IF;
  v_units := ARRAY(SELECT u.id FROM motcua.unit u WHERE u.code = p_text);
  IF v_units = '{}' THEN
    v_units := ARRAY(SELECT u.id FROM motcua.unit u WHERE u.name_search = v_name AND u.valid_to IS NULL ORDER BY u.id);
  END IF;
  IF v_units = '{}' THEN
    v_units := ARRAY(SELECT u.id FROM motcua.unit u
      WHERE right(u.name_search, length(v_name) + 1) = ' ' || v_name AND u.department IS NULL AND u.valid_to IS NULL ORDER BY u.id);
  END IF;
  RETURN v_units;
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('units_called', 'owner', '{staff,auditor}'),
  ('resolve_unit', 'owner', '{staff,auditor}'),
  ('units_around', 'owner', '{staff,auditor}');
