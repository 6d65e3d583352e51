BEGIN;
\ir lib/schools.psql
SELECT plan(8);
SELECT results_eq($$ SELECT action, became ->> 'code' FROM audit.change WHERE table_name = 'core.school' ORDER BY change_id $$,
	$$ VALUES ('insert', 'A'), ('insert', 'B') $$, 'a birth is written down');
UPDATE core.school SET name = 'New', provider = 'P' WHERE code = 'A';
SELECT results_eq($$ SELECT was, became, row_key -> 'school_id' = to_jsonb(pg_temp.school('A')) FROM audit.change WHERE action = 'update' AND table_name = 'core.school' $$,
	$$ VALUES ('{"name": "School A", "provider": ""}'::jsonb, '{"name": "New", "provider": "P"}'::jsonb, true) $$, 'a change says what was and what became');
UPDATE core.school SET name = 'New' WHERE code = 'A';
SELECT results_eq($$ SELECT count(*) FROM audit.change WHERE action = 'update' AND table_name = 'core.school' $$, 'VALUES (1::bigint)', 'no change is no row');
UPDATE reference.norm SET norm_mbps = 99 WHERE settlement = 'urban' AND direction = 'down';
SELECT results_eq($$ SELECT was ->> 'norm_mbps' FROM audit.change WHERE table_name = 'reference.norm' ORDER BY change_id DESC LIMIT 1 $$, $$ VALUES ('100') $$, 'a norm that a clerk changes is audited');
SELECT throws_ok('UPDATE audit.change SET actor = ''x''', '42501', NULL, 'the audit is not rewritten, not even by its owner');
SELECT throws_ok('DELETE FROM audit.change', '42501', NULL, 'nor shortened');
SELECT throws_ok('TRUNCATE audit.change', '42501', NULL, 'nor emptied');
SELECT pg_temp.device('A', 1, 'k1', '10.0.0.1', ARRAY['serial'], ARRAY['SN1']) AS report \gset
SELECT results_eq($$ SELECT report_id FROM audit.change WHERE table_name = 'core.device' $$, format('VALUES (%s::bigint)', :report), 'a report''s change names it');
SELECT * FROM finish();
ROLLBACK;
