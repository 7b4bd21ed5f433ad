-- How much waits for me beside what is mine: on its way to my units, and asked of them, counted up to 100.
SELECT arriving, asked FROM motcua.inbox_waiting();
