CREATE OR REPLACE VIEW api.me AS
SELECT a.login,
       a.name,
       a.role,
       CASE WHEN a.role = 'school' THEN
            ARRAY(SELECT s.code FROM core.account_school AS o JOIN core.school AS s USING (school_id)
                   WHERE o.account_id = a.account_id ORDER BY s.code) END AS schools,
       a.municipality,
       a.language,
       EXISTS (SELECT FROM core.demo) AS demo
  FROM core.account AS a, core.asker() AS asker
 WHERE a.account_id = asker.account_id;

COMMENT ON VIEW api.me IS
	'For whom the page asks. schools is empty for those who see all schools, or all of their municipality. demo: some of the schools are made up.';
