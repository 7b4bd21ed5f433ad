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
    SELECT e.dossier_id, format('"%s" happened %s times, %s allowed', e.action, count(*), min(t.at_most))
      FROM motcua.dossier_event e
      JOIN motcua.workflow_transition t ON t.version_id = e.workflow_version AND t.from_state = e.from_state
        AND t.action = e.action AND t.to_state = e.reached
      WHERE t.at_most IS NOT NULL
      GROUP BY e.dossier_id, e.action HAVING count(*) > min(t.at_most)
    UNION ALL
    SELECT d.dossier_id, format('is of workflow version %s, which is %s of procedure %s', d.workflow_version,
             coalesce(v.status, 'nowhere'), v.procedure_code)
      FROM motcua.dossier d LEFT JOIN motcua.workflow_version v ON v.id = d.workflow_version
      WHERE v.id IS NULL OR v.status = 'draft' OR v.procedure_code <> d.procedure_code
  ) AS x
  JOIN motcua.dossier d ON d.dossier_id = x.dossier_id;
