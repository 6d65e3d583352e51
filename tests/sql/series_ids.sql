BEGIN;
\ir lib/schools.psql
SELECT plan(4);
CREATE TEMP TABLE first AS SELECT * FROM core.series_ids(ARRAY[pg_temp.agent('A'), pg_temp.agent('A'), pg_temp.agent('B')],
	ARRAY['rtt_ms', 'rtt_ms', 'rtt_ms'], ARRAY['x', 'x', 'x']);
SELECT results_eq('SELECT count(*), count(DISTINCT series_id) FROM first', 'VALUES (3::bigint, 2::bigint)', 'one series for an agent, a metric and a subject');
SELECT results_eq(
	$$ SELECT series_id FROM core.series_ids(ARRAY[pg_temp.agent('B')], ARRAY['rtt_ms'], ARRAY['x']) $$,
	'SELECT series_id FROM first WHERE item = 3', 'asked again it is the same');
SELECT throws_ok($$ SELECT * FROM core.series_ids(ARRAY[pg_temp.agent('A')], ARRAY['Bad Metric'], ARRAY['']) $$, '23514', NULL, 'a metric has a form');
SELECT throws_ok(
	$$ SELECT * FROM core.series_ids(array_fill(pg_temp.agent('A'), ARRAY[10001]), array_fill('rtt_ms'::text, ARRAY[10001]),
	   ARRAY(SELECT n::text FROM generate_series(1, 10001) AS n)) $$, 'P0001', NULL, 'an agent cannot measure without bounds');
SELECT * FROM finish();
ROLLBACK;
