BEGIN;
\ir lib/schools.psql
SELECT plan(1);
SELECT pg_temp.speed('A', 3, 97.5);
SELECT results_eq($$ SELECT direction, ip_mbps, goodput_mbps, verdict, target_mbps, lesson, latency_idle_ms, backend, server FROM api.speed_list ORDER BY direction $$,
	$$ VALUES ('down', 97.5::float8, 97.5::float8, 'pass', 100::float8, 'lesson', 1.5::float8, 'parta', 'https://x'),
	          ('up', 48.75, 48.75, 'pass', 100, 'lesson', 1.5, 'parta', 'https://x') $$, 'a row a direction');
SELECT * FROM finish();
ROLLBACK;
