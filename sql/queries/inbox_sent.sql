-- One page of what my units have sent and nobody has taken yet: it is still ours. Longest waiting first.
--
--   $1 int          rows on a page
--   $2 timestamptz  pending_since and
--   $3 bigint       dossier_id of the last row of the page before; '-infinity' and 0 for the first page
--
-- Served by handover_sent.
SELECT * FROM motcua.inbox_sent($1::int, $2::timestamptz, $3::bigint);
