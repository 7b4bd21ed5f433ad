-- Fifty receptions by one clerk, every fifth rolled back.
SELECT format('BEGIN; SELECT seq FROM motcua.receive(1, test.receipt(111, %L)); %s', 'Người ' || n,
    CASE WHEN n % 5 = 0 THEN 'ROLLBACK' ELSE 'COMMIT' END)
  FROM generate_series(1, 50) AS n \gexec
