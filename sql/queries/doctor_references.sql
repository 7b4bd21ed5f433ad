-- Rows that point to rows that are not there: whoever switches foreign keys off may leave such.
SELECT code, what FROM motcua.broken_references();
