BEGIN;
\ir lib/schools.psql
SELECT plan(2);
SELECT pg_temp.outage('A', 4, 'isp_access', date_trunc('hour', now()) - interval '1 day 50 minutes', date_trunc('hour', now()) - interval '1 day 20 minutes');
SELECT pg_temp.roll();
SELECT results_eq($$ SELECT known_s, down_s FROM api.line_hour WHERE school = 'A' AND hour = date_trunc('hour', now()) - interval '25 hours' $$,
	'VALUES (1800::double precision, 1800::double precision)', 'an hour of which half an hour is known');
SELECT is((SELECT sum(down_s) FROM api.line_day WHERE school = 'A' AND availability_pct = 0), 1800::double precision, 'and the day of it');
SELECT * FROM finish();
ROLLBACK;
