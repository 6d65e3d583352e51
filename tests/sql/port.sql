BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT name, speed_bps FROM api.port WHERE school = 'A' $$, $$ VALUES ('gi1', 1000000000::bigint), ('gi1', 1000000000) $$, 'ports');
SELECT * FROM finish();
ROLLBACK;
