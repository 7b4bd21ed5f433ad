-- Events that are no step of their workflow version, happened more often than it allows, or whose version
-- was never published or is not the dossier's procedure's.
SELECT d.code, x.what
  FROM (
    SELECT e.dossier_id, format('event %s: "%s" from "%s" to "%s" is no step of version %s', e.seq, e.action,
             e.from_state, e.reached, e.workflow_version) AS what
      FROM motcua.dossier_event e
      LEFT JOIN motcua.workflow_transition t ON t.version_id = e.workflow_version AND t.from_state = e.from_state
        AND t.action = e.action AND t.to_state = e.reached
      WHERE t.version_id IS NULL
    UNION ALL
    -- (A limit is the step's own: the same action from another state may have another, or none.)
    SELECT e.dossier_id, format('event %s: "%s" for the %sth time, %s allowed', e.seq, e.action, e.nth, t.at_most)
      FROM (SELECT x.*, row_number() OVER (PARTITION BY x.dossier_id, x.action ORDER BY x.seq) AS nth
              FROM motcua.dossier_event x) AS e
      JOIN motcua.workflow_transition t ON t.version_id = e.workflow_version AND t.from_state = e.from_state
        AND t.action = e.action AND t.to_state = e.reached
      WHERE e.nth > t.at_most
    UNION ALL
    SELECT d.dossier_id, format('is of workflow version %s, which is %s of procedure %s', d.workflow_version,
             coalesce(v.status, 'nowhere'), v.procedure_code)
      FROM motcua.dossier d LEFT JOIN motcua.workflow_version v ON v.id = d.workflow_version
      WHERE v.id IS NULL OR v.status = 'draft' OR v.procedure_code <> d.procedure_code
  ) AS x
  JOIN motcua.dossier d ON d.dossier_id = x.dossier_id;
