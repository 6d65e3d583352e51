BEGIN;
\ir lib/schools.psql
SELECT plan(5);
SELECT pg_temp.speed('A', 1, 97.5);
SELECT results_eq('SELECT direction, ip_mbps, sample_bytes FROM core.speed_direction ORDER BY 1',
	$$ VALUES ('down', 97.5::float8, '{10,20}'::bigint[]), ('up', 48.75, '{30}') $$, 'both directions with their samples');
SELECT results_eq('SELECT direction, stream, rtt_us FROM core.speed_stream ORDER BY 2', $$ VALUES ('down', 1, 5::bigint), ('down', 2, 6) $$, 'streams are numbered within their direction');
SELECT pg_temp.speed('A', 1, 1);
SELECT results_eq('SELECT max(ip_mbps) FROM core.speed_direction', 'VALUES (97.5::float8)', 'a test is told once');
SELECT pg_temp.speed('B', 1, 10);
SELECT results_eq('SELECT count(*) FROM core.speed_test', 'VALUES (2::bigint)', 'another agent''s test under the same number is another');
SELECT throws_ok($$ SELECT pg_temp.speed('A', 2, 1e9) $$, '23514', NULL, 'a rate that cannot be is refused');
SELECT * FROM finish();
ROLLBACK;
