BEGIN;
\ir lib/schools.psql
SELECT plan(20);
SELECT pg_temp.outage('A', 1, 'gateway', '2026-01-01 10:00+00', NULL, '2026-01-01 10:01+00');
SELECT results_eq('SELECT outage_class, end_at FROM core.outage', $$ VALUES ('gateway', NULL::timestamptz) $$, 'an outage begins');
SELECT pg_temp.outage('A', 1, 'isp_access', '2026-01-01 10:00+00', '2026-01-01 10:05+00', '2026-01-01 10:06+00');
SELECT results_eq('SELECT outage_class, end_at FROM core.outage', $$ VALUES ('isp_access', '2026-01-01 10:05+00'::timestamptz) $$, 'and ends');
SELECT pg_temp.outage('A', 1, 'gateway', '2026-01-01 09:59+00', NULL, '2026-01-01 10:02+00');
SELECT results_eq('SELECT outage_class, end_at, onset_at FROM core.outage',
	$$ VALUES ('isp_access', '2026-01-01 10:05+00'::timestamptz, '2026-01-01 10:00+00'::timestamptz) $$, 'a report that was overtaken opens it not again');
SELECT pg_temp.outage('A', 3, 'gateway', '2026-01-01 12:00+00', NULL, '2026-01-01 12:01+00');
SELECT pg_temp.outage('A', 3, 'gateway', '2026-01-01 13:00+00', '2026-01-01 13:05+00', '2026-01-01 13:06+00');
SELECT results_eq('SELECT end_at - onset_at FROM core.outage WHERE outage_id = pg_temp.id(3)', $$ VALUES (interval '5 minutes') $$, 'a clock set forward meanwhile makes it no longer');
SELECT pg_temp.outage('A', 4, 'gateway', '2026-01-01 12:00+00', NULL, '2026-01-01 12:01+00');
SELECT pg_temp.outage('A', 4, 'gateway', '2026-01-01 10:00+00', '2026-01-01 10:05+00', '2026-01-01 10:06+00');
SELECT results_eq('SELECT end_at - onset_at FROM core.outage WHERE outage_id = pg_temp.id(4)', $$ VALUES (interval '5 minutes') $$, 'nor does one set back');
DELETE FROM core.outage_evidence WHERE outage_id IN (pg_temp.id(3), pg_temp.id(4));
DELETE FROM core.outage WHERE outage_id IN (pg_temp.id(3), pg_temp.id(4));
SELECT pg_temp.outage('B', 1, 'gateway', '2026-01-01 10:00+00', NULL);
SELECT results_eq('SELECT count(*) FROM core.outage', 'VALUES (2::bigint)', 'another agent''s outage under the same number is another');
SELECT throws_ok($$ SELECT pg_temp.outage('A', 2, 'gateway', '2026-01-01 10:00+00', '2026-01-01 09:00+00') $$, '23514', NULL, 'none ends before it begins');
SELECT results_eq('SELECT count(*), max(rtt_median_ms) FROM core.connectivity_window', 'VALUES (8::bigint, 2::float8)', 'windows are kept');
SELECT results_eq('SELECT count(DISTINCT observed_at) FROM core.outage_evidence', 'VALUES (2::bigint)', 'and why');

-- An end that was never told
CREATE FUNCTION pg_temp.windows(p_from timestamptz, p_rung text[], p_sent bigint[], p_received bigint[]) RETURNS void LANGUAGE sql AS $$
	SELECT core.take_connectivity(pg_temp.report('A', 'connectivity'), pg_temp.school('A'), pg_temp.agent('A'), p_from + interval '1 minute',
		p_rung, ARRAY(SELECT 't' || n FROM generate_series(1, cardinality(p_rung)) AS n), array_fill(p_from, ARRAY[cardinality(p_rung)]),
		array_fill(p_from + interval '1 minute', ARRAY[cardinality(p_rung)]), p_sent, p_received, array_fill(0::bigint, ARRAY[cardinality(p_rung)]),
		array_fill(NULL::float8, ARRAY[cardinality(p_rung)]), array_fill(NULL::float8, ARRAY[cardinality(p_rung)]),
		array_fill(NULL::float8, ARRAY[cardinality(p_rung)]), array_fill(0::bigint, ARRAY[cardinality(p_rung)]),
		'{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')
$$;
CREATE FUNCTION pg_temp.told(p_outage integer, p_class text, p_onset timestamptz, p_end timestamptz, p_told timestamptz) RETURNS void LANGUAGE sql AS $$
	SELECT core.take_connectivity(pg_temp.report('A', 'connectivity'), pg_temp.school('A'), pg_temp.agent('A'), p_told,
		'{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',
		ARRAY[pg_temp.id(p_outage)], ARRAY[p_class], ARRAY['down'], ARRAY[p_onset], ARRAY[p_end], '{}', '{}', '{}', '{}', '{}')
$$;
CREATE FUNCTION pg_temp.was(p_outage integer) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT COALESCE((EXTRACT(epoch FROM end_at - now()) / 60)::integer::text, 'open') || CASE WHEN end_inferred THEN ' inferred' ELSE '' END
	  FROM core.outage WHERE agent_id = pg_temp.agent('A') AND outage_id = pg_temp.id(p_outage)
$$;
SELECT pg_temp.told(10, 'isp_access', now() - interval '60 minutes', NULL, now() - interval '59 minutes');
SELECT pg_temp.windows(now() - interval '61 minutes', ARRAY['internet'], ARRAY[60], ARRAY[60]);
SELECT is(pg_temp.was(10), 'open', 'a window from before an outage was told says nothing of its end');
SELECT pg_temp.windows(now() - interval '50 minutes', ARRAY['internet', 'internet', 'internet', 'gateway'], ARRAY[20, 20, 20, 12], ARRAY[20, 13, 0, 12]);
SELECT is(pg_temp.was(10), 'open', 'nor does one target of three, or a gateway that answers');
DELETE FROM core.roll_mark;
SELECT pg_temp.windows(now() - interval '40 minutes', ARRAY['internet', 'internet', 'internet'], ARRAY[20, 20, 20], ARRAY[20, 15, 0]);
SELECT is(pg_temp.was(10), '-40 inferred', 'most targets do: it is over since then, and marked so');
SELECT results_eq($$ SELECT from_at, to_at FROM core.roll_mark WHERE part = 'outage' $$, $$ VALUES (now() - interval '60 minutes', now()) $$, 'what was counted as down is summed up anew');
SELECT results_eq($$ SELECT end_inferred FROM api.outage WHERE onset = now() - interval '60 minutes' $$, 'VALUES (true)', 'who reads sees it');
SELECT pg_temp.told(10, 'gateway', now() - interval '60 minutes', NULL, now() - interval '58 minutes');
SELECT is(pg_temp.was(10), '-40 inferred', 'an older word that it lasted changes nothing');
SELECT pg_temp.told(10, 'gateway', now() - interval '60 minutes', NULL, now() - interval '30 minutes');
SELECT is(pg_temp.was(10), 'open', 'a newer one does');
SELECT pg_temp.told(11, 'dns_all', now() - interval '20 minutes', NULL, now() - interval '19 minutes');
SELECT is(pg_temp.was(10), '-20 inferred', 'the next outage ends it: an agent has one at a time');
SELECT pg_temp.windows(now() - interval '10 minutes', ARRAY['internet', 'dns_local'], ARRAY[60, 2], ARRAY[60, 0]);
SELECT is(pg_temp.was(11), 'open', 'that the Internet answers ends no fault above it');
SELECT pg_temp.windows(now() - interval '9 minutes', ARRAY['internet', 'dns_local'], ARRAY[60, 2], ARRAY[59, 2]);
SELECT is(pg_temp.was(11), '-9 inferred', 'but that everything does');
SELECT pg_temp.told(10, 'gateway', now() - interval '60 minutes', now() - interval '25 minutes', now() - interval '24 minutes');
SELECT is(pg_temp.was(10), '-25', 'a told end takes the place of an inferred one');
SELECT * FROM finish();
ROLLBACK;
