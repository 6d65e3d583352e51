BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT source, key, value FROM api.device_evidence WHERE school = 'A' ORDER BY value $$,
	$$ VALUES ('snmp', 'sys_descr', 'text k1'), ('snmp', 'sys_descr', 'text k2') $$, 'what sources said');
SELECT * FROM finish();
ROLLBACK;
