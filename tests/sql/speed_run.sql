BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(4);
SELECT results_eq($$ SELECT run::integer, direction, step, verdict, rpm, jsonb_array_length(tcp_samples) FROM api.speed_run WHERE school = 'A' $$,
	$$ VALUES (1, 'down', 'verify', 'pass', 640::float8, 1) $$, 'what was tried, and how the line answered while it was full');
SELECT results_eq($$ SELECT sample_ms, warmup_samples, sample_mbps FROM api.speed_run WHERE school = 'A' $$,
	$$ SELECT 100, 3, '{0,0}'::float8[] $$, 'how the rate went');
UPDATE core.speed_run SET sample_bytes = '{1000000,2000000}', sample_us = '{100000,200000}', ip_per_payload = 1.05 WHERE school_id = pg_temp.school('A');
UPDATE core.speed_run SET sample_bytes = '{1000000,2000000}', sample_us = '{100000,200000}', sender_bytes = '{1,1}' WHERE school_id = pg_temp.school('B');
SELECT results_eq($$ SELECT school, sample_mbps FROM api.speed_run ORDER BY 1 $$,
	$$ VALUES ('A', '{84,84}'::float8[]), ('B', '{83.2,166.4}') $$, 'by each sample''s own length, where it was the agent''s');
UPDATE core.speed_run SET ping_us = '{10000,20000,30000}';
SELECT results_eq('SELECT latency_p50_ms, latency_p95_ms FROM api.speed_run WHERE school = ''A''', 'VALUES (20.0, 29.0)', 'and how long that took it');
SELECT * FROM finish();
ROLLBACK;
