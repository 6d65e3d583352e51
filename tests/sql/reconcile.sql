BEGIN;
\ir lib/schools.psql
SELECT plan(19);

-- Heartbeats of school B (UTC+3) on 2026-03-03: every 30 s but for the silences below.
SELECT core.make_partitions('2026-03-01', '2026-03-04');
CREATE FUNCTION pg_temp.beat(p_at timestamptz) RETURNS void LANGUAGE sql AS $$
	SELECT core.heartbeat(pg_temp.agent('B'), pg_temp.id(0), 1, p_at, 2, 0, p_at)
$$;
SELECT pg_temp.beat('2026-03-03 06:00+00');
SELECT pg_temp.beat('2026-03-03 06:01:15+00');
SELECT is_empty('SELECT FROM core.agent_silence', '75 seconds are no silence');
SELECT pg_temp.beat('2026-03-03 06:02:31+00');
SELECT results_eq('SELECT agent_id, school_id, from_at, to_at FROM core.agent_silence', $$ SELECT pg_temp.agent('B'), pg_temp.school('B'), '2026-03-03 06:01:15+00'::timestamptz, '2026-03-03 06:02:31+00'::timestamptz $$,
	'76 are, noted when it is heard again');
SELECT pg_temp.beat('2026-03-03 06:00+00');
SELECT is((SELECT count(*) FROM core.agent_silence), 1::bigint, 'a beat that came late takes nothing back');
DELETE FROM core.agent_silence;
SELECT pg_temp.beat(a) FROM unnest(ARRAY['2026-03-03 07:00+00', '2026-03-03 08:00+00', '2026-03-03 09:00+00', '2026-03-03 10:00+00', '2026-03-03 11:00+00']::timestamptz[]) AS a;
DELETE FROM core.agent_silence WHERE from_at < '2026-03-03 07:00+00';
SELECT is((SELECT count(*) FROM core.agent_silence), 4::bigint, 'an hour each');

-- 07 to 08 the agent saw the Internet all the time; 08 to 09 it saw an outage from 08:10 to 08:40; 09 to 10 nobody listened until
-- 09:30; 10 to 11 it has no record but of the first ten minutes.
CREATE FUNCTION pg_temp.watched(p_from timestamptz, p_to timestamptz) RETURNS void LANGUAGE sql AS $$
	INSERT INTO core.connectivity_window (school_id, agent_id, rung, target, from_at, to_at, sent, received, late, micro_outages, report_id)
	SELECT pg_temp.school('B'), pg_temp.agent('B'), 'internet', 'x', m, m + interval '59 seconds', 60, 60, 0, 0, 1 FROM generate_series(p_from, p_to - interval '1 minute', interval '1 minute') AS m
$$;
SELECT pg_temp.watched('2026-03-03 06:55+00', '2026-03-03 10:10+00');
SELECT pg_temp.outage('B', 1, 'isp_access', '2026-03-03 08:10+00', '2026-03-03 08:40+00');
DELETE FROM core.agent_silence WHERE from_at >= '2026-03-03 11:00+00';
INSERT INTO core.collector_gap VALUES ('2026-03-03 09:00+00', '2026-03-03 09:30+00');
UPDATE core.agent_state SET last_report_at = '2026-03-03 10:59+00' WHERE agent_id = pg_temp.agent('B');
SELECT core.reconcile(pg_temp.school('B'), '2026-03-02 21:00+00', '2026-03-03 21:00+00');
SELECT results_eq('SELECT from_at, to_at, cause, outage_class FROM core.silence_part ORDER BY 1', $$ VALUES
	('2026-03-03 07:00+00'::timestamptz, '2026-03-03 08:00+00'::timestamptz, 'transit', NULL::text),
	('2026-03-03 08:00+00', '2026-03-03 08:10+00', 'transit', NULL), ('2026-03-03 08:10+00', '2026-03-03 08:40+00', 'outage', 'isp_access'),
	('2026-03-03 08:40+00', '2026-03-03 09:00+00', 'transit', NULL), ('2026-03-03 09:00+00', '2026-03-03 09:30+00', 'collector', NULL),
	('2026-03-03 09:30+00', '2026-03-03 10:00+00', 'transit', NULL), ('2026-03-03 10:00+00', '2026-03-03 10:10:02+00', 'transit', NULL),
	('2026-03-03 10:10:02+00', '2026-03-03 11:00+00', 'unknown', NULL) $$, 'silence is read against the agent''s own record; what may still come is unknown');
UPDATE core.agent_state SET last_report_at = '2026-03-03 11:05+00', spool_reports = 3 WHERE agent_id = pg_temp.agent('B');
SELECT core.reconcile(pg_temp.school('B'), '2026-03-02 21:00+00', '2026-03-03 21:00+00');
SELECT is((SELECT cause FROM core.silence_part ORDER BY from_at DESC LIMIT 1), 'unknown', 'reports wait on its disk');
UPDATE core.agent_state SET spool_reports = 0 WHERE agent_id = pg_temp.agent('B');
SELECT core.reconcile(pg_temp.school('B'), '2026-03-02 21:00+00', '2026-03-03 21:00+00');
SELECT is((SELECT cause FROM core.silence_part ORDER BY from_at DESC LIMIT 1), 'agent', 'all has come and there is no record: it did not run');
SELECT core.take_gap(pg_temp.report('B', 'gap'), pg_temp.school('B'), pg_temp.agent('B'), 3, 5, '2026-03-03 10:15+00', '2026-03-03 10:20+00', 3, 100, 'budget');
SELECT core.reconcile(pg_temp.school('B'), '2026-03-02 21:00+00', '2026-03-03 21:00+00');
SELECT is((SELECT cause FROM core.silence_part ORDER BY from_at DESC LIMIT 1), 'unknown', 'what it dropped nobody knows');
SELECT is((SELECT count(*) FROM core.silence_part), 8::bigint, 'again is not twice');

-- A report that came late changes what was concluded, by way of the day's sums.
DELETE FROM core.gap;
DELETE FROM core.silence_part;
SELECT core.roll_line(pg_temp.school('B'), '2026-03-03');
SELECT results_eq('SELECT cause, count(*) FROM core.silence_part GROUP BY 1 ORDER BY 1', $$ VALUES ('agent', 1::bigint), ('collector', 1), ('outage', 1), ('transit', 5) $$, 'the day''s sums say so too');
SELECT results_eq($$ SELECT known_s, down_s FROM core.line_day WHERE school_id = pg_temp.school('B') AND day = '2026-03-03' AND lesson = 'lesson' $$, $$ VALUES (195 * 59 + 30::float8, 1800::float8) $$,
	'availability knows what the agent told, and nothing of the rest');

-- Who watches.
UPDATE core.alert_watch SET holder = NULL, passed_at = '-infinity', left_at = NULL;
DELETE FROM core.collector_gap;
SELECT is(core.take_watch(pg_temp.id(1)), false, 'the first becomes the watch');
SELECT is_empty('SELECT FROM core.collector_gap', 'before it there was nobody to miss');
SELECT is(core.take_watch(pg_temp.id(1)), true, 'and stays it');
SELECT is(core.take_watch(pg_temp.id(2)), NULL, 'another waits');
UPDATE core.alert_watch SET passed_at = now() - interval '59 seconds';
SELECT is(core.take_watch(pg_temp.id(2)), false, 'until nobody has looked for twenty seconds');
SELECT is_empty('SELECT FROM core.collector_gap', 'less than a minute is no gap');
UPDATE core.alert_watch SET left_at = now() - interval '10 minutes', passed_at = '-infinity';
SELECT core.take_watch(pg_temp.id(3));
SELECT results_eq('SELECT from_at, to_at FROM core.collector_gap', $$ SELECT now() - interval '10 minutes', now() $$, 'ten minutes without a collector are');
UPDATE core.alert_watch SET passed_at = now() - interval '2 minutes';
SELECT core.take_watch(pg_temp.id(3));
SELECT results_eq('SELECT from_at FROM core.collector_gap ORDER BY 1 DESC LIMIT 1', $$ SELECT now() - interval '2 minutes' $$, 'so are two of one that stood still');
SELECT * FROM finish();
ROLLBACK;
