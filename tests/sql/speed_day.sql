BEGIN;
\ir lib/schools.psql
SELECT plan(4);
SELECT pg_temp.speed('A', 1, 90, 'pass', '2026-03-01 18:59+00');
SELECT pg_temp.speed('A', 2, 100, 'pass', '2026-03-01 19:01+00');
SELECT pg_temp.speed('A', 3, 80, 'pass', '2026-03-01 20:00+00');
SELECT pg_temp.speed('A', 3, 80, 'pass', '2026-03-01 20:00+00');
SELECT pg_temp.speed('A', 4, 10, 'limited_lan', '2026-03-01 20:00+00');
SELECT results_eq($$ SELECT day, lesson, verdict, is_judged, tests, median_mbps, p5_mbps FROM api.speed_day WHERE school = 'A' AND direction = 'down' ORDER BY day, verdict $$,
	$$ VALUES ('2026-03-01'::date, 'lesson', 'pass', true, 1, 90.0, 90.0), ('2026-03-02', 'lesson', 'limited_lan', false, 1, 10.0, 10.0),
	          ('2026-03-02', 'lesson', 'pass', true, 2, 90.0, 81.0) $$, 'by the school''s own days; a test told twice counts once');
CREATE TEMP TABLE was AS SELECT school_id, day, direction, lesson, verdict, (SELECT array_agg(m ORDER BY m) FROM unnest(ip_mbps) AS m) AS ip_mbps FROM core.speed_day;
SELECT cmp_ok((SELECT count(*) FROM was), '=', 6::bigint, 'both directions');
SELECT core.roll_again(school_id, '2026-02-28', '2026-03-05') FROM core.school;
SELECT set_eq($$ SELECT school_id, day, direction, lesson, verdict, (SELECT array_agg(m ORDER BY m) FROM unnest(ip_mbps) AS m) FROM core.speed_day $$,
	$$ SELECT * FROM was $$, 'what was added test by test is what all of them give from scratch');
SELECT is((SELECT sum(tests) FROM api.speed_day WHERE direction = 'down'), (SELECT count(*) FROM api.speed_sample WHERE direction = 'down'), 'no test is lost');
SELECT * FROM finish();
ROLLBACK;
