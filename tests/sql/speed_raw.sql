BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(2);
INSERT INTO core.measured (test_id, direction, started_at, size_bytes, duration_s, client) VALUES (pg_temp.id(3), 'down', '2026-03-01 00:00+00', 100, 2, '192.0.2.9');
SELECT results_eq($$ SELECT sample_ms, warmup_samples, sample_bytes, jsonb_array_length(streams), agent_version, clock_synchronised FROM api.speed_raw WHERE school = 'A' AND direction = 'down' $$,
	$$ VALUES (100, 3, '{10,20}'::bigint[], 2, '0.1.0', true) $$, 'what a test is judged by');
SELECT results_eq($$ SELECT server_record ->> 0 FROM api.speed_raw WHERE school = 'A' ORDER BY direction $$, $$ VALUES ('["2026-03-01T00:00:00+00:00", 100, 2, "", null, null, null]'), (NULL) $$, 'and what its server recorded');
SELECT * FROM finish();
ROLLBACK;
