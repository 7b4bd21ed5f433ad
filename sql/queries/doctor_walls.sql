-- Openings in the walls: whatever of the schema is not as the migrations made it, from owners and privileges (of
-- columns, too) to policies, constraints and the bodies of functions.
WITH now AS MATERIALIZED (SELECT * FROM motcua.shape()),
wanted AS (
  -- A year of the history has to be as the partition of all other years is.
  SELECT o.object, b.aspect, b.value FROM (SELECT DISTINCT object, model FROM now WHERE object <> model) AS o
    JOIN motcua.built b ON b.object = o.model
  UNION ALL
  SELECT b.object, b.aspect, b.value FROM motcua.built b
)
SELECT coalesce(n.object, w.object) AS code,
       format('%s: %s, built as %s', coalesce(n.aspect, w.aspect), coalesce(n.value, 'none'), coalesce(w.value, 'none')) AS what
  FROM now n FULL JOIN wanted w ON w.object = n.object AND w.aspect = n.aspect
  WHERE n.value IS DISTINCT FROM w.value
  ORDER BY 1, 2;
