BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(4);
CREATE TEMP TABLE one AS SELECT d.device_id, s.school_id, d.report_id FROM core.device AS d JOIN core.school AS s USING (school_id) WHERE d.merged_into IS NULL AND s.vantage = 'school' ORDER BY 1 LIMIT 1;
UPDATE core.device SET class = 'switch';
UPDATE core.device SET class = 'laptop' WHERE device_id = (SELECT device_id FROM one);
SELECT results_eq('SELECT product, protection FROM api.antivirus', $$ VALUES ('', 'unknown') $$, 'a computer that told nothing is unknown, a switch is not asked');
INSERT INTO core.device_evidence (device_id, source, key, value, school_id, seen_at, report_id)
SELECT device_id, 'host', 'antivirus', 'Dr.Web', school_id, now(), report_id FROM one;
SELECT results_eq('SELECT product, protection FROM api.antivirus', $$ VALUES ('Dr.Web', 'runs') $$, 'by SNMP it runs');
INSERT INTO core.device_evidence (device_id, source, key, value, school_id, seen_at, report_id)
SELECT device_id, 'facts', 'antivirus', v, school_id, '2026-11-26', report_id FROM one,
	unnest(ARRAY['A;yes;;2026-11-20;1.0', 'B;yes;yes', 'C;yes;;2026-11-01', 'D;no;yes', 'E;yes;no', 'F;yes', 'G;yes;;2026-02-31', 'H']) AS v;
SELECT results_eq('SELECT product, protection FROM api.antivirus ORDER BY 1', $$ VALUES ('A', 'current'), ('B', 'current'), ('C', 'outdated'), ('D', 'off'), ('E', 'outdated'),
	('F', 'runs'), ('G', 'outdated'), ('H', 'unknown') $$, 'what computers tell themselves stands before, and a day that is none breaks nothing');
SELECT is((SELECT signatures FROM api.antivirus WHERE product = 'A'), '2026-11-20'::date, 'signatures have their day');
SELECT * FROM finish();
ROLLBACK;
