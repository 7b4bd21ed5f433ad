-- One page of opinions asked of my units and not yet given: soonest due first.
--
--   $1 int          rows on a page
--   $2 timestamptz  due_key and
--   $3 bigint       dossier_id of the last row of the page before; '-infinity' and 0 for the first page
--
-- Served by consultation_asked.
SELECT * FROM motcua.inbox_consultations($1::int, $2::timestamptz, $3::bigint);
