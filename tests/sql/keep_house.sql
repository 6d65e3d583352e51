BEGIN;
\ir lib/schools.psql
SELECT plan(21);
SELECT pg_temp.fill();
INSERT INTO core.report (agent_id, boot_id, seq, school_id, kind, created_at, received_at, agent_version, clock_synchronised)
SELECT pg_temp.agent('A'), pg_temp.id(8), n, pg_temp.school('A'), CASE n WHEN 1 THEN 'health' ELSE 'inventory' END, now(), now() - interval '100 days', '', true
  FROM generate_series(1, 2) AS n;
SELECT core.make_partitions((now() - interval '60 days')::date, (now() - interval '59 days')::date);
SELECT cmp_ok(core.keep_house(now()), '>=', 7, 'old partitions and heads go');
SELECT is_empty($$ SELECT FROM core.report WHERE boot_id = pg_temp.id(8) AND kind = 'health' $$, 'a head that nothing points at goes after 80 days');
SELECT isnt_empty($$ SELECT FROM core.report WHERE boot_id = pg_temp.id(8) AND kind = 'inventory' $$, 'one that changed devices stays');
SELECT isnt(to_regclass('core.measurement_' || to_char(now() + interval '3 days', 'YYYYMMDD')), NULL, 'three days ahead are there');
SELECT isnt(to_regclass('core.line_hour_' || to_char(now() + interval '32 days', 'YYYYMM')), NULL, 'a month ahead');
SELECT isnt(to_regclass('core.speed_day_' || to_char(now() + interval '32 days', 'YYYY')), NULL, 'and the year of it');
SELECT is(to_regclass('core.measurement_' || to_char(now() - interval '60 days', 'YYYYMMDD')), NULL, 'sixty days back are not');
SELECT cmp_ok((SELECT count(*) FROM core.measurement), '>', 0::bigint, 'what is young stays');

SELECT core.make_partitions('2015-01-01', '2015-01-02');
INSERT INTO core.line_day VALUES (pg_temp.school('A'), '2015-01-01', 'lesson', 1, 0, 0, 0, 0);
SELECT core.keep_house(now(), 1, 1, 36500);
SELECT isnt_empty('SELECT FROM core.line_day WHERE day = ''2015-01-01''', 'days stay as long as asked');
SELECT is(to_regclass('core.line_hour_201501'), NULL, 'hours go before them');
SELECT isnt(to_regclass('core.measurement_' || to_char(now() - interval '36 days', 'YYYYMMDD')), NULL, 'what a late report needs is kept whatever is asked');
INSERT INTO core.measurement VALUES (pg_temp.school('A'), 1, now() - interval '35 days', 1, 1);
SELECT pass('and a number as old as a report may be is taken');
SELECT core.keep_house(now());
SELECT is(to_regclass('core.line_day_2015'), NULL, 'days go after ten years');

SELECT pg_temp.speed('A', 41, 90, 'pass', now() - interval '731 days') FROM core.make_partitions((now() - interval '731 days')::date, (now() - interval '731 days')::date);
INSERT INTO core.measured (test_id, direction, started_at, size_bytes, duration_s, client)
SELECT pg_temp.id(40 + n), 'up', now() - make_interval(days => 729 + n), 1, 1, '' FROM generate_series(0, 2) AS n;
SELECT pg_temp.filter('A', 42, 'e1', 'block', 'allowed', 'leak', now() - interval '731 days');
SELECT pg_temp.outage('A', 43, 'gateway', now() - interval '731 days', now() - interval '730 days');
SELECT pg_temp.outage('A', 44, 'gateway', now() - interval '3651 days', now() - interval '3650 days');
SELECT pg_temp.outage('A', 45, 'gateway', now() - interval '3651 days', NULL);
SELECT core.keep_house(now());
SELECT results_eq('SELECT count(*) FROM core.speed_test WHERE school_id = pg_temp.school(''A'')', 'VALUES (1::bigint)', 'tests go after two years');
SELECT set_eq('SELECT test_id FROM core.measured', 'VALUES (pg_temp.id(40)), (pg_temp.id(41))', 'so does the other end of them');
SELECT isnt_empty('SELECT FROM core.speed_day WHERE day < now() - interval ''700 days''', 'what they summed up to stays');
SELECT results_eq('SELECT count(*) FROM core.filter_run WHERE school_id = pg_temp.school(''A'')', 'VALUES (1::bigint)', 'so do checks of the filter');
SELECT set_eq($$ SELECT outage_id FROM core.outage WHERE onset_at < now() - interval '1 year' $$, $$ VALUES (pg_temp.id(43)), (pg_temp.id(45)) $$, 'outages stay ten years, and as long as they last');
UPDATE core.quarantine SET received_at = now() - interval '9 days';
SELECT core.keep_house(now(), 35, 730, 3650, 8);
SELECT is((SELECT count(*) FROM core.quarantine), 0::bigint, 'what was set aside goes when asked');

SELECT core.put_receiver('boss', 'email', 'boss@town.test', NULL, NULL, NULL, NULL, 'info', 'ru', false);
SELECT pg_temp.alert('A', 'filter_leak', '', 'firing', 68), pg_temp.alert('A', 'filter_leak', '', 'resolved', 32), pg_temp.alert('A', 'filter_leak', '', 'firing', 68);
UPDATE core.alert SET ended_at = now() - interval '731 days' WHERE kind = 'filter_leak' AND state = 'resolved';
UPDATE core.incident SET closed_at = now() - interval '731 days' WHERE closed_at IS NOT NULL;
SELECT core.keep_house(now());
SELECT results_eq($$ SELECT state FROM core.alert WHERE kind = 'filter_leak' ORDER BY alert_id $$, $$ VALUES ('resolved'), ('firing') $$, 'an alert stays while a message of it waits');
UPDATE core.outbox SET state = 'delivered', done_at = now() - interval '91 days';
SELECT core.keep_house(now());
SELECT results_eq($$ SELECT a.state, (SELECT count(*) FROM core.incident), (SELECT count(*) FROM core.outbox) FROM core.alert AS a WHERE kind = 'filter_leak' $$,
	$$ SELECT 'firing', (SELECT count(DISTINCT incident_id) FROM core.alert), 0::bigint $$, 'then it goes after two years with its incident, and one that lasts stays');
SELECT * FROM finish();
ROLLBACK;
