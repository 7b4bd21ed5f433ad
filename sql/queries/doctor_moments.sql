-- Events that say an earlier time than that at which they were committed: a transaction was kept open over them, and
-- nobody saw them until its end. Asked where the server keeps the times of commits, as the private one does, of rows
-- as they were written (by the transaction that they name, or by a savepoint in it, which was committed in the very
-- same moment; one that was restored was not), and not where the clock is a training clock.
SELECT coalesce(d.code, e.dossier_id::text) AS code,
       format('event %s says %s, and was committed at %s', e.seq, e.at, pg_xact_commit_timestamp(e.xid::xid)) AS what
  FROM motcua.dossier_event e
  LEFT JOIN motcua.dossier d ON d.dossier_id = e.dossier_id
  WHERE to_regclass('motcua.training_clock') IS NULL
    AND CASE WHEN current_setting('track_commit_timestamp')::bool
          THEN pg_xact_commit_timestamp(e.xmin) = pg_xact_commit_timestamp(e.xid::xid)
           AND pg_xact_commit_timestamp(e.xmin) > e.at + interval '15 minutes' END;
