BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq('SELECT days, pass_ratio FROM api.counting', 'VALUES (90, 0.945)', 'the rules of counting');
SELECT * FROM finish();
ROLLBACK;
