-- Events that are no step of their workflow version, happened more often than it allows, or whose version
-- was never published or is not the dossier's procedure's.
SELECT coalesce(d.code, x.dossier_id::text) AS code, x.what
  FROM (
    -- What the door looks up, and a foreign key would hold to.
    SELECT e.dossier_id, format('event %s: "%s" from "%s" to "%s" is no step of version %s', e.seq, e.action,
             e.from_state, CASE WHEN e.target_state = '' THEN e.to_state ELSE e.target_state END, e.workflow_version) AS what
      FROM motcua.dossier_event e
      LEFT JOIN motcua.workflow_step w ON w.version_id = e.workflow_version AND w.from_state = e.from_state
        AND w.action = e.action AND w.to_state = CASE WHEN e.target_state = '' THEN e.to_state ELSE e.target_state END
      WHERE w.version_id IS NULL
    UNION ALL
    -- (A limit is the step's own: the same action from another state may have another, or none.)
    SELECT e.dossier_id, format('event %s: "%s" for the %sth time, %s allowed', e.seq, e.action, e.nth, w.at_most)
      FROM (SELECT x.*, row_number() OVER (PARTITION BY x.dossier_id, x.action ORDER BY x.seq) AS nth
              FROM motcua.dossier_event x) AS e
      JOIN motcua.workflow_step w ON w.version_id = e.workflow_version AND w.from_state = e.from_state
        AND w.action = e.action AND w.to_state = CASE WHEN e.target_state = '' THEN e.to_state ELSE e.target_state END
      WHERE e.nth > w.at_most
    UNION ALL
    SELECT d.dossier_id, format('is of workflow version %s, which is %s of procedure %s', d.workflow_version,
             coalesce(v.status, 'nowhere'), v.procedure_code)
      FROM motcua.dossier d LEFT JOIN motcua.workflow_version v ON v.id = d.workflow_version
      WHERE v.id IS NULL OR v.status = 'draft' OR v.procedure_code <> d.procedure_code
  ) AS x
  LEFT JOIN motcua.application d ON d.dossier_id = x.dossier_id;
