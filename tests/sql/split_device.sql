BEGIN;
\ir lib/schools.psql
SELECT plan(17);
SELECT pg_temp.device('A', 1, 'k1', '10.0.0.1', ARRAY['serial', 'mac', 'mac', 'name'], ARRAY['SN1', '00:00:00:00:00:01', '00:00:00:00:00:02', 'pc1']);
SELECT device_id AS one FROM core.device \gset
SELECT throws_ok(format('SELECT core.split_device(%L, ARRAY[''SN9''], ''x'')', :'one'), 'P0002', NULL, 'what it does not have cannot be taken');
SELECT throws_ok(format('SELECT core.split_device(%L, ARRAY[''SN1'', ''pc1'', ''00:00:00:00:00:01'', ''00:00:00:00:00:02''], ''x'')', :'one'), '22023', NULL, 'something must be left');
SELECT split_id, new_id FROM core.split_device(:'one', ARRAY['00:00:00:00:00:02'], 'a card of another') \gset
SELECT results_eq(format('SELECT kind, value FROM core.device_identifier WHERE device_id = %L AND ended_at IS NULL', :'new_id'), $$ VALUES ('mac', '00:00:00:00:00:02') $$, 'the new one has it');
SELECT results_eq(format('SELECT value FROM core.device_identifier WHERE device_id = %L AND ended_at IS NULL ORDER BY 1', :'one'),
	$$ VALUES ('00:00:00:00:00:01'), ('SN1'), ('pc1') $$, 'the old one has not');
SELECT is(core.is_contradicted(:'one', :'new_id'), true, 'a person told them apart');
SELECT pg_temp.device('A', 2, 'k1', '10.0.0.1', ARRAY['serial', 'mac', 'mac'], ARRAY['SN1', '00:00:00:00:00:01', '00:00:00:00:00:02'], 'switch', 0.9, '', '', now() + interval '1 minute');
SELECT results_eq('SELECT count(*) FROM api.device_current', 'VALUES (2::bigint)', 'a report that shows both merges nothing');
SELECT core.undo_split(:split_id);
SELECT results_eq('SELECT count(*) FROM api.device_current', 'VALUES (1::bigint)', 'undone they are one again');
SELECT results_eq(format('SELECT value FROM core.device_identifier WHERE device_id = %L AND ended_at IS NULL AND kind = ''mac'' ORDER BY 1', :'one'),
	$$ VALUES ('00:00:00:00:00:01'), ('00:00:00:00:00:02') $$, 'with its cards');
SELECT throws_ok(format('SELECT core.undo_split(%s)', :split_id), 'P0002', NULL, 'not twice');

-- Questions
SELECT pg_temp.device('B', 3, 'k1', '10.0.0.1', ARRAY['serial', 'mac'], ARRAY['SN1', '00:00:00:00:00:01'], 'switch', 0.9, 'SN1'),
       pg_temp.device('B', 4, 'k2', '10.0.0.2', ARRAY['serial', 'mac'], ARRAY['SN2', '00:00:00:00:00:01'], 'switch', 0.9, 'SN2', '', now() + interval '1 minute');
SELECT candidate_id FROM core.merge_candidate WHERE school_id = pg_temp.school('B') \gset
SELECT pg_temp.asks('A');
SET ROLE parta_web;
SELECT is(core.act_decide_candidate(:candidate_id, 'same', 'x'), 'no_candidate', 'who does not see the school has nothing to say');
RESET ROLE;
SELECT pg_temp.asks('B');
SET ROLE parta_web;
SELECT is(core.act_decide_candidate(:candidate_id, 'perhaps', 'x'), 'malformed', 'same or different');
SELECT is(core.act_decide_candidate(:candidate_id, 'same', 'clerk'), NULL, 'a person says they are the same');
RESET ROLE;
SELECT results_eq($$ SELECT serial FROM api.device_current WHERE school = 'B' $$, $$ VALUES ('SN1') $$, 'the older one stays');
SELECT results_eq($$ SELECT actor FROM audit.change WHERE became ? 'merged_into' AND school_id = pg_temp.school('B') ORDER BY change_id DESC LIMIT 1 $$, $$ VALUES ('clerk') $$, 'and the audit knows who said so');
SET ROLE parta_web;
SELECT is(core.act_decide_candidate(:candidate_id, 'different', 'clerk'), 'no_candidate', 'a question is answered once');
RESET ROLE;
SELECT throws_ok(format('SELECT core.decide_candidate(%s, ''same'')', :candidate_id), 'P0002', NULL, 'by command as well');
SELECT core.tell_apart(a.device_id, b.device_id, 'x') FROM core.device AS a, core.device AS b WHERE a.school_id = pg_temp.school('B') AND a.serial = 'SN1' AND b.serial = 'SN2';
SELECT results_eq($$ SELECT count(*) FROM core.merge_candidate WHERE kind = 'person' AND decision = 'different' AND school_id = pg_temp.school('B') $$, 'VALUES (1::bigint)', 'a person may tell apart without being asked');
SELECT * FROM finish();
ROLLBACK;
