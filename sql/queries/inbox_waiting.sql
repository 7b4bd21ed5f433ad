-- How much else waits for me beside what is mine: on its way to my units, and asked of them. Counted up to 100.
--
-- Served by dossier_arriving and consultation_asked.
WITH me AS MATERIALIZED (
  SELECT t.unit, array_agg(t.role) AS roles
    FROM motcua.whoami() AS w, unnest(w.units, w.roles) AS t (unit, role) GROUP BY t.unit
)
SELECT (SELECT count(*) FROM (
          SELECT FROM me, LATERAL (
            SELECT FROM motcua.dossier y
              WHERE y.pending_unit = me.unit
                AND EXISTS (
                  SELECT FROM motcua.workflow_transition t
                    JOIN motcua.workflow_state w ON w.version_id = t.version_id AND w.state = t.to_state
                    WHERE t.version_id = y.workflow_version AND t.from_state = y.state AND t.effect = 'take'
                      AND t.to_state = y.pending_state
                      AND CASE WHEN t.roles = '{}' THEN w.role = ANY (me.roles) ELSE t.roles && me.roles END)
              LIMIT 100) AS x LIMIT 100) AS a) AS arriving,
       (SELECT count(*) FROM (
          SELECT FROM me, LATERAL (
            SELECT FROM motcua.consultation c WHERE c.unit_id = me.unit AND c.status = 'open' LIMIT 100) AS x
          LIMIT 100) AS b) AS asked,
       motcua.due_at(motcua.now(), 1, 'working_day') AS soon;
