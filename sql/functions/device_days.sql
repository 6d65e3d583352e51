-- On which days a device was seen, and which days count: a day without lessons, or
-- on which the agent did not look, is a day on which nobody could be missed.

CREATE OR REPLACE FUNCTION core.note_days(p_school integer, p_devices uuid[], p_seen timestamptz[])
RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO core.device_month AS m (device_id, school_id, month, days)
	SELECT u.device_id, p_school, date_trunc('month', l.day)::date, bit_or(1 << (EXTRACT(day FROM l.day)::integer - 1))
	  FROM unnest(p_devices, p_seen) AS u(device_id, seen)
	  JOIN core.school AS s ON s.school_id = p_school
	 CROSS JOIN LATERAL (VALUES ((u.seen AT TIME ZONE s.time_zone)::date)) AS l(day)
	 GROUP BY 1, 3
	ON CONFLICT ON CONSTRAINT device_month_pk DO UPDATE SET days = m.days | excluded.days
	 WHERE m.days <> m.days | excluded.days
$$;

COMMENT ON FUNCTION core.note_days(integer, uuid[], timestamptz[]) IS
	'Devices were seen at these moments (parallel arrays): each on its day.';

CREATE OR REPLACE FUNCTION core.note_look(p_school integer, p_at timestamptz)
RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO core.scan_month AS m (school_id, month, days)
	SELECT p_school, date_trunc('month', l.day)::date, 1 << (EXTRACT(day FROM l.day)::integer - 1)
	  FROM core.school AS s
	 CROSS JOIN LATERAL (VALUES ((p_at AT TIME ZONE s.time_zone)::date)) AS l(day)
	 WHERE s.school_id = p_school
	ON CONFLICT ON CONSTRAINT scan_month_pk DO UPDATE SET days = m.days | excluded.days
	 WHERE m.days <> m.days | excluded.days
$$;

COMMENT ON FUNCTION core.note_look(integer, timestamptz) IS 'A school''s network was looked at whole at this moment.';

CREATE OR REPLACE FUNCTION core.school_days(p_school integer, p_until timestamptz, p_count integer)
RETURNS SETOF date
LANGUAGE sql
STABLE
AS $$
	SELECT d.day
	  FROM core.scan_month AS m
	  JOIN core.school AS s USING (school_id)
	 CROSS JOIN LATERAL (SELECT m.month + n AS day FROM generate_series(0, 30) AS n WHERE m.days & (1 << n) <> 0) AS d
	 WHERE m.school_id = p_school
	   AND d.day <= (p_until AT TIME ZONE s.time_zone)::date
	   AND EXTRACT(isodow FROM d.day) IN (SELECT l.weekday FROM core.lesson_of(p_school) AS l)
	   AND NOT EXISTS (SELECT FROM reference.holiday AS h WHERE d.day BETWEEN h.from_day AND h.to_day)
	 ORDER BY d.day DESC
	 LIMIT p_count
$$;

COMMENT ON FUNCTION core.school_days(integer, timestamptz, integer) IS
	'The last so many days with lessons on which the school''s network was looked at, newest first.';

-- Of a device that hung together with another: the days of both are its own.
CREATE OR REPLACE FUNCTION core.join_days(p_kept uuid, p_gone uuid)
RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO core.device_month AS m (device_id, school_id, month, days)
	SELECT p_kept, g.school_id, g.month, g.days FROM core.device_month AS g WHERE g.device_id = p_gone
	ON CONFLICT ON CONSTRAINT device_month_pk DO UPDATE SET days = m.days | excluded.days
$$;

COMMENT ON FUNCTION core.join_days(uuid, uuid) IS 'The first device was on whenever the second one was.';

CREATE OR REPLACE FUNCTION core.idle_devices(p_school integer, p_at timestamptz)
RETURNS TABLE (device_id uuid, days_on integer, of_days integer, since_day date)
LANGUAGE sql
STABLE
AS $$
	WITH rule AS (
		SELECT (SELECT COALESCE(value, fallback)::integer FROM reference.setting WHERE name = 'idle_of_days') AS of_days,
		       (SELECT COALESCE(value, fallback)::integer FROM reference.setting WHERE name = 'idle_days_on') AS days_on
	), day AS MATERIALIZED (
		SELECT d.day FROM rule AS r, core.school_days(p_school, p_at, r.of_days) AS d(day)
	), span AS (
		SELECT min(d.day) AS first, count(*)::integer AS days FROM day AS d
	), mask AS (
		SELECT date_trunc('month', d.day)::date AS month, bit_or(1 << (EXTRACT(day FROM d.day)::integer - 1)) AS days FROM day AS d GROUP BY 1
	)
	SELECT d.device_id, o.days, p.days, p.first
	  FROM rule AS r
	  JOIN span AS p ON p.days >= r.of_days -- too few days say nothing
	  JOIN core.school AS s ON s.school_id = p_school
	  JOIN core.device AS d ON d.school_id = p_school AND d.merged_into IS NULL
	                       AND (d.first_seen AT TIME ZONE s.time_zone)::date < p.first AND d.last_seen > (SELECT api.counted_since(p_at))
	 CROSS JOIN LATERAL (
	       SELECT COALESCE(sum(bit_count((m.days & k.days)::bit(32))), 0)::integer AS days
	         FROM core.device_month AS m JOIN mask AS k USING (month) WHERE m.device_id = d.device_id) AS o
	 WHERE o.days <= r.days_on
$$;

COMMENT ON FUNCTION core.idle_devices(integer, timestamptz) IS
	'Devices that were on for at most idle_days_on of the last idle_of_days school days on which the agent looked, known since before the first of them and still counted.';

CREATE OR REPLACE FUNCTION core.roll_idle(p_school integer)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	DELETE FROM core.device_idle WHERE school_id = p_school;
	INSERT INTO core.device_idle (device_id, school_id, days_on, of_days, since_day)
	SELECT i.device_id, p_school, i.days_on, i.of_days, i.since_day FROM core.idle_devices(p_school, now()) AS i;
END
$$;

COMMENT ON FUNCTION core.roll_idle(integer) IS 'Writes a school''s rows of core.device_idle anew.';
