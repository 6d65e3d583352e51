BEGIN;
\ir lib/schools.psql
SELECT plan(3);
SELECT pg_temp.device('A', 1, 'sw', '10.0.0.1', ARRAY['serial'], ARRAY['SN1'], 'switch', 0.9, 'SN1');
SELECT pg_temp.device('A', 2, 'pc', '10.0.0.2', ARRAY['mac'], ARRAY['00:00:00:00:00:02'], 'desktop_pc', 0.9);
UPDATE core.device SET name = 'sw-1' WHERE agent_key = 'sw';
SELECT core.take_places(pg_temp.report('A', 'inventory'), pg_temp.school('A'), pg_temp.agent('A'), ARRAY['pc'], ARRAY['sw'], ARRAY['gi7'],
	ARRAY[7::bigint], ARRAY[1], ARRAY[20], ARRAY['gone'], ARRAY['school'], ARRAY[now()]);
SELECT results_eq('SELECT school, switch_name, port, if_index, vlan, ssid, since FROM api.place',
	$$ VALUES ('A', 'sw-1', 'gi7', 7::bigint, 20, 'school', now()) $$, 'the switch has its name');
SELECT results_eq('SELECT switch_id FROM api.place', $$ SELECT device_id FROM core.device WHERE agent_key = 'sw' $$, 'and its number');
SELECT results_eq('SELECT access_point_id FROM api.place', 'VALUES (NULL::uuid)', 'a key that nobody bears any more leaves the place');
SELECT * FROM finish();
ROLLBACK;
