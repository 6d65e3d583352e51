BEGIN;
\ir lib/schools.psql
SELECT plan(3);
CREATE FUNCTION pg_temp.health(p_at timestamptz, p_rss bigint, p_names text[]) RETURNS void LANGUAGE sql AS $$
	SELECT core.take_health(pg_temp.report('A', 'health'), pg_temp.school('A'), pg_temp.agent('A'), p_at, now(), 1, p_rss, 2, 3, 4, 'os', 'p', NULL,
		ARRAY['no CAP_NET_RAW'], p_names, array_fill(5::bigint, ARRAY[cardinality(p_names)]))
$$;
SELECT pg_temp.health(now(), 100, ARRAY['a', 'b']);
SELECT results_eq('SELECT rss_bytes, warnings FROM core.agent_state', $$ VALUES (100::bigint, '{"no CAP_NET_RAW"}'::text[]) $$, 'health is noted');
SELECT pg_temp.health(now() - interval '1 hour', 50, ARRAY['c']);
SELECT results_eq('SELECT rss_bytes FROM core.agent_state', 'VALUES (100::bigint)', 'older health changes nothing');
SELECT pg_temp.health(now() + interval '1 hour', 60, ARRAY['b', 'c']);
SELECT results_eq('SELECT name FROM core.agent_counter ORDER BY 1', $$ VALUES ('b'), ('c') $$, 'counters are those told last');
SELECT * FROM finish();
ROLLBACK;
