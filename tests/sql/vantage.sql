-- A control is no school: it is listed as what it is and counts nowhere.
BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
UPDATE core.school SET vantage = 'control' WHERE code = 'B';
SELECT plan(7);
SELECT results_eq($$ SELECT school, vantage FROM api.school WHERE school IN ('A', 'B') ORDER BY 1 $$, $$ VALUES ('A', 'school'), ('B', 'control') $$, 'it is listed');
SELECT results_eq('SELECT DISTINCT school FROM api.equipment', $$ VALUES ('A') $$, 'no equipment');
SELECT results_eq('SELECT DISTINCT school FROM api.bandwidth', $$ VALUES ('A') $$, 'no bandwidth');
SELECT results_eq('SELECT DISTINCT school FROM api.outages_between(CURRENT_DATE - 2, CURRENT_DATE + 1)', $$ VALUES ('A') $$, 'no outages');
SELECT results_eq('SELECT DISTINCT school FROM api.filter', $$ VALUES ('A') $$, 'no filter');
SELECT results_eq('SELECT school FROM api.school_state', $$ VALUES ('A') $$, 'no state');
SELECT results_eq('SELECT count(*) FROM api.agent_health', 'VALUES (2::bigint)', 'but its agents'' health is');
SELECT * FROM finish();
ROLLBACK;
