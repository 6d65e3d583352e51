BEGIN;
\ir lib/schools.psql
SELECT plan(5);
SELECT pg_temp.fill();
SELECT pg_temp.roll();
SELECT results_eq('SELECT school_id, leaks, devices, outages, pace FROM core.school_figures ORDER BY 1',
	$$ SELECT school_id, 1::bigint, 2::bigint, 1::bigint, CASE code WHEN 'A' THEN 'critical' ELSE 'norm' END FROM core.school ORDER BY 1 $$, 'a row a school, by the norm of its kind of place');
UPDATE core.school_figures SET pace_since = '2020-01-01', day = day - 1;
SELECT pg_temp.roll();
SELECT is((SELECT count(*) FROM core.school_figures WHERE pace_since = '2020-01-01'), 2::bigint, 'a new day writes it anew and forgets nothing');
SELECT results_eq('SELECT DISTINCT day >= (now() AT TIME ZONE ''UTC'')::date FROM core.school_figures', 'VALUES (true)', 'the 30 days have moved on');
SELECT results_eq('SELECT school_id, month, is_judged, is_norm FROM core.school_month ORDER BY 1',
	$$ SELECT school_id, date_trunc('month', now() AT TIME ZONE time_zone)::date, true, code = 'B' FROM core.school ORDER BY 1 $$, 'so has the month');
DELETE FROM core.speed_stream; DELETE FROM core.speed_direction; DELETE FROM core.speed_test;
SELECT core.roll_again(school_id, now() - interval '2 days', now()) FROM core.school;
SELECT pg_temp.roll();
SELECT results_eq('SELECT DISTINCT pace, pace_since FROM core.school_figures', $$ VALUES ('no_data', now()) $$, 'a change of pace is dated');
SELECT * FROM finish();
ROLLBACK;
