BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(4);
SELECT results_eq($$ SELECT expect, checked, leak, overblock, excluded FROM api.filter WHERE school = 'A' $$,
	$$ VALUES ('block', 1::bigint, 1::bigint, 0::bigint, 0::bigint), ('allow', 0, 0, 0, 0) $$, 'leaks of what should be blocked; nothing checked is told as nothing');
SELECT pg_temp.filter('A', 6, 'e1', 'block', 'blocked_dns', 'pass', now() + interval '1 minute');
SELECT pg_temp.filter('A', 6, 'e2', 'allow', 'blocked_dns', 'overblock', now() + interval '1 minute');
SELECT pg_temp.filter('A', 6, 'e3', 'allow', 'site_down', 'excluded', now() + interval '1 minute');
SELECT results_eq($$ SELECT expect, checked, leak, overblock, excluded FROM api.filter WHERE school = 'A' $$,
	$$ VALUES ('block', 1::bigint, 0::bigint, 0::bigint, 0::bigint), ('allow', 2, 0, 1, 1) $$, 'each address counts by its last check');
SELECT results_eq($$ SELECT sum(checked)::integer FROM api.filter_between('2020-01-01', '2020-01-02') $$, 'VALUES (0)', 'other days have none');
SELECT results_eq($$ SELECT leak FROM api.filter WHERE school = 'B' AND expect = 'block' $$, 'VALUES (1::bigint)', 'schools are apart');
SELECT * FROM finish();
ROLLBACK;
