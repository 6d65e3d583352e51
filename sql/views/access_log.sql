CREATE OR REPLACE VIEW api.access_log AS
SELECT l.at,
       l.login,
       host(l.address) AS address,
       l.action,
       l.object,
       l.outcome
  FROM core.access_log AS l
  LEFT JOIN core.account AS a USING (account_id),
       core.asker() AS asker
 WHERE asker.role IN ('municipal', 'auditor') AND (asker.municipality IS NULL OR a.municipality = asker.municipality);

COMMENT ON VIEW api.access_log IS
	'Who signed in to the page and what people did there; for those who manage accounts and for auditors, within their municipality.';
