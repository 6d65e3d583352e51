BEGIN;
\ir lib/schools.psql
SELECT plan(19);

-- The interval: by hand, z = 1.96. 9 of 10: (0.9 + 0.19207) / 1.38415 = 0.78898 less and more 1.96 * sqrt(0.009 + 0.0096036) / 1.38415 = 0.19314.
SELECT results_eq('SELECT * FROM api.share_interval(9, 10)', 'VALUES (90.0, 59.6, 98.2)', 'nine of ten');
SELECT results_eq('SELECT * FROM api.share_interval(0, 10)', 'VALUES (0.0, 0.0, 27.8)', 'none failed to fail: the interval has a width');
SELECT results_eq('SELECT * FROM api.share_interval(10, 10)', 'VALUES (100.0, 72.2, 100.0)', 'nor is all of ten certain');
SELECT results_eq('SELECT * FROM api.share_interval(400, 800)', 'VALUES (50.0, 46.5, 53.5)', 'many tests make it narrow');
SELECT results_eq('SELECT * FROM api.share_interval(0, 0)', 'VALUES (NULL::numeric, NULL::numeric, NULL::numeric)', 'no tests, no share');

SELECT is(api.compliance_of(NULL, 5, 10, 10), 'no_target', 'without a target nothing is judged');
SELECT is(api.compliance_of(100, 0, 0, 10), 'no_data', 'no data is not good');
SELECT is(api.compliance_of(100, 9, 9, 10), 'not_enough', 'nine good tests are too few where ten are needed');
SELECT is(api.compliance_of(100, 9, 10, 10), 'pass', 'nine of ten: the median is there');
SELECT is(api.compliance_of(100, 8, 10, 10), 'unsure', 'eight of ten: 49.0 to 94.3 %, it may be or not');
SELECT is(api.compliance_of(100, 1, 10, 10), 'below', 'one of ten');

-- A line of 100 by norm and 120 by contract: ten tests that were held at 110, ten free ones, eight that do not count.
SELECT pg_temp.test(n, 109, 'pass', 'verify') FROM generate_series(1, 10) AS n;
SELECT pg_temp.test(n, 80, 'fail_isp', 'verify') FROM generate_series(11, 12) AS n;
SELECT pg_temp.test(n, 119, 'pass', 'capacity', 'off_lesson') FROM generate_series(21, 29) AS n;
SELECT pg_temp.test(30, 94.4, 'fail_isp', 'capacity', 'off_lesson');
SELECT pg_temp.test(40 + n::integer, 30, v, 'verify') FROM unnest(ARRAY['limited_agent', 'limited_lan', 'limited_lan', 'limited_server', 'inconclusive']) WITH ORDINALITY AS u(v, n);
SELECT pg_temp.test(50 + n, 97, 'pass', 'passive') FROM generate_series(1, 3) AS n;
SELECT results_eq($$ SELECT counted, passed, share_pct, compliance, excluded, passive FROM api.compliance_parts('2026-03-01', '2026-03-31') WHERE school = 'A' AND direction = 'down' AND lesson = 'all' $$,
	$$ VALUES (22::bigint, 19::bigint, 86.4, 'pass', 5::bigint, 3::bigint) $$, 'what counts, what passed, what is left out, and proofs apart');
SELECT is((SELECT excluded_why FROM api.compliance_parts('2026-03-01', '2026-03-31') WHERE school = 'A' AND direction = 'down' AND lesson = 'lesson'),
	'{"limited_agent": 1, "limited_lan": 2, "limited_server": 1, "inconclusive": 1}', 'each reason is counted');
SELECT results_eq($$ SELECT contract_samples, contract_passed, contract_compliance FROM api.compliance_parts('2026-03-01', '2026-03-31') WHERE school = 'A' AND direction = 'down' AND lesson = 'all' $$,
	$$ VALUES (12::bigint, 9::bigint, 'unsure') $$, 'a test that was held at 1.1 of the norm does not accuse a contract for more; one that failed the norm does');
SELECT results_eq($$ SELECT lesson, counted, passed, compliance FROM api.compliance_parts('2026-03-01', '2026-03-31') WHERE school = 'A' AND direction = 'down' AND lesson <> 'all' ORDER BY 1 $$,
	$$ VALUES ('holiday', 0::bigint, 0::bigint, 'no_data'), ('lesson', 12, 10, 'pass'), ('off_lesson', 10, 9, 'pass') $$, 'parts of the day are judged apart; 94.4 of 100 is below 94.5 %');
SELECT results_eq($$ SELECT counted, compliance, contract_compliance FROM api.compliance_parts('2026-03-01', '2026-03-31') WHERE school = 'B' AND lesson = 'all' AND direction = 'down' $$,
	$$ VALUES (0::bigint, 'no_data', 'no_target') $$, 'a school without contract');

SELECT pg_temp.roll();
SELECT results_eq($$ SELECT lesson, samples, share_pct, share_low_pct, share_high_pct, compliance, contract_compliance, excluded, passive FROM api.line_month WHERE school = 'A' AND month = '2026-03-01' ORDER BY 1 $$,
	$$ VALUES ('all', 22::bigint, 86.4, 66.7, 95.3, 'pass', 'unsure', 5::bigint, 3::bigint), ('lesson', 12, 83.3, 55.2, 95.3, 'pass', 'not_enough', 5, 3), ('off_lesson', 10, 90.0, 59.6, 98.2, 'pass', 'pass', 0, 0) $$,
	'the month is kept, lessons apart');
UPDATE core.speed_day SET cap_mbps = NULL;
SELECT core.roll_again(pg_temp.school('A'), '2026-03-01', '2026-03-31');
SELECT pg_temp.roll();
SELECT results_eq($$ SELECT samples, contract_samples, contract_passed FROM api.compliance_parts('2026-03-01', '2026-03-31') WHERE school = 'A' AND direction = 'down' AND lesson = 'all' $$,
	$$ VALUES (22::bigint, 12::bigint, 9::bigint) $$, 'summed up again from the tests it is the same');
SELECT results_eq($$ SELECT verdict, sum(tests) FROM api.speed_day WHERE school = 'A' AND day = '2026-03-10' AND verdict = 'passive' GROUP BY 1 $$, $$ VALUES ('passive', 3::bigint) $$, 'a proof is kept as one');
SELECT * FROM finish();
ROLLBACK;
