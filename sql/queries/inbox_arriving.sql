-- One page of what is on its way to my units, for me to take or decline: longest waiting first.
--
--   $1 int          rows on a page
--   $2 timestamptz  pending_since and
--   $3 bigint       dossier_id of the last row of the page before; '-infinity' and 0 for the first page
--
-- Served by handover_arriving.
SELECT * FROM motcua.inbox_arriving($1::int, $2::timestamptz, $3::bigint);
