BEGIN;
\ir lib/schools.psql
SELECT pg_temp.asks('A');
SELECT plan(3);
SET ROLE parta_web;
SELECT lives_ok($$ SELECT core.note_export('192.0.2.1', 'devices', 5, 'ab12', 'class=router') $$, 'the page writes down an export');
RESET ROLE;
SELECT results_eq($$ SELECT login, host(address), action, object, outcome FROM core.access_log $$,
	$$ VALUES ('a', '192.0.2.1', 'export', 'devices rows=5 sha256=ab12 class=router', 'done') $$, 'who took what');
SELECT set_config('app.account', '', true);
SELECT core.note_export('192.0.2.1', 'devices', 5, 'ab12', '');
SELECT is((SELECT count(*) FROM core.access_log), 1::bigint, 'nobody takes nothing');
SELECT * FROM finish();
ROLLBACK;
