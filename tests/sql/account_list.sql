BEGIN;
\ir lib/schools.psql
UPDATE core.school SET municipality = CASE code WHEN 'A' THEN 'Town' ELSE 'Village' END;
SELECT pg_temp.account('boss', 'municipal') AS boss, pg_temp.account('anna', 'school', '{A}', 'Town') AS anna,
       pg_temp.account('town', 'municipal', NULL, 'Town') AS town, pg_temp.account('audit', 'auditor') AS audit \gset
SELECT plan(5);
SET ROLE parta_web;
SELECT is_empty('SELECT * FROM api.account_list', 'nobody asks: nobody is shown');
SELECT set_config('app.account', :'boss', true);
SELECT results_eq('SELECT login, role, schools, municipality, language, disabled FROM api.account_list ORDER BY 1',
	$$ VALUES ('anna', 'school', '{A}'::text[], 'Town', 'ru', false), ('audit', 'auditor', '{}', NULL, 'ru', false),
	          ('boss', 'municipal', '{}', NULL, 'ru', false), ('town', 'municipal', '{}', 'Town', 'ru', false) $$, 'a municipal administrator sees all');
SELECT set_config('app.account', :'town', true);
SELECT results_eq('SELECT login FROM api.account_list ORDER BY 1', $$ VALUES ('anna'), ('town') $$, 'one of a municipality its people');
SELECT set_config('app.account', :'audit', true);
SELECT is_empty('SELECT * FROM api.account_list', 'an auditor none');
SELECT set_config('app.account', :'anna', true);
SELECT is_empty('SELECT * FROM api.account_list', 'nor does a school');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
