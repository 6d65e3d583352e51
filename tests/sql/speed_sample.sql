BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT direction, ip_mbps, is_judged, lesson FROM api.speed_sample WHERE school = 'A' ORDER BY 1 $$, $$ VALUES ('down', 97.5::float8, true, 'lesson'), ('up', 48.75, true, 'lesson') $$, 'one row a direction');
SELECT * FROM finish();
ROLLBACK;
