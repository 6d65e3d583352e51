BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(10);
SELECT results_eq($$ SELECT direction, norm_mbps, contract_mbps, median_mbps, samples, verdict FROM api.bandwidth WHERE school = 'A' $$,
	$$ VALUES ('down', 100::numeric, 120::numeric, 97.5, 1::bigint, 'pass'), ('up', 100, NULL, 48.8, 1, 'fail_isp') $$, 'norm, contract, measured');
SELECT pg_temp.speed('A', 20, 50, 'limited_lan');
SELECT results_eq($$ SELECT samples, median_mbps FROM api.bandwidth WHERE school = 'A' AND direction = 'down' $$, 'VALUES (1::bigint, 97.5)', 'what the LAN limited does not accuse the provider');
SELECT pg_temp.speed('A', 21, 60, 'fail_isp');
SELECT pg_temp.speed('A', 22, 61, 'fail_isp');
SELECT results_eq($$ SELECT samples, median_mbps, p5_mbps, verdict FROM api.bandwidth WHERE school = 'A' AND direction = 'down' $$, $$ VALUES (3::bigint, 61.0, 60.1, 'fail_isp') $$, 'the median decides');
DELETE FROM core.speed_stream; DELETE FROM core.speed_direction WHERE verdict <> 'limited_lan' OR school_id <> pg_temp.school('A');
SELECT core.roll_again(school_id, now() - interval '2 days', now()) FROM core.school;
SELECT results_eq($$ SELECT samples, median_mbps, verdict FROM api.bandwidth WHERE school = 'A' AND direction = 'down' $$, $$ VALUES (1::bigint, 50.0, 'limited_lan') $$, 'where only the LAN limited, that is the verdict');
SELECT results_eq($$ SELECT DISTINCT samples, median_mbps, verdict FROM api.bandwidth WHERE school = 'B' $$, $$ VALUES (0::bigint, NULL::numeric, 'no_data') $$, 'no data is never good');
SELECT pg_temp.speed('B', 30, 47.3, 'pass', '2026-03-01 20:59+00');
SELECT pg_temp.speed('B', 31, 10, 'pass', '2026-03-01 21:01+00');
SELECT results_eq($$ SELECT samples, verdict FROM api.bandwidth_between('2026-03-01', '2026-03-01') WHERE school = 'B' AND direction = 'down' $$, $$ VALUES (1::bigint, 'pass') $$, 'a day is the school''s own, and 94.5 % of the norm pass');
SELECT is_empty($$ SELECT FROM api.bandwidth_between('2026-03-03', '2026-03-03') WHERE samples > 0 $$, 'other days have none');
SELECT results_eq($$ SELECT DISTINCT lesson FROM api.bandwidth_lesson $$, $$ VALUES ('lesson') $$, 'the parts of the day that have tests');
UPDATE core.speed_test SET lesson = 'holiday' WHERE test_id = pg_temp.id(31);
SELECT core.roll_again(pg_temp.school('B'), '2026-03-01', '2026-03-03');
SELECT results_eq($$ SELECT lesson, median_mbps, samples, verdict FROM api.bandwidth_parts('2026-03-01', '2026-03-02') WHERE school = 'B' AND direction = 'down' ORDER BY lesson $$,
	$$ VALUES ('all', 28.7, 2::bigint, 'fail_isp'), ('holiday', 10.0, 1, 'fail_isp'), ('lesson', 47.3, 1, 'pass'), ('off_lesson', NULL, 0, 'no_data') $$, 'lessons, off-lesson and holidays apart');
SELECT results_eq($$ SELECT median_mbps, samples, verdict FROM api.bandwidth_between('2026-03-01', '2026-03-02') WHERE school = 'B' AND direction = 'down' $$,
	$$ VALUES (28.7, 2::bigint, 'fail_isp') $$, 'and all of them together are the report''s figure');
SELECT * FROM finish();
ROLLBACK;
