BEGIN;
\ir lib/schools.psql
SELECT plan(1);
SELECT core.lock_schools(ARRAY[pg_temp.agent('B'), pg_temp.agent('A'), pg_temp.agent('A')]);
SELECT results_eq($$ SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted $$, 'VALUES (2::bigint)', 'each school is locked once');
SELECT * FROM finish();
ROLLBACK;
