BEGIN;
\ir lib/schools.psql
SELECT plan(4);
INSERT INTO core.measured (test_id, direction, started_at, size_bytes, duration_s, client, congestion, cpu_pct, first_sample, samples, tcp)
SELECT pg_temp.id(1), CASE WHEN n < 3 THEN 'down' ELSE 'up' END, '2026-09-01 08:00:00.25+00', n * 1000, 1.5, '10.0.0.1', 'bbr', 12.34, 5, ARRAY[n, 1], '{"rtt_us": 7}'
  FROM generate_series(1, 3) AS n;
SELECT is(core.measured_of(pg_temp.id(2))::text, '[]', 'of an unknown test there is nothing');
SELECT results_eq(
	$$ SELECT x->>'direction', x->>'bytes', x->>'duration_us', x->>'started_ms', x#>>'{samples,0}', x#>>'{tcp,rtt_us}', x->>'cpu_pct' FROM json_array_elements(core.measured_of(pg_temp.id(1))) AS x $$,
	$$ SELECT CASE WHEN n < 3 THEN 'down' ELSE 'up' END, (n * 1000)::text, '1500000', '1788249600250', n::text, '7', '12.3' FROM generate_series(1, 3) AS n $$,
	'streams come in their order');
INSERT INTO core.measured (test_id, direction, started_at, size_bytes, duration_s, client) SELECT pg_temp.id(3), 'up', now(), 1, 1, '' FROM generate_series(1, 200);
SELECT is(json_array_length(core.measured_of(pg_temp.id(3))), 128, 'of too many the first');
SELECT is((core.measured_of(pg_temp.id(3))->0->>'tcp'), NULL, 'what is not known is null');
SELECT * FROM finish();
ROLLBACK;
