-- How much waits for me beside what is mine: on its way to my units, and asked of them, counted up to 100; and
-- the end of the next working day, before which what is due is due soon.
SELECT arriving, asked, soon FROM motcua.inbox_waiting();
