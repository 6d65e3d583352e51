BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(2);
SELECT results_eq($$ SELECT DISTINCT action, by, report_id IS NULL FROM api.device_history WHERE school = 'A' AND action = 'insert' $$,
	$$ VALUES ('insert', NULL::text, false) $$, 'a birth names its report and no person');
SET app.login = 'anna';
UPDATE core.device SET name = 'desk' WHERE serial = 'SN1';
SELECT results_eq($$ SELECT was ->> 'name', became ->> 'name', by FROM api.device_history WHERE school = 'A' AND action = 'update' ORDER BY changed_at DESC LIMIT 1 $$,
	$$ VALUES ('', 'desk', 'anna') $$, 'what a person changed names the person');
SELECT * FROM finish();
ROLLBACK;
