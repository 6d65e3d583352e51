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
