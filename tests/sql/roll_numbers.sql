-- Hours and days of measurements against the raw numbers, with late and repeated reports.
BEGIN;
\ir lib/schools.psql
SELECT plan(7);
CREATE FUNCTION pg_temp.numbers(p_code text, p_seq bigint, p_from timestamptz, p_n integer, p_value float8) RETURNS void LANGUAGE sql AS $$
	SELECT core.take_reports(ARRAY[pg_temp.agent(p_code)], ARRAY[pg_temp.id(9)], ARRAY[p_seq], ARRAY['measurements'],
	       ARRAY[now()], ARRAY[now()], ARRAY['0.1.0'], ARRAY[true], ARRAY['\x00'::bytea],
	       array_agg(1), array_agg((SELECT series_id FROM core.series_ids(ARRAY[pg_temp.agent(p_code)], ARRAY['rtt_ms'], ARRAY['192.0.2.' || n % 2]))),
	       array_agg(p_from + n * interval '7 minutes'), array_agg(p_value * n))
	  FROM generate_series(1, p_n) AS n
$$;
SELECT pg_temp.numbers('A', 1, date_trunc('day', now()) - interval '3 days', 300, 1.5);
SELECT pg_temp.numbers('B', 1, date_trunc('day', now()) - interval '3 days', 300, 0.25);
SELECT pg_temp.roll();
CREATE VIEW pg_temp.hour AS
	SELECT m.school_id, m.series_id, date_trunc('hour', m.measured_at) AS hour, count(*)::integer AS n, sum(m.value) AS total, min(m.value) AS low, max(m.value) AS high,
	       percentile_cont(0.05) WITHIN GROUP (ORDER BY m.value) AS p5, percentile_cont(0.5) WITHIN GROUP (ORDER BY m.value) AS median,
	       percentile_cont(0.95) WITHIN GROUP (ORDER BY m.value) AS p95
	  FROM core.measurement AS m GROUP BY 1, 2, 3;
CREATE VIEW pg_temp.day AS
	SELECT m.school_id, m.series_id, (m.measured_at AT TIME ZONE s.time_zone)::date AS day, count(*)::integer AS n, sum(m.value) AS total, min(m.value) AS low, max(m.value) AS high,
	       percentile_cont(0.05) WITHIN GROUP (ORDER BY m.value) AS p5, percentile_cont(0.5) WITHIN GROUP (ORDER BY m.value) AS median,
	       percentile_cont(0.95) WITHIN GROUP (ORDER BY m.value) AS p95
	  FROM core.measurement AS m JOIN core.school AS s USING (school_id) GROUP BY 1, 2, 3;
SELECT set_eq('SELECT * FROM core.measurement_hour', 'SELECT * FROM pg_temp.hour', 'hours are what the raw numbers give');
SELECT set_eq('SELECT * FROM core.measurement_day', 'SELECT * FROM pg_temp.day', 'so are days, each by its school''s own clock');
SELECT is((SELECT count(*) FROM core.roll_due), 0::bigint, 'nothing is left to do');

SELECT pg_temp.numbers('A', 1, date_trunc('day', now()) - interval '3 days', 300, 1.5);
SELECT is((SELECT count(*) FROM core.roll_mark), 0::bigint, 'a report that comes twice marks nothing');
SELECT pg_temp.numbers('A', 2, date_trunc('day', now()) - interval '20 days 30 minutes', 20, 3);
SELECT pg_temp.numbers('A', 3, date_trunc('day', now()) - interval '2 days', 20, 9);
SELECT pg_temp.roll();
SELECT set_eq('SELECT * FROM core.measurement_hour', 'SELECT * FROM pg_temp.hour', 'what comes late is summed up too');
SELECT set_eq('SELECT * FROM core.measurement_day', 'SELECT * FROM pg_temp.day', 'in hours and in days');

DELETE FROM core.measurement_hour;
DELETE FROM core.measurement_day;
SELECT core.roll_again(school_id, now() - interval '30 days', now()) FROM core.school;
SELECT pg_temp.roll();
SELECT set_eq('SELECT * FROM core.measurement_hour', 'SELECT * FROM pg_temp.hour', 'all of it can be made again');
SELECT * FROM finish();
ROLLBACK;
