BEGIN;
\ir lib/schools.psql
SELECT plan(4);
DELETE FROM reference.plan;
INSERT INTO reference.plan VALUES ('2020-01-01', 50, 'x');
UPDATE core.school SET added_at = '2020-01-01';
SELECT pg_temp.speed('A', 1, 230, 'pass', date_trunc('month', now()) - interval '20 days');
SELECT pg_temp.speed('B', 2, 20, 'fail_isp', date_trunc('month', now()) - interval '20 days');
SELECT pg_temp.roll();
SELECT is((SELECT count(*) FROM api.trend), 12::bigint, 'twelve months');
SELECT results_eq($$ SELECT schools, in_norm, plan, share_pct FROM api.trend WHERE month = date_trunc('month', date_trunc('month', now()) - interval '20 days')::date $$,
	$$ VALUES (2::bigint, 1::bigint, 1::bigint, 50.0) $$, 'half of the schools met the norm, as planned');
SELECT results_eq($$ SELECT in_norm FROM api.trend WHERE month = date_trunc('month', now())::date $$, $$ VALUES (0::bigint) $$, 'a month without data has no school in the norm');
UPDATE core.school SET closed_at = date_trunc('month', now()) - interval '5 days' WHERE code = 'B';
SELECT is((SELECT schools FROM api.trend WHERE month = date_trunc('month', now())::date), 1::bigint, 'a closed school is counted no more');
SELECT * FROM finish();
ROLLBACK;
