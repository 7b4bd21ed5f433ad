-- One page of what is mine to do: held by a unit I am assigned to, in a state that waits for my role there,
-- not on its way to somebody else, not given to a colleague. Soonest due first, so the late lead.
--
--   $1 int          rows on a page
--   $2 timestamptz  due_key and
--   $3 bigint       dossier_id of the last row of the page before; '-infinity' and 0 for the first page
--
-- Served by standing_inbox, two ranges per assignment: a page costs the same whatever the number of dossiers.
SELECT * FROM motcua.inbox_page($1::int, $2::timestamptz, $3::bigint);
