-- A control is no school: it is listed as what it is and counts nowhere.
BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
UPDATE core.school SET vantage = 'control' WHERE code = 'B';
SELECT plan(12);
SELECT results_eq($$ SELECT school, vantage FROM api.school WHERE school IN ('A', 'B') ORDER BY 1 $$, $$ VALUES ('A', 'school'), ('B', 'control') $$, 'it is listed');
SELECT results_eq('SELECT DISTINCT school FROM api.equipment', $$ VALUES ('A') $$, 'no equipment');
SELECT results_eq('SELECT DISTINCT school FROM api.bandwidth', $$ VALUES ('A') $$, 'no bandwidth');
SELECT results_eq('SELECT DISTINCT school FROM api.outages_between(CURRENT_DATE - 2, CURRENT_DATE + 1)', $$ VALUES ('A') $$, 'no outages');
SELECT results_eq('SELECT DISTINCT school FROM api.filter', $$ VALUES ('A') $$, 'no filter');
SELECT results_eq('SELECT school FROM api.school_state', $$ VALUES ('A') $$, 'no state');
SELECT results_eq('SELECT count(*) FROM api.agent_health', 'VALUES (2::bigint)', 'but its agents'' health is');
SELECT results_eq('SELECT DISTINCT school FROM api.device_list', $$ VALUES ('A') $$, 'its devices are not a school''s');
SELECT results_eq('SELECT DISTINCT school FROM api.speed_list', $$ VALUES ('A') $$, 'nor is its line');
SELECT results_eq('SELECT school, vantage FROM api.agent_list ORDER BY 1', $$ VALUES ('A', 'school'), ('B', 'control') $$, 'its agents are listed as what they are');
SELECT pg_temp.alert('B', 'clock_wrong', pg_temp.agent('B')::text, 'firing', 68);
SELECT results_eq($$ SELECT kind FROM api.alert_list WHERE school = 'B' $$, $$ VALUES ('agent_silent') $$, 'of its alerts its silence alone');
SELECT pg_temp.roll();
SELECT results_eq('SELECT DISTINCT school FROM api.equipment_list', $$ VALUES ('A') $$, 'and nothing of it is counted');
SELECT * FROM finish();
ROLLBACK;
