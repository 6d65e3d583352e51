BEGIN;
\ir lib/schools.psql
SELECT plan(6);
SELECT pg_temp.device('A', 1, 'k1', '10.0.0.1', ARRAY['serial'], ARRAY['SN1'], 'switch', 0.9, 'SN1', 'Maker');
CREATE FUNCTION pg_temp.again(p_class text) RETURNS integer LANGUAGE sql AS
	$$ SELECT core.reclassify(array_agg(device_id), ARRAY[p_class], ARRAY['r2'], ARRAY[0.7::real], ARRAY[''], ARRAY['M'], ARRAY[''], ARRAY[''], ARRAY[''], ARRAY['r2 0.70; - r1 0.50 (' || p_class || ')']) FROM core.device $$;
SELECT is(pg_temp.again('router'), 1, 'a new verdict changes the device');
SELECT results_eq('SELECT class, vendor, model, serial FROM core.device', $$ VALUES ('router', 'Maker', 'M', 'SN1') $$, 'and blanks nothing');
SELECT is(pg_temp.again('router'), 0, 'the same again changes nothing');
SELECT results_eq($$ SELECT was ->> 'class', report_id FROM audit.change WHERE action = 'update' AND table_name = 'core.device' $$, $$ VALUES ('switch', NULL::bigint) $$, 'the audit names no report for it');
SELECT results_eq($$ SELECT source, key, value FROM api.device_evidence WHERE source = 'rules' $$, $$ VALUES ('rules', 'weighed', 'r2 0.70; - r1 0.50 (router)') $$, 'which rules were weighed is told beside the evidence');
SELECT pg_temp.again('nas');
SELECT is((SELECT string_agg(value, ',') FROM core.device_evidence WHERE source = 'rules'), 'r2 0.70; - r1 0.50 (nas)', 'once');
SELECT * FROM finish();
ROLLBACK;
