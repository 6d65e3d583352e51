-- Tests of lines: each test of the last 35 days, before that the rates of each day.
-- Evenings are slow at home's expense, lessons load the line, some schools never
-- reach the norm, some were given a better line on a day.

CREATE TEMP TABLE demo_day AS
SELECT d::date AS day, EXTRACT(isodow FROM d)::integer AS weekday,
       EXTRACT(month FROM d) IN (6, 7, 8) OR to_char(d, 'MMDD') BETWEEN '0101' AND '0110' OR to_char(d, 'MMDD') BETWEEN '0325' AND '0331'
       OR EXISTS (SELECT FROM reference.holiday AS h WHERE d::date BETWEEN h.from_day AND h.to_day) AS is_holiday
  FROM generate_series(CURRENT_DATE - current_setting('demo.days')::integer, CURRENT_DATE + 1, interval '1 day') AS d;
ANALYZE demo_day;

CREATE TEMP TABLE demo_test AS
SELECT s.school_id, s.n, s.agent_id, s.report_id, s.norm, d.day, d.day::timestamp + make_interval(mins => x.minute) AS local_at,
       s.n::bigint * 100000000 + (d.day - DATE '2020-01-01') * 10 + slot AS k,
       CASE WHEN d.is_holiday THEN 'holiday' WHEN d.weekday <= 6 AND x.minute >= 510 AND x.minute < 900 THEN 'lesson' ELSE 'off_lesson' END AS lesson,
       s.norm * s.contract_times * CASE WHEN d.day < s.better_from THEN least(s.quality, s.quality_before) ELSE s.quality END
       * (0.985 - CASE WHEN d.is_holiday THEN 0 WHEN d.weekday <= 6 AND x.minute BETWEEN 510 AND 899 THEN 0.02 ELSE 0 END
                - CASE WHEN x.minute BETWEEN 1080 AND 1350 THEN 0.05 ELSE 0 END) AS rate,
       s.zone
  FROM demo_school AS s
 CROSS JOIN demo_day AS d
 CROSS JOIN generate_series(0, CASE WHEN d.day < CURRENT_DATE - 35 THEN 3 ELSE 7 END) AS slot
 CROSS JOIN LATERAL (SELECT floor((slot + pg_temp.u(s.n * 100000 + (d.day - DATE '2020-01-01'), 60 + slot)) * CASE WHEN d.day < CURRENT_DATE - 35 THEN 360 ELSE 180 END)::integer AS minute) AS x;

CREATE TEMP TABLE demo_rate AS
SELECT t.school_id, t.n, t.agent_id, t.report_id, t.day, t.local_at AT TIME ZONE t.zone AS at, t.k, t.lesson, t.norm, x.direction, x.mbps,
       CASE WHEN x.luck < 0.04 THEN 'limited_lan' WHEN x.luck < 0.05 THEN 'limited_server' WHEN x.luck < 0.055 THEN 'inconclusive'
            WHEN x.mbps >= t.norm * 0.945 THEN 'pass' ELSE 'fail_isp' END AS verdict
  FROM demo_test AS t
 CROSS JOIN LATERAL (
       SELECT v.direction, pg_temp.u(t.k, v.salt) AS luck,
              (t.rate * v.part * (1 + 0.012 * pg_temp.noise(t.k, v.salt + 1)) * CASE WHEN pg_temp.u(t.k, v.salt) < 0.04 THEN 0.4 WHEN pg_temp.u(t.k, v.salt + 2) < 0.01 THEN 0.6 ELSE 1 END)::double precision AS mbps
         FROM (VALUES ('down', 70, 1.0), ('up', 80, 0.99)) AS v(direction, salt, part)) AS x
 WHERE t.local_at AT TIME ZONE t.zone < now() - interval '10 minutes';

INSERT INTO core.speed_day (school_id, day, direction, lesson, verdict, ip_mbps)
SELECT school_id, day, direction, lesson, verdict, array_agg(round(mbps::numeric, 2)::double precision) FROM demo_rate GROUP BY 1, 2, 3, 4, 5;

CREATE TEMP TABLE demo_recent AS SELECT *, ('de35' || lpad(to_hex(k % 65536), 4, '0') || '-0000-4000-8000-' || lpad(to_hex(k), 12, '0'))::uuid AS test_id
  FROM demo_rate WHERE day >= CURRENT_DATE - 35;
INSERT INTO core.speed_test (agent_id, test_id, school_id, started_at, backend, server, server_address, target_mbps, latency_idle_ms, latency_loaded_ms, loss_pct,
                             lan_speed_mbps, cpu_pct, congestion_control, lesson, mode, report_id)
SELECT agent_id, test_id, school_id, at, 'parta', 'https://measure.demo.invalid:8445', '192.0.2.1', norm, 4 + pg_temp.u(k, 90) * 20, 12 + pg_temp.u(k, 91) * 60, round((pg_temp.u(k, 92) ^ 8)::numeric, 3)::double precision,
       1000, 4 + pg_temp.u(k, 93) * 10, 'cubic', lesson, 'verify', report_id
  FROM demo_recent WHERE direction = 'down';
INSERT INTO core.speed_direction (agent_id, test_id, direction, school_id, ip_mbps, goodput_mbps, streams, duration_s, size_bytes, verdict, confidence, mss_bytes,
                                  sample_ms, warmup_samples, sample_bytes, report_id)
SELECT agent_id, test_id, direction, school_id, round(mbps::numeric, 2), round((mbps * 0.965)::numeric, 2), 4, 2.1, (mbps * 262500)::bigint, verdict, 0.95, 1448, 100, 3,
       ARRAY[(mbps * 2900)::bigint, (mbps * 8700)::bigint, (mbps * 11600)::bigint, (mbps * 12080)::bigint, (mbps * 12010)::bigint, (mbps * 12100)::bigint], report_id
  FROM demo_recent;

-- Of the last two days also how each test went: its runs (a fail was tried again), its streams, and what the server counted.
CREATE TEMP TABLE demo_run AS
SELECT r.*, x.run, x.step, x.streams, x.samples,
       CASE r.verdict WHEN 'limited_lan' THEN 'wireless' WHEN 'limited_server' THEN 'receiver' WHEN 'inconclusive' THEN 'cross_traffic' ELSE '' END AS cause
  FROM demo_recent AS r
 CROSS JOIN (VALUES (1, 'verify', 4, 21), (2, 'streams', 8, 21), (3, 'server', 8, 21), (4, 'long', 8, 100)) AS x(run, step, streams, samples)
 WHERE r.day >= CURRENT_DATE - 1 AND (x.run = 1 OR r.verdict = 'fail_isp');
INSERT INTO core.speed_run (agent_id, test_id, run, school_id, direction, step, server, streams, ip_mbps, duration_s, size_bytes, verdict, confidence, cause, ip_per_payload,
                            line_mbps, sample_ms, warmup_samples, first_sample, queued_sample, sample_bytes, sample_us, sender_bytes, limits, rpm, rpm_confidence, tcp_samples)
SELECT d.agent_id, d.test_id, d.run + CASE d.direction WHEN 'up' THEN 4 ELSE 0 END, d.school_id, d.direction, d.step,
       'https://measure' || CASE WHEN d.run > 2 THEN '2' ELSE '' END || '.demo.invalid:8445', d.streams, round(d.mbps::numeric, 2), (d.samples - 3) / 10.0, (d.mbps * 12050 * (d.samples - 2))::bigint,
       d.verdict, 0.95, d.cause, 1.036, d.mbps, 100, 3, 0, 0,
       ARRAY(SELECT (d.mbps * 12050 * CASE WHEN g < 4 THEN g / 4.0 ELSE 1 + 0.03 * pg_temp.noise(d.k * 8 + d.run, 200 + g) END)::bigint FROM generate_series(1, d.samples) AS g), '{}', '{}',
       '{}', 300 + 900 * pg_temp.u(d.k, 94), 'medium',
       (SELECT jsonb_agg(jsonb_build_array(250 * g, s, (1000 * (12 + 20 * pg_temp.u(d.k + g * 8 + s, 95)))::integer, (40 + 30 * pg_temp.u(d.k + g * 8 + s, 96))::integer, g / 3,
               (d.mbps * 1000000 / 8 * g / 4 / d.streams)::bigint, (d.mbps * 125000 / d.streams)::bigint)) FROM generate_series(1, 8) AS g, generate_series(1, d.streams) AS s)
  FROM demo_run AS d;
INSERT INTO core.speed_stream
SELECT d.agent_id, d.test_id, d.direction, s, d.school_id, 22000, 4000, 4000 + (8000 * pg_temp.u(d.k, 97))::bigint, floor(6 * pg_temp.u(d.k + s, 98))::bigint, 0, (d.mbps * 262500 / 4)::bigint,
       2100000, 0, 0, 1448, 1448, (d.mbps * 31250)::bigint
  FROM demo_run AS d CROSS JOIN generate_series(1, 4) AS s WHERE d.run = 1;
INSERT INTO core.measured (test_id, direction, started_at, size_bytes, duration_s, client, congestion, tcp)
SELECT d.test_id, d.direction, d.at, x.size, 2.3, '192.0.2.77', 'bbr',
       CASE d.direction WHEN 'down' THEN jsonb_build_object('bytes_sent', x.size, 'bytes_retrans', (x.size * 0.01 * pg_temp.u(d.k, 100))::bigint, 'min_rtt_us', 4000 + (8000 * pg_temp.u(d.k, 97))::bigint) END
  FROM demo_run AS d
 CROSS JOIN LATERAL (SELECT (d.mbps * 262500 * (1 + 0.004 * pg_temp.u(d.k, 99)))::bigint AS size) AS x
 WHERE d.run = 1;
