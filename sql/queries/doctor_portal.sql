-- Dossiers of which the portal was last told something else than their status.
SELECT d.code, format('status is %s, the portal was told %s', coalesce(d.portal_status::text, 'none'), coalesce(o.status::text, 'nothing')) AS what
  FROM motcua.dossier d
  LEFT JOIN LATERAL (SELECT x.status FROM motcua.portal_outbox x WHERE x.dossier_id = d.dossier_id
                       ORDER BY x.seq DESC LIMIT 1) AS o ON true
  WHERE d.portal_status IS DISTINCT FROM o.status;
