BEGIN;
\ir lib/schools.psql
SELECT plan(12);
-- What a device says of one thing, at a time, by a report of its own.
CREATE FUNCTION pg_temp.says(p_value text[], p_at timestamptz, p_key text DEFAULT 'software') RETURNS void LANGUAGE sql AS $$
	SELECT core.take_evidence(pg_temp.report('A', 'inventory'), pg_temp.school('A'), ARRAY(SELECT device_id FROM core.device WHERE serial = 'SN1'),
		array_fill(1, ARRAY[cardinality(p_value)]), array_fill('host'::text, ARRAY[cardinality(p_value)]), array_fill(p_key, ARRAY[cardinality(p_value)]),
		p_value, array_fill(p_at, ARRAY[cardinality(p_value)]))
$$;
CREATE FUNCTION pg_temp.events() RETURNS TABLE (kind text, what text, was text, became text) LANGUAGE sql AS $$
	SELECT e.kind, e.what, e.was, e.became FROM api.device_event AS e WHERE e.school = 'A' ORDER BY e.change_id DESC, e.kind LIMIT 2
$$;
SELECT pg_temp.device('A', 1, 'k1', '10.0.0.1', ARRAY['serial'], ARRAY['SN1'], 'switch', 0.9, 'SN1', 'Maker') AS report \gset
SELECT results_eq($$ SELECT kind, label, class, report_id FROM api.device_event WHERE school = 'A' $$,
	format($$ SELECT 'found'::text, 'Maker'::text, 'switch'::text, %s::bigint $$, :report), 'the first look finds everything new; the report is named');
UPDATE core.scan SET finished_at = finished_at - interval '5 days', started_at = started_at - interval '5 days';
SELECT pg_temp.device('A', 2, 'k2', '10.0.0.2', ARRAY['serial'], ARRAY['SN2'], 'printer', 0.9, 'SN2');
SELECT results_eq('SELECT kind FROM pg_temp.events() LIMIT 1', $$ VALUES ('new') $$, 'later it is news');
SELECT pg_temp.device('A', 3, 'k3', '10.0.0.3', ARRAY['serial'], ARRAY['SN3'], 'unknown', 0.1, 'SN3');
SELECT results_eq('SELECT kind FROM pg_temp.events() LIMIT 1', $$ VALUES ('new_unknown') $$, 'and where nobody knows what it is, said so');
UPDATE core.device SET gone_at = now() WHERE serial = 'SN1';
SELECT results_eq('SELECT kind FROM pg_temp.events() LIMIT 1', $$ VALUES ('gone') $$, 'gone');
UPDATE core.device SET gone_at = NULL WHERE serial = 'SN1';
SELECT results_eq('SELECT kind FROM pg_temp.events() LIMIT 1', $$ VALUES ('back') $$, 'back');
UPDATE core.device SET firmware = '1.0', model = 'X' WHERE serial = 'SN1';
SELECT results_eq('SELECT kind FROM pg_temp.events() LIMIT 1', $$ VALUES ('back') $$, 'what was not known before is no change');
UPDATE core.device SET firmware = '1.1', model = 'Y' WHERE serial = 'SN1';
SELECT results_eq('SELECT * FROM pg_temp.events()', $$ VALUES ('firmware', 'firmware', '1.0', '1.1'), ('hardware', 'model', 'X', 'Y') $$, 'another firmware, another model');
SELECT pg_temp.says('{Office,Paint}', now());
SELECT results_eq('SELECT kind FROM pg_temp.events() LIMIT 1', $$ VALUES ('firmware') $$, 'the first list of programs is none either');
SELECT pg_temp.says('{Office,Games}', now() + interval '1 minute');
SELECT results_eq('SELECT * FROM pg_temp.events() LIMIT 1', $$ VALUES ('software', 'host.software', 'Paint', 'Games') $$, 'another program in place of one');
SELECT pg_temp.says('{4294967296}', now(), 'memory_bytes'), pg_temp.says('{8589934592}', now() + interval '1 minute', 'memory_bytes'), pg_temp.says('{1}', now() - interval '1 day', 'memory_bytes');
SELECT results_eq('SELECT * FROM pg_temp.events() LIMIT 1', $$ VALUES ('hardware', 'host.memory_bytes', '4294967296', '8589934592') $$, 'more memory; what is told late changes nothing');
INSERT INTO core.device_place SELECT device_id, school_id, agent_id, 'sw', 'gi1', 1, 1, 0, '', '', now(), now(), 0 FROM core.device WHERE serial = 'SN2';
UPDATE core.device_place SET port = 'gi2';
SELECT results_eq('SELECT * FROM pg_temp.events() LIMIT 1', $$ VALUES ('moved', 'port', 'gi1', 'gi2') $$, 'another port of a switch');
SELECT core.merge_devices((SELECT device_id FROM core.device WHERE serial = 'SN1'), (SELECT device_id FROM core.device WHERE serial = 'SN2'), 'x', NULL);
SELECT results_eq($$ SELECT kind, by IS NOT NULL FROM api.device_event WHERE school = 'A' ORDER BY change_id DESC LIMIT 1 $$, $$ VALUES ('merged', true) $$, 'taken for another, by a person');
SELECT * FROM finish();
ROLLBACK;
