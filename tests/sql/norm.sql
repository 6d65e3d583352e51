BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT norm_mbps FROM api.norm WHERE settlement = 'rural' AND direction = 'down' $$, 'VALUES (50::numeric)', 'norms');
SELECT * FROM finish();
ROLLBACK;
