BEGIN;
\ir lib/schools.psql
SELECT plan(2);
SELECT pg_temp.device('A', 1, 'top', '10.0.0.1', ARRAY['serial'], ARRAY['SN1'], 'switch', 0.9, 'SN1');
SELECT pg_temp.device('A', 2, 'sw', '10.0.0.3', ARRAY['serial'], ARRAY['SN2'], 'switch', 0.9, 'SN2');
SELECT pg_temp.device('A', 3, 'pc', '10.0.0.2', ARRAY['mac'], ARRAY['00:00:00:00:00:02'], 'desktop_pc', 0.9);
SELECT core.take_places(pg_temp.report('A', 'inventory'), pg_temp.school('A'), pg_temp.agent('A'), ARRAY['pc', 'sw'], ARRAY['sw', 'top'],
	ARRAY['gi7', 'gi24'], ARRAY[7::bigint, 24], ARRAY[1, 9], ARRAY[1, 1], ARRAY['', ''], ARRAY['', ''], ARRAY[now(), now()]);
SELECT results_eq($$ SELECT u.hop, u.port FROM core.device AS d, api.uplink(d.device_id) AS u WHERE d.agent_key = 'pc' $$,
	$$ VALUES (1, 'gi7'), (2, 'gi24') $$, 'from the device to the topmost switch');
SELECT core.take_places(pg_temp.report('A', 'inventory'), pg_temp.school('A'), pg_temp.agent('A'), ARRAY['top'], ARRAY['sw'],
	ARRAY['gi1'], ARRAY[1::bigint], ARRAY[1], ARRAY[1], ARRAY[''], ARRAY[''], ARRAY[now()]);
SELECT results_eq($$ SELECT count(*) FROM core.device AS d, api.uplink(d.device_id) AS u WHERE d.agent_key = 'pc' $$,
	'VALUES (16::bigint)', 'a circle ends');
SELECT * FROM finish();
ROLLBACK;
