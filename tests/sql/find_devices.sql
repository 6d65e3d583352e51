BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
INSERT INTO core.device_correction (device_id, school_id, inventory_number, by_login) SELECT device_id, school_id, 'И-0007', 'x' FROM core.device WHERE serial = 'SN2';
SELECT pg_temp.asks('A');
CREATE FUNCTION pg_temp.found(p_pattern text) RETURNS text LANGUAGE sql AS
	$$ SELECT string_agg(d.serial, ' ' ORDER BY d.serial) FROM api.device_list AS d WHERE d.device_id IN (SELECT core.find_devices(p_pattern)) $$;
SELECT plan(12);
SET ROLE parta_web;
SELECT is(pg_temp.found('%sn1%'), 'SN1', 'by serial number');
SELECT is(pg_temp.found('%МАКЕР%'), NULL, 'what is not there is not found');
SELECT is(pg_temp.found('%maker%'), 'SN1', 'by maker');
SELECT is(pg_temp.found('%10.0.0.2%'), 'SN2', 'by address');
SELECT is(pg_temp.found('%коммутатор%'), 'SN1', 'by what its class is called');
SELECT is(pg_temp.found('%и-0007%'), 'SN2', 'by inventory number');
SELECT is(pg_temp.found('%00:00:00:00:00:01%'), 'SN1 SN2', 'by MAC address');
SELECT is(pg_temp.found('%00-00-00-00-00-01%'), 'SN1 SN2', 'however it is written');
SELECT is(pg_temp.found('%0000.0000.0001%'), 'SN1 SN2', 'with dots');
SELECT is(pg_temp.found('%000000000001%'), 'SN1 SN2', 'or without');
SELECT is(pg_temp.found('%School B%'), NULL, 'of another school nothing');
SELECT is(pg_temp.found('%School A%'), 'SN1 SN2', 'of one''s own all');
SELECT * FROM finish();
ROLLBACK;
