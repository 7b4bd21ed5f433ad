-- Histories with a hole: numbers that do not run 1, 2, 3 ... to the row's version, times that go back,
-- a state left that was not entered; events without a dossier, dossiers without events and halves of dossiers.
SELECT coalesce(d.code, x.dossier_id::text) AS code, x.what
  FROM (
    SELECT e.dossier_id, CASE
        WHEN e.seq <> row_number() OVER w THEN format('event %s is number %s of its history', e.seq, row_number() OVER w)
        WHEN e.at < lag(e.at) OVER w THEN format('event %s happened before event %s', e.seq, e.seq - 1)
        WHEN e.from_state <> coalesce(lag(e.to_state) OVER w, '')
          THEN format('event %s leaves "%s", but "%s" was entered', e.seq, e.from_state, lag(e.to_state) OVER w)
      END AS what
      FROM motcua.dossier_event e
      WINDOW w AS (PARTITION BY e.dossier_id ORDER BY e.seq)
    UNION ALL
    SELECT coalesce(d.dossier_id, e.dossier_id), CASE
        WHEN d.dossier_id IS NULL THEN format('%s events of no dossier', e.n)
        WHEN e.n IS NULL THEN 'a dossier without events'
        WHEN d.version <> e.last THEN format('row is at version %s, history at %s', d.version, e.last)
      END
      FROM motcua.dossier d
      FULL JOIN (SELECT dossier_id, count(*) AS n, max(seq) AS last FROM motcua.dossier_event GROUP BY dossier_id) AS e
        USING (dossier_id)
    UNION ALL
    SELECT coalesce(s.dossier_id, a.dossier_id), CASE WHEN s.dossier_id IS NULL THEN format('the application %s, which stands nowhere', a.code)
             ELSE format('stands in "%s" without an application', s.state) END
      FROM motcua.standing s FULL JOIN motcua.application a ON a.dossier_id = s.dossier_id
      WHERE s.dossier_id IS NULL OR a.dossier_id IS NULL
  ) AS x
  LEFT JOIN motcua.application d ON d.dossier_id = x.dossier_id
  WHERE x.what IS NOT NULL;
