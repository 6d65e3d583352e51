BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT devices FROM api.transient_day WHERE school = 'A' $$, 'VALUES (1)', 'personal devices are a number');
SELECT * FROM finish();
ROLLBACK;
