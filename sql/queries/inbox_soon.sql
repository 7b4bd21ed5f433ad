-- The end of the next working day, before which what is due is due soon; no row where the calendar does not reach.
-- (As motcua.due_at counts one working day, which a session that asks once would have to compile first.)
SELECT closes_at AS soon FROM motcua.calendar_index
 WHERE is_working AND starts_at > (SELECT motcua.now())
 ORDER BY starts_at LIMIT 1;
