BEGIN;
\ir lib/schools.psql
\ir lib/claim.psql
SELECT plan(6);
SELECT core.put_contract('A', '7', NULL, NULL, NULL, 'me', '2026-03-05', NULL, 100, NULL, NULL, 'wired');
SELECT results_eq($$ SELECT * FROM api.form_speed_at('2026-03-31', 'oo2', '2017') WHERE school = 'A' $$,
	$$ VALUES ('A', 'wired', 100::numeric, 6::smallint, 14::bigint, 90::numeric, 118::numeric, 7::smallint) $$, 'what was contracted that day, and the most that was measured, each with its code');
SELECT results_eq($$ SELECT contract_code, measured_code FROM api.form_speed_at('2026-03-31', 'dop1', 'undated') WHERE school = 'A' $$, $$ VALUES (10::smallint, 10::smallint) $$, 'exactly 100 is of another band in another edition');
SELECT results_eq($$ SELECT contract_mbps, contract_code, tests, measured_code FROM api.form_speed_at('2026-03-04', 'oo2', '2017') WHERE school = 'A' $$,
	$$ VALUES (120::numeric, 7::smallint, 0::bigint, NULL::smallint) $$, 'the contract is that of the day; nothing measured is no code');
SELECT results_eq($$ SELECT contract_mbps, contract_code, tests FROM api.form_speed_at('2026-03-31', 'oo2', '2017') WHERE school = 'B' $$, $$ VALUES (NULL::numeric, NULL::smallint, 0::bigint) $$, 'a school of which nothing is known has its row');
SELECT results_eq($$ SELECT code FROM (VALUES (0.255), (0.256), (1.999), (2), (30), (30.1), (100.1)) AS v(mbps) JOIN api.speed_band AS b ON b.form = 'oo2' AND b.edition = '2017' AND v.mbps <@ b.mbps ORDER BY v.mbps $$,
	$$ SELECT c::smallint FROM unnest(ARRAY[1, 2, 4, 5, 5, 6, 7]) AS c $$, 'bounds are those of the edition');
SELECT is_empty($$ SELECT FROM api.speed_band AS a JOIN api.speed_band AS b ON a.form = b.form AND a.edition = b.edition AND a.code < b.code AND a.mbps && b.mbps $$, 'no rate has two codes');
SELECT * FROM finish();
ROLLBACK;
