-- What was stored before there were sums is summed up: tests here, the rest is
-- marked, as if it had come just now.

DO $$
DECLARE
	v_year integer;
BEGIN
	FOR v_year IN
		SELECT DISTINCT EXTRACT(year FROM t.started_at AT TIME ZONE s.time_zone)::integer
		  FROM core.speed_test AS t JOIN core.school AS s USING (school_id)
	LOOP
		EXECUTE format('CREATE TABLE IF NOT EXISTS core.%I PARTITION OF core.speed_day FOR VALUES FROM (%L) TO (%L)',
			'speed_day_' || v_year, make_date(v_year, 1, 1), make_date(v_year + 1, 1, 1));
	END LOOP;
END
$$;

INSERT INTO core.speed_day (school_id, day, direction, lesson, verdict, ip_mbps)
SELECT t.school_id, (t.started_at AT TIME ZONE s.time_zone)::date, d.direction, t.lesson, d.verdict, array_agg(d.ip_mbps ORDER BY t.started_at)
  FROM core.speed_test AS t
  JOIN core.school AS s USING (school_id)
  JOIN core.speed_direction AS d USING (agent_id, test_id)
 GROUP BY 1, 2, 3, 4, 5
ON CONFLICT ON CONSTRAINT speed_day_pk DO NOTHING;

INSERT INTO core.roll_mark (school_id, part, from_at, to_at)
SELECT s.school_id, p.part, now() - interval '35 days', now()
  FROM core.school AS s, unnest(ARRAY['number', 'outage']) AS p(part)
 UNION ALL
SELECT DISTINCT t.school_id, 'speed', date_trunc('month', t.started_at), date_trunc('month', t.started_at) + interval '15 days'
  FROM core.speed_test AS t;
