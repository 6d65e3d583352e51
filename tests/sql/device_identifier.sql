BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT kind, value FROM api.device_identifier WHERE school = 'A' ORDER BY 1, 2 $$,
	$$ VALUES ('mac', '00:00:00:00:00:01'), ('mac', '00:00:00:00:00:01'), ('serial', 'SN1'), ('serial', 'SN2') $$, 'every claim');
SELECT * FROM finish();
ROLLBACK;
