BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT rung, loss_pct::float8, rtt_median_ms FROM api.connectivity_window WHERE school = 'A' $$, $$ VALUES ('internet', 5::float8, 2::float8) $$, 'a window with its loss');
SELECT * FROM finish();
ROLLBACK;
