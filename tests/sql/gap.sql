BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT first_seq, last_seq, reason FROM api.gap WHERE school = 'A' $$, $$ VALUES (3::bigint, 5::bigint, 'budget') $$, 'what is known to be missing');
SELECT * FROM finish();
ROLLBACK;
