BEGIN;
\ir lib/schools.psql
SELECT plan(10);
SELECT pg_temp.device('A', 1, 'k1', '10.0.0.1', ARRAY['serial', 'mac', 'name', 'engine_id'], ARRAY['SN1', '00:00:00:00:00:01', 'sw1', 'e1']);
CREATE TEMP TABLE the AS SELECT device_id FROM core.device;
CREATE FUNCTION pg_temp.match(p_kind text[], p_value text[]) RETURNS TABLE (device_id uuid, is_match boolean) LANGUAGE sql AS $$
	SELECT m.device_id, m.is_match
	  FROM core.match_device(pg_temp.school('A'), p_kind, p_value, array_fill(''::text, ARRAY[cardinality(p_kind)]), pg_temp.id(2), pg_temp.agent('A'), 'k9') AS m
$$;
SELECT results_eq($$ SELECT * FROM pg_temp.match(ARRAY['mac'], ARRAY['00:00:00:00:00:01']) $$, 'SELECT device_id, true FROM the', 'one strong key is enough');
SELECT results_eq($$ SELECT * FROM pg_temp.match(ARRAY['chassis'], ARRAY['00:00:00:00:00:01']) $$, 'SELECT device_id, true FROM the', 'a chassis address is compared with those of ports');
SELECT is_empty($$ SELECT * FROM pg_temp.match(ARRAY['name'], ARRAY['sw1']) $$, 'a name alone is not');
SELECT results_eq($$ SELECT * FROM pg_temp.match(ARRAY['name', 'engine_id'], ARRAY['sw1', 'e1']) $$, 'SELECT device_id, true FROM the', 'two medium ones are');
SELECT is_empty($$ SELECT * FROM pg_temp.match(ARRAY['name', 'engine_id', 'mac'], ARRAY['sw1', 'e1', '00:00:00:00:00:77']) $$, 'unless an address speaks against it');
SELECT results_eq($$ SELECT * FROM pg_temp.match(ARRAY['serial', 'mac'], ARRAY['SN2', '00:00:00:00:00:01']) $$, 'SELECT device_id, false FROM the', 'a contradiction is told, not merged');
SELECT pg_temp.device('A', 3, 'k3', '10.0.0.3', ARRAY['uuid', 'name', 'client_id'], ARRAY['u1', 'pc-1.school.local', 'c1']);
TRUNCATE the;
INSERT INTO the SELECT device_id FROM core.device WHERE agent_key = 'k3';
SELECT results_eq($$ SELECT * FROM pg_temp.match(ARRAY['uuid'], ARRAY['u1']) $$, 'SELECT device_id, true FROM the', 'a UUID is a strong key');
SELECT results_eq($$ SELECT * FROM pg_temp.match(ARRAY['uuid', 'name'], ARRAY['u1', 'pc-1']) $$, 'SELECT device_id, true FROM the', 'under the same name, whatever the domain');
SELECT results_eq($$ SELECT * FROM pg_temp.match(ARRAY['uuid', 'name'], ARRAY['u1', 'pc-2']) $$, 'SELECT device_id, false FROM the', 'under another name a person is asked');
SELECT results_eq($$ SELECT * FROM pg_temp.match(ARRAY['uuid', 'name', 'client_id'], ARRAY['u1', 'pc-2', 'c1']) $$, 'SELECT device_id, true FROM the', 'unless there is a second key');
SELECT * FROM finish();
ROLLBACK;
