BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(3);
SELECT results_eq($$ SELECT class, serial, label, addresses, macs FROM api.device_current WHERE school = 'A' ORDER BY 1 $$,
	$$ VALUES ('printer', 'SN2', '10.0.0.2', '{10.0.0.2}'::text[], '{00:00:00:00:00:01}'::text[]), ('switch', 'SN1', 'Maker', '{10.0.0.1}', '{00:00:00:00:00:01}') $$,
	'a device is called by its maker and model, else by its address');
UPDATE core.device SET name = 'sw-1' WHERE serial = 'SN1';
SELECT results_eq($$ SELECT DISTINCT label FROM api.device_current WHERE serial = 'SN1' $$, $$ VALUES ('sw-1') $$, 'but its own name goes first');
UPDATE core.device SET merged_into = (SELECT device_id FROM core.device WHERE serial = 'SN2' AND school_id = pg_temp.school('A')) WHERE serial = 'SN1' AND school_id = pg_temp.school('A');
SELECT results_eq($$ SELECT count(*) FROM api.device_current WHERE school = 'A' $$, 'VALUES (1::bigint)', 'a merged one is not shown beside the one it is');
SELECT * FROM finish();
ROLLBACK;
