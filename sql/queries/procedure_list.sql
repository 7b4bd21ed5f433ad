-- Procedures received at a tier ($1), of a field ($2, words of its name), with words in their own name ($3), filed
-- online ($4), or of one code ($5); each with its channels (counter, online, post) and the workflow in force.
SELECT p.code, p.name, p.field, p.tiers,
  ARRAY(SELECT coalesce(t.names, '{}')::text FROM unnest(p.tiers) WITH ORDINALITY AS x (code, n)
    LEFT JOIN motcua.tier t ON t.code = x.code ORDER BY x.n) AS tier_names, p.audience, p.decision, p.result, p.level,
  c.channels, c.offered, c.amounts, c.units, c.fees, v.version, v.definition
FROM motcua.procedure p
LEFT JOIN LATERAL (
  SELECT array_agg(x.channel ORDER BY x.channel) AS channels, array_agg(x.offered ORDER BY x.channel) AS offered,
    array_agg(x.legal_amount ORDER BY x.channel) AS amounts, array_agg(x.legal_unit ORDER BY x.channel) AS units,
    array_agg(x.fee ORDER BY x.channel) AS fees
  FROM motcua.procedure_channel x WHERE x.procedure_code = p.code) AS c ON true
LEFT JOIN LATERAL (
  SELECT w.version, CASE WHEN $5::text IS NOT NULL THEN w.definition END AS definition
  FROM motcua.workflow_version w WHERE w.procedure_code = p.code AND w.status = 'published') AS v ON true
WHERE ($1::text IS NULL OR $1 = ANY (p.tiers))
  AND ($2::text IS NULL OR strpos(motcua.fold(p.field), motcua.fold($2)) > 0)
  AND ($3::text IS NULL OR strpos(p.name_search, motcua.fold($3)) > 0)
  AND (NOT $4::bool OR EXISTS (
    SELECT FROM motcua.procedure_channel x WHERE x.procedure_code = p.code AND x.channel = 'online' AND x.offered))
  AND ($5::text IS NULL OR p.code = $5)
ORDER BY p.code;
