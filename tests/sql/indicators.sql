BEGIN;
\ir lib/schools.psql
SELECT plan(14);
UPDATE core.school SET pupils = 250, added_at = '2025-01-10' WHERE code = 'A';
UPDATE core.school SET added_at = '2026-02-01' WHERE code = 'B';
SELECT core.make_partitions('2026-03-01', '2026-03-03');

-- 2026-03-02 from 00:00 to 24:00 of Yekaterinburg (UTC+5): known all day but for 08:00 to 10:00, off from 03:00 to 04:00 and for 72 minutes from 12:00.
INSERT INTO core.line_hour (school_id, hour, known_s, down_s, sent, received)
SELECT pg_temp.school('A'), '2026-03-01 19:00+00'::timestamptz + make_interval(hours => h), 3600, CASE h WHEN 3 THEN 3600 WHEN 12 THEN 3600 WHEN 13 THEN 720 ELSE 0 END, 60, 60
  FROM generate_series(-1, 24) AS h WHERE h NOT IN (8, 9);
SELECT results_eq($$ SELECT * FROM api.journal_time('2026-03-02', '2026-03-02') $$, $$ VALUES ('A', 18 * 3600::float8, 4320::float8) $$,
	'20 hours of a day are the journal''s, two of them nobody watched, and what happens at night does not count');

INSERT INTO core.line_day (school_id, day, lesson, known_s, down_s, sent, received, micro_outages)
SELECT pg_temp.school('A'), '2026-03-02', l, k, d, 1, 1, 0 FROM (VALUES ('lesson', 20000, 4320), ('off_lesson', 59200, 3600)) AS v(l, k, d);
SELECT pg_temp.outage('A', 1, 'isp_access', '2026-03-02 07:00+00', '2026-03-02 08:12+00');
SELECT pg_temp.outage('A', 2, 'isp_access', '2026-03-01 22:00+00', '2026-03-01 23:00+00');
SELECT pg_temp.outage('A', 3, 'destination', '2026-03-02 12:00+00', '2026-03-02 18:00+00');
SELECT pg_temp.speed('A', 10 + n, 80, 'fail_isp', '2026-03-02 06:00+00'::timestamptz + make_interval(mins => n)) FROM generate_series(1, 12) AS n;
SELECT pg_temp.speed('B', 40 + n, 49, 'pass', '2026-03-02 06:00+00'::timestamptz + make_interval(mins => n)) FROM generate_series(1, 4) AS n;
CREATE TEMP TABLE i AS SELECT * FROM api.indicators_between('2026-03-02', '2026-03-02');

SELECT results_eq($$ SELECT value, x, n, verdict FROM i WHERE school = 'A' AND indicator = 'tests_passed_pct' $$, $$ VALUES (0.0, 0::bigint, 12::bigint, 'below') $$, 'tests that reached the norm');
SELECT results_eq($$ SELECT value, n, verdict FROM i WHERE school = 'B' AND indicator = 'tests_passed_pct' $$, $$ VALUES (100.0, 4::bigint, 'not_enough') $$, 'four are not enough');
SELECT results_eq($$ SELECT value, verdict FROM i WHERE school = 'A' AND indicator = 'contract_passed_pct' $$, $$ VALUES (0.0, 'below') $$, 'and the contract');
SELECT results_eq($$ SELECT value, verdict FROM i WHERE school = 'A' AND indicator = 'lesson_videos' $$, $$ VALUES (32::numeric, 'no_target') $$, '80 Mbit/s are enough for 32 lesson videos of 2.5');
SELECT results_eq($$ SELECT value, n FROM i WHERE school = 'A' AND indicator = 'mbps_per_100_pupils' $$, 'VALUES (32.0, 250::bigint)', '80 Mbit/s for 250 pupils');
SELECT is((SELECT verdict FROM i WHERE school = 'B' AND indicator = 'mbps_per_100_pupils'), 'no_data', 'pupils that nobody counted are no reason to divide');
SELECT results_eq($$ SELECT value, x, n FROM i WHERE school = 'A' AND indicator = 'availability_pct' $$, 'VALUES (90.000, 71280::bigint, 79200::bigint)', 'availability is of the time that is known');
SELECT results_eq($$ SELECT value FROM i WHERE school = 'A' AND indicator = 'known_time_pct' $$, 'VALUES (91.7)', 'and how much that is stands beside it: 22 of 24 hours');
SELECT results_eq($$ SELECT value, plan, verdict FROM i WHERE school = 'A' AND indicator = 'journal_available_pct' $$, $$ VALUES (93.333, 99::numeric, 'below') $$, 'the journal''s 99 percent');
SELECT results_eq($$ SELECT school, value, plan, verdict FROM i WHERE indicator = 'long_outages_a_month' ORDER BY 1 $$, $$ VALUES ('A', 1.00, 1::numeric, 'pass'), ('B', 0.00, 1, 'no_data') $$,
	'one outage of more than an hour a month may be; one of just an hour is none, one destination neither');

-- Of two schools, one of which came in 2026: x of N by year, against the plan.
DELETE FROM reference.plan;
INSERT INTO reference.plan VALUES ('2025-01-01', 50, 'p25'), ('2026-01-01', 100, 'p26');
INSERT INTO core.school_month VALUES (pg_temp.school('A'), '2025-11-01', true, true), (pg_temp.school('A'), '2025-12-01', true, false),
	(pg_temp.school('A'), '2026-01-01', true, true), (pg_temp.school('B'), '2026-01-01', true, true), (pg_temp.school('B'), '2026-02-01', false, false);
SELECT results_eq('SELECT year, schools, judged, in_norm, share_pct, plan_pct, plan FROM api.norm_year WHERE year < 2027 ORDER BY 1',
	$$ VALUES (2025, 1::bigint, 1::bigint, 0::bigint, 0.0, 50::numeric, 1::bigint), (2026, 2, 2, 2, 100.0, 100, 2) $$, 'x of N by the last month of each year that can be judged');
SELECT results_eq($$ SELECT period, x, n, value, plan, verdict FROM api.indicators_between('2026-03-02', '2026-03-02') WHERE indicator = 'norm_share' AND period < '2027' ORDER BY 1 $$,
	$$ VALUES ('2025', 0::bigint, 1::bigint, 0.0, 50::numeric, 'below'), ('2026', 2, 2, 100.0, 100, 'pass') $$, 'as indicators');
SELECT is_empty($$ SELECT indicator FROM i EXCEPT SELECT key FROM reference.word WHERE dictionary = 'indicator' $$, 'every indicator has its words');
SELECT * FROM finish();
ROLLBACK;
