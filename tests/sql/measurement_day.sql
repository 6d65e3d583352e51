BEGIN;
\ir lib/schools.psql
SELECT plan(2);
SELECT pg_temp.fill();
SELECT pg_temp.roll();
SELECT results_eq($$ SELECT metric, subject, n, mean, low, high, median FROM api.measurement_day WHERE school = 'A' $$,
	$$ VALUES ('rtt_ms', '192.0.2.1', 1, 1.5::float8, 1.5::float8, 1.5::float8, 1.5::float8) $$, 'a series by day');
SELECT results_eq($$ SELECT hour, n, p95 FROM api.measurement_hour WHERE school = 'A' $$, $$ VALUES (date_trunc('hour', now()), 1, 1.5::float8) $$, 'and by hour');
SELECT * FROM finish();
ROLLBACK;
