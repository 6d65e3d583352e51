BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(5);
SELECT is((SELECT count(*) FROM api.glpi_inventory), (SELECT count(*) FROM api.device_list), 'each device is an inventory');
SELECT ok(bool_and(inventory ? 'deviceid' AND inventory -> 'content' ? 'versionclient'), 'with what the form needs') FROM api.glpi_inventory;
CREATE TEMP TABLE one AS SELECT d.device_id, s.school_id, d.report_id FROM core.device AS d JOIN core.school AS s USING (school_id) WHERE d.merged_into IS NULL AND s.vantage = 'school' ORDER BY 1 LIMIT 1;
UPDATE core.device SET class = 'laptop', name = 'nb' WHERE device_id = (SELECT device_id FROM one);
DELETE FROM core.device_evidence WHERE device_id = (SELECT device_id FROM one);
INSERT INTO core.device_evidence (device_id, source, key, value, school_id, seen_at, report_id)
SELECT device_id, 'facts', e.key, e.value, school_id, now(), report_id FROM one, (VALUES ('memory_bytes', '8292139008'), ('cpu', 'Core i3;4;2;3700'), ('cpu', 'no;number'), ('disk', 'KINGSTON;240057;S1'),
	('disk', 'of no size'), ('memory_bytes', 'nonsense'), ('usb', '1778:0215;14;IPEVO;Camera')) AS e(key, value);
SELECT is(inventory #>> '{content,cpus}', '[{"core": 4, "name": "Core i3", "speed": 3700, "thread": 2}]', 'processors, and no nonsense') FROM api.glpi_inventory WHERE device_id = (SELECT device_id FROM one);
SELECT is(inventory #>> '{content,storages}', '[{"model": "KINGSTON", "serial": "S1", "disksize": 240057}]', 'disks') FROM api.glpi_inventory WHERE device_id = (SELECT device_id FROM one);
SELECT is(inventory #>> '{content,usbdevices,0,productid}', '0215', 'and what hangs on it') FROM api.glpi_inventory WHERE device_id = (SELECT device_id FROM one);
SELECT * FROM finish();
ROLLBACK;
