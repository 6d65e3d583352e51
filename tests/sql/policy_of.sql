BEGIN;
\ir lib/schools.psql
SELECT plan(9);
CREATE FUNCTION pg_temp.says(p_code text, p_kind text) RETURNS SETOF text LANGUAGE sql AS
	$$ SELECT a FROM core.policy_of(pg_temp.agent(p_code)) WHERE kind = p_kind $$;
SELECT results_eq($$ SELECT pg_temp.says('A', 'target_down_mbps') $$, $$ VALUES ('100') $$, 'the norm is the target');
SELECT results_eq($$ SELECT pg_temp.says('B', 'target_down_mbps') $$, $$ VALUES ('50') $$, 'each place has its own');
SELECT core.put_setting('B', 'target_down_mbps', '30');
SELECT results_eq($$ SELECT pg_temp.says('B', 'target_down_mbps') $$, $$ VALUES ('30') $$, 'a school may have another');
SELECT core.put_setting(NULL, 'communities', 'public,school');
SELECT results_eq($$ SELECT pg_temp.says('A', 'community') $$, $$ VALUES ('public'), ('school') $$, 'a list is rows');
SELECT core.put_setting('A', 'measure_url', 'https://m:1');
SELECT results_eq($$ SELECT pg_temp.says('A', 'speed_server') $$, $$ VALUES ('https://m:1') $$, 'the collector measures where no server is named');
SELECT cmp_ok((SELECT count(*) FROM core.policy_of(pg_temp.agent('A')) WHERE kind = 'filter'), '=', (SELECT count(*) FROM reference.filter_entry), 'the whole filter list goes along');
SELECT results_eq($$ SELECT a, b, c FROM core.policy_of(pg_temp.agent('A')) WHERE kind = 'speed_slots' $$, $$ VALUES ('0', '1', '60') $$, 'its school takes its turn at the server');
UPDATE core.agent SET revoked_at = now() WHERE agent_id = pg_temp.agent('A');
SELECT is_empty('SELECT * FROM core.policy_of(pg_temp.agent(''A''))', 'a revoked agent is asked nothing');
SELECT is(core.norm_mbps('urban', 'down', '2001-01-01'), NULL, 'before the first norm there is none');
SELECT * FROM finish();
ROLLBACK;
