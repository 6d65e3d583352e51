BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT run::integer, direction, step, verdict, rpm, jsonb_array_length(tcp_samples) FROM api.speed_run WHERE school = 'A' $$,
	$$ VALUES (1, 'down', 'verify', 'pass', 640::float8, 1) $$, 'what was tried, and how the line answered while it was full');
SELECT * FROM finish();
ROLLBACK;
