-- Opinions awaited by the row that no open consultation stands for, and the other way round.
SELECT coalesce(d.code, c.dossier_id::text) AS code,
       format('row awaits %s, consultations %s', d.consulted, c.units) AS what
  FROM motcua.dossier d
  FULL JOIN (SELECT dossier_id, array_agg(unit_id ORDER BY unit_id) AS units
               FROM motcua.consultation WHERE status = 'open' GROUP BY dossier_id) AS c ON c.dossier_id = d.dossier_id
  WHERE ARRAY(SELECT unnest(d.consulted) ORDER BY 1) <> coalesce(c.units, '{}');
