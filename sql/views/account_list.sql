CREATE OR REPLACE VIEW api.account_list AS
SELECT a.login,
       a.name,
       a.role,
       ARRAY(SELECT s.code FROM core.account_school AS o JOIN core.school AS s USING (school_id)
              WHERE o.account_id = a.account_id ORDER BY s.code) AS schools,
       a.municipality,
       a.language,
       a.disabled_at IS NOT NULL AS disabled,
       a.last_login_at
  FROM core.account AS a, core.asker() AS asker
 WHERE asker.role = 'municipal' AND (asker.municipality IS NULL OR a.municipality = asker.municipality);

COMMENT ON VIEW api.account_list IS
	'People who may sign in to the page; for those who manage them, within their municipality.';
