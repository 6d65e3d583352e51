BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
UPDATE core.device SET class = 'router' WHERE serial = 'SN1' AND school_id = pg_temp.school('A');
SELECT results_eq($$ SELECT action, was ->> 'class', became ->> 'class' FROM api.device_change WHERE school = 'A' AND became ->> 'class' <> 'printer' ORDER BY changed_at $$,
	$$ VALUES ('insert', NULL, 'switch'), ('update', 'switch', 'router') $$, 'births and changes of devices');
SELECT * FROM finish();
ROLLBACK;
