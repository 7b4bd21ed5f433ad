-- Events that say an earlier time than that at which they were committed: a transaction was kept open over them, and
-- nobody saw them until its end. Asked where the server keeps the times of commits, as the private one does, of rows
-- as they were written, by the transaction that they name or by a savepoint in it (which was committed in the very
-- same moment), and not where the clock is a training clock. What was restored was written by other transactions than
-- it names; one that wrote a single row so is believed in none.
SELECT coalesce(d.code, e.dossier_id::text) AS code,
       format('event %s says %s, and was committed at %s', e.seq, e.at, e.committed_at) AS what
  FROM (
    SELECT x.*, bool_and(coalesce(committed_at = named_at, false)) OVER (PARTITION BY x.writer) AS is_original
      FROM (
        SELECT e.dossier_id, e.seq, e.at, e.xmin::text AS writer,
               CASE WHEN current_setting('track_commit_timestamp')::bool
                 THEN pg_xact_commit_timestamp(e.xmin) END AS committed_at,
               CASE WHEN current_setting('track_commit_timestamp')::bool
                 THEN pg_xact_commit_timestamp(e.xid::xid) END AS named_at
          FROM motcua.dossier_event e
          WHERE to_regclass('motcua.training_clock') IS NULL
      ) AS x
  ) AS e
  LEFT JOIN motcua.application d ON d.dossier_id = e.dossier_id
  WHERE e.is_original AND e.committed_at > e.at + interval '15 minutes';
