BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT entry_id, verdict, outcome, tls_error FROM api.filter_observation WHERE school = 'A' $$, $$ VALUES ('e1', 'allowed', 'leak', NULL::integer) $$, 'an observation');
SELECT * FROM finish();
ROLLBACK;
