BEGIN;
\ir lib/schools.psql
SELECT plan(8);
-- The runs of test 1, as the same report tells them; or as another one does.
CREATE FUNCTION pg_temp.runs(p_report bigint, p_cross double precision, p_line double precision, p_cause text DEFAULT '') RETURNS void LANGUAGE sql AS $$
	SELECT core.take_speed_runs(p_report, pg_temp.school('A'), pg_temp.agent('A'), pg_temp.id(1), p_cross, 'TLS_AES_128_GCM_SHA256',
		ARRAY['down', 'up'], ARRAY['verify', 'long'], ARRAY['https://x', 'https://y'], ARRAY[4, 16], ARRAY[97.5::float8, 48], ARRAY[2.0::float8, 9.7],
		ARRAY[100::bigint, 50], ARRAY['pass', 'fail_isp'], ARRAY[0.9::real, 0.99], ARRAY['', p_cause], ARRAY[1.04::float8, 1.04], ARRAY[-1::float8, p_line],
		ARRAY[100, 100], ARRAY[3, 4], ARRAY[0, 1], ARRAY[0, 2], ARRAY['{"cpu_pct":1.5}', '{"wireless":true}'], ARRAY[100::float8, 50],
		ARRAY[0::float8, 640], ARRAY['', 'high'], ARRAY['[]', '[[250,1,20000,10,0,65536,1000000]]'],
		ARRAY[1, 1, 2], ARRAY[10::bigint, 20, 30], ARRAY[1, 1, 2, 2], ARRAY[100001::bigint, 99999, 100000, 100000], ARRAY[2, 2], ARRAY[29::bigint, 31], ARRAY[2, 2], ARRAY[20500::bigint, 31000])
$$;
SELECT pg_temp.speed('A', 1, 97.5);
SELECT pg_temp.runs((SELECT max(report_id) FROM core.report), 0, 60);
SELECT results_eq('SELECT run, direction, step, server, line_mbps, sample_bytes, sample_us, sender_bytes FROM core.speed_run ORDER BY 1',
	$$ VALUES (1::smallint, 'down', 'verify', 'https://x', NULL::float8, '{10,20}'::bigint[], '{100001,99999}'::bigint[], '{}'::bigint[]),
	          (2::smallint, 'up', 'long', 'https://y', 60, '{30}', '{100000,100000}', '{29,31}') $$, 'runs stand in their order, each with its samples');
SELECT results_eq('SELECT target_mbps, (limits ->> ''wireless'')::boolean FROM core.speed_run WHERE run = 2', 'VALUES (50::float8, true)', 'and with its own target and what limited it');
SELECT results_eq('SELECT rpm, rpm_confidence, tcp_samples FROM core.speed_run ORDER BY run',
	$$ VALUES (NULL::float8, '', '[]'::jsonb), (640, 'high', '[[250,1,20000,10,0,65536,1000000]]') $$, 'and how the line answered while it was full');
SELECT results_eq('SELECT ping_us FROM core.speed_run ORDER BY run', $$ VALUES ('{}'::bigint[]), ('{20500,31000}') $$, 'and how long answers took');
SELECT results_eq('SELECT cross_traffic_mbps, cipher FROM core.speed_test', $$ VALUES (0::float8, 'TLS_AES_128_GCM_SHA256') $$, 'that others took nothing is known');
SELECT pg_temp.runs(pg_temp.report('A', 'speed'), 7, 60);
SELECT results_eq('SELECT count(*), max(t.cross_traffic_mbps) FROM core.speed_run JOIN core.speed_test AS t USING (agent_id, test_id)',
	'VALUES (2::bigint, 0::float8)', 'a test is told once');
DELETE FROM core.speed_run;
SELECT pg_temp.runs((SELECT report_id FROM core.speed_test), -1, -1);
SELECT results_eq('SELECT cross_traffic_mbps FROM core.speed_test', 'VALUES (NULL::float8)', 'what is not known is empty');
SELECT throws_ok($$ SELECT pg_temp.runs((SELECT report_id FROM core.speed_test), 0, 0, repeat('x', 33)) $$, '23505', NULL, 'a run is told once');
SELECT * FROM finish();
ROLLBACK;
