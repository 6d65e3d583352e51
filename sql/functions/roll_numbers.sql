CREATE OR REPLACE FUNCTION core.roll_hour(p_school integer, p_hour timestamptz)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	DELETE FROM core.measurement_hour WHERE school_id = p_school AND hour = p_hour;
	INSERT INTO core.measurement_hour (school_id, series_id, hour, n, total, low, high, p5, median, p95)
	SELECT p_school, m.series_id, p_hour, count(*), sum(m.value), min(m.value), max(m.value),
	       percentile_cont(0.05) WITHIN GROUP (ORDER BY m.value), percentile_cont(0.5) WITHIN GROUP (ORDER BY m.value),
	       percentile_cont(0.95) WITHIN GROUP (ORDER BY m.value)
	  FROM core.measurement AS m
	 WHERE m.school_id = p_school AND m.measured_at >= p_hour AND m.measured_at < p_hour + interval '1 hour'
	 GROUP BY m.series_id;
END
$$;

COMMENT ON FUNCTION core.roll_hour(integer, timestamptz) IS 'Sums up the measurements of a school in an hour: core.measurement_hour.';

CREATE OR REPLACE FUNCTION core.roll_day(p_school integer, p_day date)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	DELETE FROM core.measurement_day WHERE school_id = p_school AND day = p_day;
	INSERT INTO core.measurement_day (school_id, series_id, day, n, total, low, high, p5, median, p95)
	SELECT p_school, m.series_id, p_day, count(*), sum(m.value), min(m.value), max(m.value),
	       percentile_cont(0.05) WITHIN GROUP (ORDER BY m.value), percentile_cont(0.5) WITHIN GROUP (ORDER BY m.value),
	       percentile_cont(0.95) WITHIN GROUP (ORDER BY m.value)
	  FROM core.school AS s
	  JOIN core.measurement AS m ON m.school_id = s.school_id
	   AND m.measured_at >= p_day::timestamp AT TIME ZONE s.time_zone AND m.measured_at < (p_day + 1)::timestamp AT TIME ZONE s.time_zone
	 WHERE s.school_id = p_school
	 GROUP BY m.series_id;
END
$$;

COMMENT ON FUNCTION core.roll_day(integer, date) IS 'Sums up the measurements of a school on a day of its own: core.measurement_day.';
