BEGIN;
\ir lib/schools.psql
SELECT plan(9);
SELECT pg_temp.outage('A', 1, 'gateway', '2026-01-01 10:00+00', NULL, '2026-01-01 10:01+00');
SELECT results_eq('SELECT outage_class, end_at FROM core.outage', $$ VALUES ('gateway', NULL::timestamptz) $$, 'an outage begins');
SELECT pg_temp.outage('A', 1, 'isp_access', '2026-01-01 10:00+00', '2026-01-01 10:05+00', '2026-01-01 10:06+00');
SELECT results_eq('SELECT outage_class, end_at FROM core.outage', $$ VALUES ('isp_access', '2026-01-01 10:05+00'::timestamptz) $$, 'and ends');
SELECT pg_temp.outage('A', 1, 'gateway', '2026-01-01 09:59+00', NULL, '2026-01-01 10:02+00');
SELECT results_eq('SELECT outage_class, end_at, onset_at FROM core.outage',
	$$ VALUES ('isp_access', '2026-01-01 10:05+00'::timestamptz, '2026-01-01 10:00+00'::timestamptz) $$, 'a report that was overtaken opens it not again');
SELECT pg_temp.outage('A', 3, 'gateway', '2026-01-01 12:00+00', NULL, '2026-01-01 12:01+00');
SELECT pg_temp.outage('A', 3, 'gateway', '2026-01-01 13:00+00', '2026-01-01 13:05+00', '2026-01-01 13:06+00');
SELECT results_eq('SELECT end_at - onset_at FROM core.outage WHERE outage_id = pg_temp.id(3)', $$ VALUES (interval '5 minutes') $$, 'a clock set forward meanwhile makes it no longer');
SELECT pg_temp.outage('A', 4, 'gateway', '2026-01-01 12:00+00', NULL, '2026-01-01 12:01+00');
SELECT pg_temp.outage('A', 4, 'gateway', '2026-01-01 10:00+00', '2026-01-01 10:05+00', '2026-01-01 10:06+00');
SELECT results_eq('SELECT end_at - onset_at FROM core.outage WHERE outage_id = pg_temp.id(4)', $$ VALUES (interval '5 minutes') $$, 'nor does one set back');
DELETE FROM core.outage_evidence WHERE outage_id IN (pg_temp.id(3), pg_temp.id(4));
DELETE FROM core.outage WHERE outage_id IN (pg_temp.id(3), pg_temp.id(4));
SELECT pg_temp.outage('B', 1, 'gateway', '2026-01-01 10:00+00', NULL);
SELECT results_eq('SELECT count(*) FROM core.outage', 'VALUES (2::bigint)', 'another agent''s outage under the same number is another');
SELECT throws_ok($$ SELECT pg_temp.outage('A', 2, 'gateway', '2026-01-01 10:00+00', '2026-01-01 09:00+00') $$, '23514', NULL, 'none ends before it begins');
SELECT results_eq('SELECT count(*), max(rtt_median_ms) FROM core.connectivity_window', 'VALUES (8::bigint, 2::float8)', 'windows are kept');
SELECT results_eq('SELECT count(DISTINCT observed_at) FROM core.outage_evidence', 'VALUES (2::bigint)', 'and why');
SELECT * FROM finish();
ROLLBACK;
