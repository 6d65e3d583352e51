BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
INSERT INTO core.device_idle SELECT device_id, school_id, 1, 20, '2026-11-02' FROM core.device WHERE serial = 'SN2';
SELECT results_eq($$ SELECT school, days_on, of_days, since_day, class, serial FROM api.device_idle WHERE school = 'A' $$,
	$$ VALUES ('A', 1::smallint, 20::smallint, '2026-11-02'::date, 'printer', 'SN2') $$, 'idle equipment');
SELECT * FROM finish();
ROLLBACK;
