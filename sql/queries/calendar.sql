-- The shop's working calendar as one row: hours, weekdays, cut-off, offset, and the days that differ. Small tables,
-- read whole. Times are minutes.
SELECT extract(epoch FROM p.utc_offset)::int / 60 AS utc_offset,
       extract(epoch FROM p.intake_cutoff)::float8 / 60 AS intake_cutoff,
       ARRAY(SELECT extract(epoch FROM opens)::int / 60 FROM motcua.opening_session ORDER BY opens) AS opens,
       ARRAY(SELECT extract(epoch FROM closes)::int / 60 FROM motcua.opening_session ORDER BY opens) AS closes,
       ARRAY(SELECT isodow::int FROM motcua.working_weekday ORDER BY isodow) AS weekdays,
       ARRAY(SELECT day FROM motcua.calendar_day ORDER BY day) AS days,
       ARRAY(SELECT kind FROM motcua.calendar_day ORDER BY day) AS kinds,
       ARRAY(SELECT name FROM motcua.calendar_day ORDER BY day) AS names
  FROM motcua.calendar_policy p;
