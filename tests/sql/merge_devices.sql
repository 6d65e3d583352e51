BEGIN;
\ir lib/schools.psql
SELECT plan(8);
SELECT pg_temp.device('A', 1, 'k1', '10.0.0.1', ARRAY['serial'], ARRAY['SN1'], 'switch');
SELECT pg_temp.device('A', 2, 'k2', '10.0.0.2', ARRAY['mac'], ARRAY['00:00:00:00:00:02'], 'printer');
SELECT pg_temp.device('B', 3, 'k3', '10.0.0.3', ARRAY['serial'], ARRAY['SN3'], 'router');
SELECT device_id AS kept FROM core.device WHERE class = 'switch' \gset
SELECT device_id AS gone FROM core.device WHERE class = 'printer' \gset
SELECT device_id AS far FROM core.device WHERE class = 'router' \gset
SELECT throws_ok(format('SELECT core.merge_devices(%L, %L, ''x'', NULL)', :'kept', :'far'), 'P0001', NULL, 'devices of two schools are never one');
SELECT core.merge_devices(:'kept', :'gone', 'a person said so', NULL) AS merge \gset
SELECT results_eq($$ SELECT class FROM api.device_current WHERE school = 'A' $$, $$ VALUES ('switch') $$, 'one device is shown');
SELECT results_eq(format('SELECT kind, value FROM core.device_identifier WHERE device_id = %L AND ended_at IS NULL ORDER BY 1', :'kept'),
	$$ VALUES ('mac', '00:00:00:00:00:02'), ('serial', 'SN1') $$, 'it takes over what identified the other');
SELECT core.undo_merge(:merge);
SELECT results_eq($$ SELECT class FROM api.device_current WHERE school = 'A' ORDER BY 1 $$, $$ VALUES ('printer'), ('switch') $$, 'undone they are two again');
SELECT results_eq(format('SELECT kind FROM core.device_identifier WHERE device_id = %L AND ended_at IS NULL', :'kept'), $$ VALUES ('serial') $$, 'each with its own');
SELECT throws_ok(format('SELECT core.undo_merge(%s)', :merge), 'P0001', NULL, 'what is undone is not undone twice');
SELECT pg_temp.device('A', 4, 'k1', '10.0.0.1', ARRAY['serial', 'mac'], ARRAY['SN1', '00:00:00:00:00:02'], 'switch', 0.9, '', '', now() + interval '1 minute');
SELECT results_eq($$ SELECT count(*) FROM api.device_current WHERE school = 'A' $$, 'VALUES (2::bigint)', 'what a person told apart is not merged again');
SELECT results_eq($$ SELECT count(*) FROM audit.change WHERE table_name = 'core.device' AND was ? 'merged_into' $$, 'VALUES (2::bigint)', 'the audit knows both');
SELECT * FROM finish();
ROLLBACK;
