BEGIN;
\ir lib/schools.psql
SELECT plan(11);
SELECT pg_temp.device('A', 1, 'sw', '10.0.0.1', ARRAY['serial'], ARRAY['SN1'], 'switch', 0.9, 'SN1');
SELECT pg_temp.device('A', 2, 'pc', '10.0.0.2', ARRAY['mac'], ARRAY['00:00:00:00:00:02'], 'desktop_pc', 0.9);
CREATE FUNCTION pg_temp.put_place(p_key text, p_switch text, p_port text, p_at timestamptz) RETURNS void LANGUAGE sql AS $$
	SELECT core.take_places(pg_temp.report('A', 'inventory'), pg_temp.school('A'), pg_temp.agent('A'), ARRAY[p_key], ARRAY[p_switch], ARRAY[p_port],
		ARRAY[7::bigint], ARRAY[1], ARRAY[20], ARRAY[''], ARRAY[''], ARRAY[p_at])
$$;
SELECT pg_temp.put_place('pc', 'sw', 'gi7', now());
SELECT results_eq('SELECT switch_key, port, vlan, since FROM core.device_place', $$ VALUES ('sw', 'gi7', 20, now()) $$, 'a device has a place');
SELECT pg_temp.put_place('pc', 'sw', 'gi7', now() + interval '1 hour');
SELECT results_eq('SELECT since, seen_at FROM core.device_place', $$ SELECT now(), now() + interval '1 hour' $$, 'seen there again it is there since the first time');
SELECT results_eq($$ SELECT count(*) FROM audit.change WHERE table_name = 'core.device_place' $$, 'VALUES (1::bigint)', 'and nothing changed');
SELECT pg_temp.put_place('pc', 'sw', 'gi9', now() + interval '2 hours');
SELECT results_eq('SELECT port, since FROM core.device_place', $$ SELECT 'gi9', now() + interval '2 hours' $$, 'another port is another place');
SELECT results_eq($$ SELECT was ->> 'port', became ->> 'port' FROM audit.change WHERE table_name = 'core.device_place' AND action = 'update' $$,
	$$ VALUES ('gi7', 'gi9') $$, 'and a recorded move');
SELECT pg_temp.put_place('pc', 'sw', 'gi1', now() + interval '1 minute');
SELECT results_eq('SELECT port FROM core.device_place', $$ VALUES ('gi9') $$, 'a late report moves nobody');
SELECT pg_temp.put_place('nobody', 'sw', 'gi3', now());
SELECT results_eq('SELECT count(*) FROM core.device_place', 'VALUES (1::bigint)', 'a key without a device is passed over');
SELECT pg_temp.put_place('sw', '', '', now());
SELECT results_eq('SELECT count(*) FROM core.device_place', 'VALUES (2::bigint)', 'a switch has a place of its own');

-- The agent starts anew, and has another key for the switch.
SELECT pg_temp.device('A', 3, 'sw-again', '10.0.0.1', ARRAY['serial'], ARRAY['SN1'], 'switch', 0.9, 'SN1', '', now() + interval '3 hours');
SELECT pg_temp.put_place('pc', 'sw-again', 'gi9', now() + interval '3 hours');
SELECT results_eq($$ SELECT switch_key, since, switch_id IS NOT NULL FROM core.device_place WHERE port = 'gi9' $$, $$ SELECT 'sw-again', now() + interval '2 hours', true $$,
	'the same switch under another key is the same place');
SELECT results_eq($$ SELECT count(*) FROM audit.change WHERE table_name = 'core.device_place' AND action = 'update' $$, 'VALUES (1::bigint)', 'and no move');
SELECT pg_temp.device('A', 4, 'other', '10.0.0.3', ARRAY['serial'], ARRAY['SN3'], 'switch', 0.9, 'SN3', '', now() + interval '4 hours');
SELECT pg_temp.put_place('pc', 'other', 'gi9', now() + interval '4 hours');
SELECT results_eq($$ SELECT became ->> 'switch_key' FROM audit.change WHERE table_name = 'core.device_place' AND action = 'update' ORDER BY change_id DESC LIMIT 1 $$, $$ VALUES ('other') $$,
	'the same port of another switch is a move');
SELECT * FROM finish();
ROLLBACK;
