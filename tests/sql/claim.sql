BEGIN;
\ir lib/schools.psql
\ir lib/claim.psql
SELECT plan(17);
SELECT results_eq($$ SELECT from_at, to_at, excluded_to, comment, "by" FROM api.claim_works('A', '2026-03-01', '2026-03-31') $$,
	$$ VALUES ('2026-03-05 05:00+00'::timestamptz, '2026-03-05 11:00+00'::timestamptz, '2026-03-05 09:00+00'::timestamptz, 'letter 17', 'clerk'),
	          ('2026-03-06 04:30+00', '2026-03-06 06:30+00', '2026-03-06 06:30+00', 'each Friday 09:30 to 11:30', 'clerk'),
	          ('2026-03-13 04:30+00', '2026-03-13 06:30+00', '2026-03-13 06:30+00', 'each Friday 09:30 to 11:30', 'clerk') $$,
	'works, also those that were noted afterwards, for four hours each; a rule has its occurrences by the school''s clock');
SELECT is_empty($$ SELECT FROM api.claim_works('B', '2026-03-01', '2026-03-31') $$, 'works are a school''s own');
SELECT core.add_maintenance(NULL, '2026-03-30 20:00+00', '2026-04-02 00:00+00', 'all', 'clerk');
SELECT results_eq($$ SELECT from_at, comment FROM api.claim_works('B', '2026-03-01', '2026-03-31') $$, $$ VALUES ('2026-03-30 20:00+00'::timestamptz, 'all') $$, 'or everybody''s');

SELECT results_eq($$ SELECT right(outage_id::text, 3), excluded, round((SELECT COALESCE(sum(EXTRACT(epoch FROM upper(r) - lower(r))), 0) FROM unnest(counted) AS r)) FROM api.claim_outages('A', '2026-03-01', '2026-03-31') $$,
	$$ VALUES ('108', NULL::text, 3600::numeric), ('109', NULL, 1800), ('101', 'short', 0), ('102', 'short', 0), ('103', NULL, 300), ('104', 'party', 0), ('105', NULL, 7200), ('106', 'works', 0), ('110', 'open', 0) $$,
	'what counts against the provider, and why the rest does not');
SELECT results_eq($$ SELECT duration_s, lesson_s FROM api.claim_outages('A', '2026-03-01', '2026-03-31') WHERE outage_id = pg_temp.id(105) $$, 'VALUES (21600::float8, 21600::float8)',
	'09:00 to 15:00 by the school''s clock is lesson time');
SELECT is((SELECT duration_s FROM api.claim_outages('A', '2026-03-01', '2026-03-31') WHERE outage_id = pg_temp.id(108)), 3600::float8, 'an outage is cut to the days');
UPDATE reference.setting SET value = '599' WHERE name = 'claim_break_s';
SELECT is((SELECT excluded FROM api.claim_outages('A', '2026-03-01', '2026-03-31') WHERE outage_id = pg_temp.id(101)), NULL, 'one second more than is allowed counts');
UPDATE reference.setting SET value = NULL WHERE name = 'claim_break_s';

SELECT results_eq($$ SELECT COALESCE(excluded, 'counted'), count(*), count(*) FILTER (WHERE reached) FROM api.claim_tests('A', '2026-03-01', '2026-03-31') GROUP BY 1 ORDER BY 1 $$,
	$$ VALUES ('capped', 2::bigint, 0::bigint), ('counted', 11, 1), ('limited_lan', 1, 0), ('passive', 1, 0), ('works', 1, 0) $$, 'tests that count and those that do not; the last one is of April');

SELECT sha256 AS first FROM api.claim_digest('A', '2026-03-01', '2026-03-31') \gset
SELECT results_eq($$ SELECT * FROM api.claim_digest('A', '2026-03-01', '2026-03-31') $$, format($$ VALUES (%L, 16::bigint, 9::bigint) $$, :'first'), 'the same facts give the same digest');
SELECT is((SELECT encode(sha256(convert_to(string_agg(line || chr(10), '' ORDER BY n), 'UTF8')), 'hex') FROM api.claim_data('A', '2026-03-01', '2026-03-31')), :'first', 'which is of its lines');
SET TIME ZONE 'Asia/Vladivostok'; SET extra_float_digits = 0; SET datestyle = 'German';
SELECT is((SELECT sha256 FROM api.claim_digest('A', '2026-03-01', '2026-03-31')), :'first', 'whatever the session is set to');
SET TIME ZONE 'UTC'; RESET extra_float_digits; RESET datestyle;
SELECT results_eq($$ SELECT line::jsonb ->> 'kind', count(*) FROM api.claim_data('A', '2026-03-01', '2026-03-31') GROUP BY 1 ORDER BY 1 $$,
	$$ VALUES ('claim', 1::bigint), ('outage', 9), ('test', 16), ('works', 4) $$, 'contract, tests, outages and works are in it');
SELECT is((SELECT line::jsonb -> 'sample_bytes' FROM api.claim_data('A', '2026-03-01', '2026-03-31') WHERE line::jsonb ->> 'test' = pg_temp.id(1)::text), '[10]', 'with raw samples');
UPDATE core.speed_direction SET sample_bytes = '{11}' WHERE test_id = pg_temp.id(1);
SELECT isnt((SELECT sha256 FROM api.claim_digest('A', '2026-03-01', '2026-03-31')), :'first', 'one byte of one sample is another claim');
UPDATE core.speed_direction SET sample_bytes = '{10}' WHERE test_id = pg_temp.id(1);
UPDATE core.school SET contract_down_mbps = 119 WHERE code = 'A';
SELECT isnt((SELECT sha256 FROM api.claim_digest('A', '2026-03-01', '2026-03-31')), :'first', 'so is another contract');
UPDATE core.school SET contract_down_mbps = 120, name = 'Renamed' WHERE code = 'A';
SELECT is((SELECT sha256 FROM api.claim_digest('A', '2026-03-01', '2026-03-31')), :'first', 'a school''s name is none of the facts');
SELECT is((SELECT sha256 FROM api.claim_digest('Z', '2026-03-01', '2026-03-31')), NULL, 'no school, no claim');
SELECT * FROM finish();
ROLLBACK;
