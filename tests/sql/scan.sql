BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT parts, parts_seen, devices, transient FROM api.scan WHERE school = 'A' ORDER BY scan_id LIMIT 1 $$, 'VALUES (1, 1, 1, 1)', 'a look at the network');
SELECT * FROM finish();
ROLLBACK;
