-- The agents' own clocks, reports set aside, reports that were dropped, the plan.

INSERT INTO core.series (agent_id, school_id, metric, subject) SELECT agent_id, school_id, 'clock_offset_ms', '' FROM demo_school;
INSERT INTO core.measurement_day (school_id, series_id, day, n, total, low, high, p5, median, p95)
SELECT s.school_id, r.series_id, d.day, 1440, 1440 * v.v, v.v - 5, v.v + 6, v.v - 3, v.v, v.v + 4
  FROM demo_school AS s
  JOIN core.series AS r USING (agent_id)
 CROSS JOIN demo_day AS d
 CROSS JOIN LATERAL (SELECT 20 * pg_temp.noise(s.n::bigint * 100000 + (d.day - DATE '2020-01-01'), 141) AS v) AS v
 WHERE d.day < CURRENT_DATE;
INSERT INTO core.measurement_hour (school_id, series_id, hour, n, total, low, high, p5, median, p95)
SELECT s.school_id, r.series_id, h.hour, 60, 60 * v.v, v.v - 5, v.v + 6, v.v - 3, v.v, v.v + 4
  FROM demo_school AS s
  JOIN core.series AS r USING (agent_id)
 CROSS JOIN generate_series(date_trunc('hour', now()) - make_interval(days => least(current_setting('demo.days')::integer, 7)), date_trunc('hour', now()) - interval '1 hour', interval '1 hour') AS h(hour)
 CROSS JOIN LATERAL (SELECT 20 * pg_temp.noise(s.n::bigint * 1000000 + EXTRACT(epoch FROM h.hour)::bigint / 3600 % 1000000, 142) AS v) AS v;
INSERT INTO core.measurement (school_id, series_id, measured_at, value, report_id)
SELECT s.school_id, r.series_id, t.at, 20 * pg_temp.noise(s.n::bigint * 1000000 + EXTRACT(epoch FROM t.at)::bigint / 900 % 1000000, 143), s.report_id
  FROM demo_school AS s
  JOIN core.series AS r USING (agent_id)
 CROSS JOIN generate_series(now() - interval '1 day', now(), interval '15 minutes') AS t(at);

INSERT INTO core.quarantine (agent_id, school_id, boot_id, seq, code, reason, received_at, bytes)
SELECT agent_id, school_id, agent_id, 500 + n, c.code, c.reason, now() - make_interval(hours => (pg_temp.u(n, 151) * 700)::integer), convert_to('demo ' || n, 'UTF8')
  FROM demo_school
  JOIN (VALUES (0, 'future', 'created 3 hours ahead of the collector''s clock'), (1, 'data', 'a value is out of range'), (2, 'malformed', 'not a report')) AS c(k, code, reason) ON c.k = n % 3
 WHERE pg_temp.u(n, 152) < 0.02;
INSERT INTO core.agent_counter (agent_id, name, school_id, value, report_id)
SELECT agent_id, x.name, school_id, (pg_temp.u(n, x.salt) ^ 4 * 500)::bigint, report_id
  FROM demo_school CROSS JOIN (VALUES ('decode.arp.malformed', 161), ('sensor.dropped', 162), ('uplink.retries', 163)) AS x(name, salt);
INSERT INTO reference.plan (from_day, share_pct, source)
SELECT (date_trunc('month', now()) - make_interval(months => 11 - m))::date, 55 + 3 * m, 'demo-data' FROM generate_series(0, 11) AS m
ON CONFLICT ON CONSTRAINT plan_pk DO NOTHING;
