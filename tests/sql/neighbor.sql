BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT DISTINCT protocol, system_name FROM api.neighbor WHERE school = 'A' $$, $$ VALUES ('lldp', 'peer') $$, 'neighbors');
SELECT * FROM finish();
ROLLBACK;
