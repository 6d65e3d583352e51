BEGIN;
\ir lib/schools.psql
SELECT plan(8);

CREATE FUNCTION pg_temp.take(p_seq bigint[], p_at timestamptz DEFAULT now()) RETURNS TABLE (item integer, report_id bigint, school_id integer) LANGUAGE sql AS $$
	SELECT * FROM core.take_reports(
		array_fill(pg_temp.agent('A'), ARRAY[cardinality(p_seq)]), array_fill(pg_temp.id(9), ARRAY[cardinality(p_seq)]), p_seq,
		array_fill('measurements'::text, ARRAY[cardinality(p_seq)]), array_fill(now(), ARRAY[cardinality(p_seq)]), array_fill(now(), ARRAY[cardinality(p_seq)]),
		array_fill('1'::text, ARRAY[cardinality(p_seq)]), array_fill(true, ARRAY[cardinality(p_seq)]), array_fill('\x01'::bytea, ARRAY[cardinality(p_seq)]),
		ARRAY[1, 2, 2], ARRAY[7, 7, 8], ARRAY[p_at, p_at, p_at], ARRAY[1.0::float8, 2, 3])
$$;

SELECT results_eq('SELECT item FROM pg_temp.take(ARRAY[1, 2, 2]::bigint[]) ORDER BY 1', 'VALUES (1), (2)', 'what comes twice at once is stored once');
SELECT results_eq('SELECT count(*), sum(value) FROM core.measurement', 'VALUES (3::bigint, 6::float8)', 'with its measurements once');
SELECT is_empty('SELECT * FROM pg_temp.take(ARRAY[1, 2]::bigint[])', 'what comes again is a duplicate');
SELECT results_eq('SELECT count(*) FROM core.measurement', 'VALUES (3::bigint)', 'and brings no measurement');
SELECT results_eq('SELECT count(*) FROM core.report_body', 'VALUES (2::bigint)', 'the bytes are kept, once');
SELECT results_eq('SELECT last_seq, boot_id FROM core.agent_state', 'SELECT 2::bigint, pg_temp.id(9)', 'the agent''s state follows');
SELECT throws_ok($$ SELECT * FROM pg_temp.take(ARRAY[5]::bigint[], now() - interval '90 days') $$, '23514', NULL, 'a time without a partition is refused');
SELECT throws_ok(
	$$ SELECT * FROM core.take_reports(ARRAY[pg_temp.id(77)], ARRAY[pg_temp.id(0)], ARRAY[1::bigint], ARRAY['gap'], ARRAY[now()], ARRAY[now()],
	   ARRAY['1'], ARRAY[true], ARRAY['\x'::bytea], '{}', '{}', '{}', '{}') $$,
	'23503', NULL, 'an agent that is not enrolled is refused, not passed over');

SELECT * FROM finish();
ROLLBACK;
