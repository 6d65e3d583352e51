BEGIN;
\ir lib/schools.psql
SELECT pg_temp.account('boss', 'municipal') AS boss, pg_temp.account('audit', 'auditor') AS audit, pg_temp.account('head', 'head') AS head,
       pg_temp.account('anna', 'school', '{A}', 'Town') AS anna, pg_temp.account('town', 'auditor', NULL, 'Town') AS town \gset
SELECT plan(10);
SET ROLE parta_access;
SELECT lives_ok(format($$ SELECT access.note(%s, 'anna', '192.0.2.7', 'alerts/ack', 'A', 'done') $$, :anna), 'what a person did is written down');
SELECT lives_ok($$ SELECT access.note(NULL, 'guess', '192.0.2.8', 'login', '', 'refused') $$, 'and what a stranger tried');
SELECT throws_ok('UPDATE core.access_log SET login = ''x''', '42501', NULL, 'who writes it down does not change it');
RESET ROLE;
SELECT throws_ok('UPDATE core.access_log SET login = ''x''', '42501', NULL, 'not even the owner rewrites it');
SELECT throws_ok('DELETE FROM core.access_log', '42501', NULL, 'or shortens it');
SELECT throws_ok('TRUNCATE core.access_log', '42501', NULL, 'or empties it');
SET ROLE parta_web;
SELECT set_config('app.account', :'boss', true);
SELECT results_eq('SELECT login, address, action, object, outcome FROM api.access_log ORDER BY 1',
	$$ VALUES ('anna', '192.0.2.7', 'alerts/ack', 'A', 'done'), ('guess', '192.0.2.8', 'login', '', 'refused') $$, 'a municipal administrator reads it');
SELECT set_config('app.account', :'audit', true);
SELECT is((SELECT count(*) FROM api.access_log), 2::bigint, 'so does an auditor');
SELECT set_config('app.account', :'town', true);
SELECT results_eq('SELECT login FROM api.access_log', $$ VALUES ('anna') $$, 'one of a municipality what its people did');
SELECT set_config('app.account', :'head', true);
SELECT is_empty('SELECT * FROM api.access_log', 'nobody else does');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
