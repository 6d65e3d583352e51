BEGIN;
\ir lib/schools.psql
SELECT plan(3);
SELECT pg_temp.outage('A', 1, 'collector_only', now() - interval '30 minutes', now() - interval '20 minutes');
SELECT pg_temp.outage('A', 2, 'isp_access', now() - interval '50 minutes', now() - interval '40 minutes');
SELECT results_eq($$ SELECT school, known_s, down_s FROM api.availability_between(now() - interval '1 day', now()) $$,
	$$ VALUES ('A', 660::double precision, 600::double precision) $$,
	'a minute of windows told twice counts once, an outage is known time, and what is no Internet outage counts nothing');
SELECT results_eq($$ SELECT known_s, down_s FROM api.availability_between(now() - interval '45 minutes', now() - interval '10 minutes') $$,
	$$ VALUES (300::double precision, 300::double precision) $$, 'an outage is cut to the period');
SELECT is_empty($$ SELECT FROM api.availability_between(now() - interval '9 days', now() - interval '8 days') $$, 'what nobody watched is not there');
SELECT * FROM finish();
ROLLBACK;
