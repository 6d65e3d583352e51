-- How lines did by day and, for 46 days, by hour; windows of the last day. What
-- outages took is taken from the outages themselves.

CREATE TEMP TABLE demo_down AS
SELECT o.school_id, s.time_zone AS zone, o.onset_at, COALESCE(o.end_at, now()) AS end_at
  FROM core.outage AS o
  JOIN reference.outage_class AS c USING (outage_class)
  JOIN core.school AS s USING (school_id)
 WHERE c.is_internet AND o.school_id IN (SELECT school_id FROM demo_school);
CREATE TEMP TABLE demo_down_day AS
SELECT w.school_id, d.day::date AS day, sum(EXTRACT(epoch FROM p.to_at - p.from_at)) AS total_s, sum(api.lesson_s(w.zone, p.from_at, p.to_at)) AS lesson_s
  FROM demo_down AS w
 CROSS JOIN LATERAL generate_series((w.onset_at AT TIME ZONE w.zone)::date, (w.end_at AT TIME ZONE w.zone)::date, interval '1 day') AS d(day)
 CROSS JOIN LATERAL (SELECT greatest(w.onset_at, d.day::timestamp AT TIME ZONE w.zone) AS from_at, least(w.end_at, (d.day::timestamp + interval '1 day') AT TIME ZONE w.zone) AS to_at) AS p
 WHERE p.to_at > p.from_at
 GROUP BY 1, 2;
CREATE TEMP TABLE demo_down_hour AS
SELECT w.school_id, h.hour, sum(EXTRACT(epoch FROM least(w.end_at, h.hour + interval '1 hour') - greatest(w.onset_at, h.hour))) AS down_s
  FROM demo_down AS w
 CROSS JOIN LATERAL generate_series(date_trunc('hour', w.onset_at), w.end_at, interval '1 hour') AS h(hour)
 WHERE w.end_at > now() - interval '47 days' AND least(w.end_at, h.hour + interval '1 hour') > greatest(w.onset_at, h.hour)
 GROUP BY 1, 2;
ANALYZE demo_down_day; ANALYZE demo_down_hour;

INSERT INTO core.line_day (school_id, day, lesson, known_s, down_s, sent, received, micro_outages, rtt_min_ms, rtt_median_ms, rtt_max_ms)
SELECT s.school_id, d.day, p.lesson, p.known_s, least(p.down_s, p.known_s), p.known_s::bigint, (p.known_s * (1 - 0.002 * pg_temp.u(x.k, 101)) - least(p.down_s, p.known_s))::bigint,
       (pg_temp.u(x.k, 102) * 3)::integer, 2 + 4 * pg_temp.u(s.n, 103), 5 + 12 * pg_temp.u(s.n, 103) + 4 * pg_temp.u(x.k, 104), 60 + 300 * pg_temp.u(x.k, 105)
  FROM demo_school AS s
 CROSS JOIN demo_day AS d
  LEFT JOIN demo_down_day AS w ON w.school_id = s.school_id AND w.day = d.day
 CROSS JOIN LATERAL (SELECT s.n::bigint * 100000 + (d.day - DATE '2020-01-01') AS k, d.weekday <= 6 AND NOT d.is_holiday AS has_lessons) AS x
 CROSS JOIN LATERAL (
       SELECT 'lesson' AS lesson, 23400.0 AS known_s, least(COALESCE(w.lesson_s, 0), 23400) AS down_s WHERE x.has_lessons
        UNION ALL
       SELECT CASE WHEN d.is_holiday THEN 'holiday' ELSE 'off_lesson' END, CASE WHEN x.has_lessons THEN 63000.0 ELSE 86400.0 END,
              greatest(COALESCE(w.total_s - CASE WHEN x.has_lessons THEN least(w.lesson_s, 23400) ELSE 0 END, 0), 0)) AS p
 WHERE d.day < (now() AT TIME ZONE s.zone)::date;

INSERT INTO core.line_hour (school_id, hour, known_s, down_s, sent, received, rtt_min_ms, rtt_median_ms, rtt_max_ms)
SELECT s.school_id, h.hour, 3600, least(COALESCE(w.down_s, 0), 3600), 3600, (3600 * (1 - 0.002 * pg_temp.u(x.k, 111)) - least(COALESCE(w.down_s, 0), 3600))::bigint,
       2 + 4 * pg_temp.u(s.n, 103), x.rtt, x.rtt * (2 + 9 * pg_temp.u(x.k, 112))
  FROM demo_school AS s
 CROSS JOIN generate_series(date_trunc('hour', now()) - make_interval(days => least(current_setting('demo.days')::integer, 46)), date_trunc('hour', now()) - interval '1 hour', interval '1 hour') AS h(hour)
  LEFT JOIN demo_down_hour AS w ON w.school_id = s.school_id AND w.hour = h.hour
 CROSS JOIN LATERAL (SELECT s.n::bigint * 1000000 + EXTRACT(epoch FROM h.hour)::bigint / 3600 % 1000000 AS k) AS y
 CROSS JOIN LATERAL (SELECT y.k, 5 + 12 * pg_temp.u(s.n, 103) + 3 * pg_temp.u(y.k, 113)
                            + CASE WHEN EXTRACT(hour FROM h.hour AT TIME ZONE s.zone) BETWEEN 18 AND 22 THEN 6 ELSE 0 END AS rtt) AS x;

INSERT INTO core.connectivity_window (school_id, agent_id, rung, target, from_at, to_at, sent, received, late, rtt_min_ms, rtt_median_ms, rtt_max_ms, micro_outages, report_id)
SELECT s.school_id, s.agent_id, 'internet', '77.88.8.8', t.at, t.at + interval '5 minutes', 300, 300 - floor(2 * pg_temp.u(x.k, 121) ^ 3)::integer, 0,
       2 + 4 * pg_temp.u(s.n, 103), x.rtt, x.rtt * (1.5 + 4 * pg_temp.u(x.k, 122)), 0, s.report_id
  FROM demo_school AS s
 CROSS JOIN generate_series(date_trunc('hour', now() - interval '24 hours'), now() - interval '5 minutes', interval '5 minutes') AS t(at)
 CROSS JOIN LATERAL (SELECT s.n::bigint * 1000000 + EXTRACT(epoch FROM t.at)::bigint / 300 % 1000000 AS k) AS y
 CROSS JOIN LATERAL (SELECT y.k, 5 + 12 * pg_temp.u(s.n, 103) + 5 * pg_temp.u(y.k, 123) AS rtt) AS x
 WHERE NOT EXISTS (SELECT FROM demo_down AS w WHERE w.school_id = s.school_id AND w.onset_at < t.at + interval '5 minutes' AND w.end_at > t.at);

-- Examinations in three towns: one that was held this morning, watched minute by minute, one to come.
ALTER TABLE core.exam DISABLE TRIGGER noted;
INSERT INTO core.exam (municipality, from_at, to_at, name, by_login)
SELECT t.name, date_trunc('hour', now()) + x.from_in, date_trunc('hour', now()) + x.from_in + interval '4 hours', x.name, 'demo-data'
  FROM demo_town AS t
 CROSS JOIN (VALUES (interval '-6 hours', 'Пробный ЕГЭ, русский язык'), (interval '44 hours', 'ЕГЭ, математика')) AS x(from_in, name)
 WHERE t.k <= 3 AND EXISTS (SELECT FROM demo_school AS s WHERE s.municipality = t.name);
ALTER TABLE core.exam ENABLE TRIGGER noted;
DELETE FROM core.connectivity_window AS w USING demo_school AS s, core.exam AS e
 WHERE w.school_id = s.school_id AND e.municipality = s.municipality AND e.by_login = 'demo-data' AND w.from_at >= e.from_at AND w.from_at < e.to_at;
INSERT INTO core.connectivity_window (school_id, agent_id, rung, target, from_at, to_at, sent, received, late, rtt_min_ms, rtt_median_ms, rtt_max_ms, micro_outages, report_id)
SELECT s.school_id, s.agent_id, 'internet', '77.88.8.8', t.at, t.at + interval '1 minute', 60, 60 - CASE WHEN s.quality < 1 THEN floor(4 * pg_temp.u(x.k, 124) ^ 3)::integer ELSE 0 END, 0,
       4, 6 + 5 * pg_temp.u(x.k, 125), 40, 0, s.report_id
  FROM demo_school AS s
  JOIN core.exam AS e ON e.municipality = s.municipality AND e.by_login = 'demo-data'
 CROSS JOIN generate_series(e.from_at, least(e.to_at, now()) - interval '1 minute', interval '1 minute') AS t(at)
 CROSS JOIN LATERAL (SELECT s.n::bigint * 1000000 + EXTRACT(epoch FROM t.at)::bigint / 60 % 1000000 AS k) AS x;
