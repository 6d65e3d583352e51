BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(4);
SELECT results_eq($$ SELECT school, kind, state, severity, told, words_en LIKE 'Agent ''host-a''%' FROM api.alert_list WHERE school = 'A' $$,
	$$ VALUES ('A', 'agent_silent', 'firing', 'critical', true, true) $$, 'an alert with its words');
SELECT results_eq($$ SELECT string_agg(what, ' ' ORDER BY what) FROM api.alert_event WHERE school = 'B' $$, $$ VALUES ('raised told') $$, 'and what became of it');
SET ROLE parta_auditor;
SELECT results_eq($$ SELECT DISTINCT words_ru LIKE 'Агент «host-%' FROM api.alert_list $$, 'VALUES (true)', 'who reads needs no right on the words');
RESET ROLE;
SELECT is_empty($$ SELECT * FROM core.alert AS a WHERE NOT EXISTS (SELECT FROM api.word AS w WHERE w.dictionary = 'alert_state' AND w.key = a.state) $$, 'states have words');
SELECT * FROM finish();
ROLLBACK;
