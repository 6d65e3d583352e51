BEGIN;
\ir lib/schools.psql
SELECT plan(4);
SELECT core.count_transient(pg_temp.school('A'), '2026-01-01 20:00+00', 'da:00:00:00:00:01');
SELECT core.count_transient(pg_temp.school('A'), '2026-01-01 21:00+00', 'da:00:00:00:00:01');
SELECT core.count_transient(pg_temp.school('A'), '2026-01-01 21:00+00', 'da:00:00:00:00:02');
SELECT results_eq('SELECT day, devices FROM core.transient_day', $$ VALUES ('2026-01-02'::date, 2) $$, 'counted once a day, by the school''s own calendar');
SELECT is_empty($$ SELECT FROM core.transient_mark WHERE position(decode('da0000000001', 'hex') IN mark) > 0 $$, 'no address is written down');
SELECT core.keep_house('2026-01-05 00:00+00');
SELECT results_eq('SELECT count(*), (SELECT count(*) FROM core.transient_day WHERE salt IS NOT NULL) FROM core.transient_mark', 'VALUES (0::bigint, 0::bigint)', 'when the day is over marks and salt are destroyed');
SELECT core.count_transient(pg_temp.school('A'), '2026-01-01 21:00+00', 'da:00:00:00:00:03');
SELECT results_eq('SELECT devices FROM core.transient_day', 'VALUES (2)', 'and the count stands');
SELECT * FROM finish();
ROLLBACK;
