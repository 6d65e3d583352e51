-- Hours and days of the line against windows and outages second by second: zones,
-- midnight, overlapping agents, holidays, what is told late and twice.
BEGIN;
\ir lib/schools.psql
SELECT plan(13);
DELETE FROM reference.holiday;
CREATE FUNCTION pg_temp.windows(p_code text, p_target text, p_from timestamptz, p_n integer, p_each interval) RETURNS void LANGUAGE sql AS $$
	SELECT core.take_connectivity(pg_temp.report(p_code, 'connectivity'), pg_temp.school(p_code), pg_temp.agent(p_code), now(),
		array_agg('internet'::text), array_agg(p_target), array_agg(p_from + n * p_each), array_agg(p_from + (n + 1) * p_each),
		array_agg(60::bigint), array_agg((60 - n % 3)::bigint), array_agg(0::bigint),
		array_agg(1 + n::float8), array_agg(2 + n::float8), array_agg(30 + n::float8), array_agg((n % 2)::bigint), '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')
	  FROM generate_series(0, p_n - 1) AS n
$$;
-- The truth: every second of the time in question.
CREATE FUNCTION pg_temp.truth(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (school_id integer, at timestamptz, day date, lesson text, known boolean, down boolean) LANGUAGE sql AS $$
	SELECT s.school_id, t.at, x.local::date,
	       CASE WHEN EXISTS (SELECT FROM reference.holiday AS h WHERE x.local::date BETWEEN h.from_day AND h.to_day) THEN 'holiday'
	            WHEN EXTRACT(isodow FROM x.local) <= 6 AND x.local::time >= '08:30' AND x.local::time < '15:00' THEN 'lesson' ELSE 'off_lesson' END,
	       b.down OR EXISTS (SELECT FROM core.connectivity_window AS w WHERE w.school_id = s.school_id AND w.from_at <= t.at AND w.to_at > t.at), b.down
	  FROM core.school AS s
	 CROSS JOIN generate_series(p_from, p_to - interval '10 seconds', interval '10 seconds') AS t(at)
	 CROSS JOIN LATERAL (SELECT t.at AT TIME ZONE s.time_zone AS local) AS x
	 CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM core.outage AS o JOIN reference.outage_class AS c USING (outage_class)
	                                     WHERE o.school_id = s.school_id AND c.is_internet AND o.onset_at <= t.at AND COALESCE(o.end_at, now()) > t.at) AS down) AS b
$$;
CREATE TEMP TABLE moment AS SELECT date_trunc('day', now()) - interval '4 days' AS d;
SELECT pg_temp.windows('A', 'x', d + interval '17 hours 59 minutes 30 seconds', 150, '1 minute') FROM moment;
SELECT pg_temp.windows('A', 'y', d + interval '18 hours 20 minutes', 50, '1 minute') FROM moment;
SELECT pg_temp.windows('A', 'x', d + interval '1 day 3 hours', 120, '1 minute') FROM moment;
SELECT pg_temp.windows('B', 'x', d + interval '20 hours', 120, '1 minute') FROM moment;
SELECT pg_temp.outage('A', 1, 'isp_access', d + interval '18 hours 50 minutes', d + interval '19 hours 10 minutes') FROM moment;
SELECT pg_temp.outage('A', 2, 'gateway', d + interval '1 day 3 hours 20 minutes', d + interval '1 day 3 hours 40 minutes') FROM moment;
SELECT pg_temp.outage('A', 3, 'dns_local', d + interval '1 day 4 hours', d + interval '1 day 4 hours 10 minutes') FROM moment;
SELECT pg_temp.outage('B', 4, 'portal', d + interval '20 hours 30 minutes', d + interval '22 hours 30 minutes') FROM moment;
DELETE FROM core.connectivity_window WHERE from_at > now() - interval '1 hour';
SELECT pg_temp.roll();
CREATE TEMP TABLE truth AS SELECT t.* FROM moment, pg_temp.truth(d + interval '12 hours', d + interval '1 day 18 hours') AS t;

SELECT set_eq('SELECT school_id, hour, known_s, down_s FROM core.line_hour',
	$$ SELECT school_id, date_trunc('hour', at), count(*) FILTER (WHERE known) * 10::float8 AS known_s, count(*) FILTER (WHERE down) * 10::float8 AS down_s FROM truth GROUP BY 1, 2 HAVING bool_or(known) $$,
	'hours: time known and time down');
SELECT set_eq('SELECT school_id, day, lesson, known_s, down_s FROM core.line_day',
	$$ SELECT school_id, day, lesson, count(*) FILTER (WHERE known) * 10::float8 AS known_s, count(*) FILTER (WHERE down) * 10::float8 AS down_s FROM truth GROUP BY 1, 2, 3 HAVING bool_or(known) $$,
	'days, lessons apart, each school by its own clock');
SELECT set_eq('SELECT school_id, hour, sent, received, rtt_min_ms, rtt_max_ms, rtt_median_ms FROM core.line_hour WHERE sent > 0',
	$$ SELECT school_id, date_trunc('hour', from_at), sum(sent)::bigint AS sent, sum(received)::bigint AS received, min(rtt_min_ms) AS low, max(rtt_max_ms) AS high, percentile_cont(0.5) WITHIN GROUP (ORDER BY rtt_median_ms) AS median
	     FROM core.connectivity_window GROUP BY 1, 2 $$, 'probes and their times');
SELECT is((SELECT sum(sent) FROM core.line_day), (SELECT sum(sent) FROM core.connectivity_window), 'no probe is lost between the parts of a day');
SELECT is((SELECT sum(known_s) FROM core.line_day), (SELECT sum(known_s) FROM core.line_hour), 'and no second');

INSERT INTO reference.holiday SELECT d::date + 1, d::date + 1, 'x' FROM moment;
SELECT pg_temp.outage('A', 5, 'lan_link', d + interval '1 day 5 hours 30 minutes', d + interval '1 day 5 hours 40 minutes') FROM moment;
SELECT pg_temp.outage('A', 5, 'lan_link', d + interval '1 day 5 hours 30 minutes', d + interval '1 day 5 hours 40 minutes') FROM moment;
DELETE FROM core.connectivity_window WHERE from_at > now() - interval '1 hour';
SELECT core.roll_again(school_id, d, d + interval '2 days') FROM moment, core.school;
SELECT pg_temp.roll();
DELETE FROM truth;
INSERT INTO truth SELECT t.* FROM moment, pg_temp.truth(d + interval '12 hours', d + interval '1 day 18 hours') AS t;
SELECT set_eq('SELECT school_id, day, lesson, known_s, down_s FROM core.line_day',
	$$ SELECT school_id, day, lesson, count(*) FILTER (WHERE known) * 10::float8 AS known_s, count(*) FILTER (WHERE down) * 10::float8 AS down_s FROM truth GROUP BY 1, 2, 3 HAVING bool_or(known) $$,
	'a holiday has no lessons; what is told late and twice counts once');
SELECT is((SELECT count(*) FROM core.line_day WHERE lesson = 'holiday'), 2::bigint, 'both schools have one');

UPDATE core.school SET time_zone = 'Asia/Kolkata' WHERE code = 'B';
SELECT core.roll_again(school_id, d, d + interval '2 days') FROM moment, core.school;
SELECT pg_temp.roll();
DELETE FROM truth;
INSERT INTO truth SELECT t.* FROM moment, pg_temp.truth(d + interval '12 hours', d + interval '1 day 18 hours') AS t;
SELECT set_eq('SELECT school_id, hour, known_s, down_s FROM core.line_hour',
	$$ SELECT school_id, date_trunc('hour', at), count(*) FILTER (WHERE known) * 10::float8 AS known_s, count(*) FILTER (WHERE down) * 10::float8 AS down_s FROM truth GROUP BY 1, 2 HAVING bool_or(known) $$,
	'half an hour of zone cuts no hour in two');
SELECT set_eq('SELECT school_id, day, lesson, known_s, down_s FROM core.line_day',
	$$ SELECT school_id, day, lesson, count(*) FILTER (WHERE known) * 10::float8 AS known_s, count(*) FILTER (WHERE down) * 10::float8 AS down_s FROM truth GROUP BY 1, 2, 3 HAVING bool_or(known) $$,
	'and its days are its own');
SELECT is((SELECT count(*) FROM core.roll_due), 0::bigint, 'nothing is left to do');
-- An agent that was not heard for two hours told of an outage an hour before that, and is silent since.
SELECT core.heartbeat(pg_temp.agent('A'), gen_random_uuid(), 1, h.at, 1, 0, h.at) FROM (SELECT now() - interval '2 hours' AS at) AS h;
UPDATE core.agent_state SET last_heard_at = now() - interval '2 hours' WHERE agent_id = pg_temp.agent('A');
SELECT pg_temp.outage('A', 6, 'isp_access', now() - interval '3 hours', NULL);
UPDATE core.agent_state SET last_heard_at = now() - interval '2 hours' WHERE agent_id = pg_temp.agent('A');
CREATE FUNCTION pg_temp.today() RETURNS TABLE (known double precision, down double precision) LANGUAGE sql AS $$
	SELECT sum(d.known_s), sum(d.down_s) FROM core.line_day AS d WHERE d.school_id = pg_temp.school('A') AND d.day >= (now() - interval '1 day')::date
$$;
DELETE FROM core.connectivity_window WHERE from_at > now() - interval '1 hour';
SELECT pg_temp.roll();
SELECT results_eq('SELECT * FROM pg_temp.today()', 'VALUES (3600::float8, 3600::float8)', 'an outage lasts as long as its agent was heard: what is then is not known');
-- It comes back and tells the end, and why it was silent for the rest.
SELECT pg_temp.outage('A', 6, 'isp_access', now() - interval '3 hours', now() - interval '90 minutes');
SELECT pg_temp.outage('A', 7, 'power', now() - interval '90 minutes', now() - interval '30 minutes');
DELETE FROM core.connectivity_window WHERE from_at > now() - interval '1 hour';
SELECT pg_temp.roll();
SELECT results_eq('SELECT * FROM pg_temp.today()', 'VALUES (5400::float8, 5400::float8)', 'told late, silence has its class; without power nothing is known of the line');
SELECT results_eq($$ SELECT class, party, is_internet, "end" - onset FROM api.outage WHERE school = 'A' AND onset > now() - interval '4 hours' ORDER BY onset $$,
	$$ VALUES ('isp_access', 'provider', true, interval '90 minutes'), ('power', 'school', false, interval '1 hour') $$, 'and each its party');
SELECT * FROM finish();
ROLLBACK;
