-- How much waits for me beside what is mine: on its way to my units, and asked of them, counted up to 100; and
-- the end of the next working day, before which what is due is due soon.
--
-- Served by dossier_arriving and consultation_asked.
SELECT (SELECT count(*) FROM motcua.inbox_arriving(100, '-infinity', 0)) AS arriving,
       (SELECT count(*) FROM motcua.inbox_consultations(100, '-infinity', 0)) AS asked,
       motcua.due_at(motcua.now(), 1, 'working_day') AS soon;
