BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT metric, subject, value FROM api.measurement WHERE school = 'A' $$, $$ VALUES ('rtt_ms', '192.0.2.1', 1.5::float8) $$, 'a number with its name');
SELECT * FROM finish();
ROLLBACK;
