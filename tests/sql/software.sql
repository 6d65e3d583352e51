BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(2);
CREATE TEMP TABLE one AS SELECT d.device_id, s.school_id, d.report_id FROM core.device AS d JOIN core.school AS s USING (school_id) WHERE d.merged_into IS NULL AND s.vantage = 'school' ORDER BY 1 LIMIT 1;
DELETE FROM core.device_evidence WHERE key = 'software';
INSERT INTO core.device_evidence (device_id, source, key, value, school_id, seen_at, report_id)
SELECT device_id, e.source, 'software', e.value, school_id, now(), report_id FROM one, (VALUES ('facts', '7-Zip;24.08;Igor Pavlov'), ('facts', 'plain'), ('host', 'LibreOffice; 7')) AS e(source, value);
SELECT results_eq($$ SELECT program, version, publisher, source FROM api.software ORDER BY 1 $$,
	$$ VALUES ('7-Zip', '24.08', 'Igor Pavlov', 'facts'), ('LibreOffice; 7', '', '', 'host'), ('plain', '', '', 'facts') $$, 'programs are told apart');
SELECT is((SELECT count(DISTINCT device_id) FROM api.software), 1::bigint, 'of the computer that told them');
SELECT * FROM finish();
ROLLBACK;
