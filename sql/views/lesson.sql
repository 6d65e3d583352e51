CREATE OR REPLACE VIEW api.lesson AS
SELECT l.weekday, l.from_minute, l.to_minute
  FROM reference.lesson AS l
 UNION ALL
SELECT n::smallint, 510::smallint, 900::smallint
  FROM generate_series(1, 6) AS n
 WHERE NOT EXISTS (SELECT FROM reference.lesson);

COMMENT ON VIEW api.lesson IS
	'When lessons are, by weekday (1 Monday), in minutes since local midnight: as the clerks say, else Monday to Saturday, 08:30 to 15:00.';

CREATE OR REPLACE VIEW api.school_lessons AS
SELECT s.code AS school, l.weekday, l.from_minute, l.to_minute, true AS own
  FROM core.school_lesson AS l
  JOIN core.school AS s USING (school_id)
 UNION ALL
SELECT s.code, l.weekday, l.from_minute, l.to_minute, false
  FROM core.school AS s
 CROSS JOIN api.lesson AS l
 WHERE NOT EXISTS (SELECT FROM core.school_lesson AS o WHERE o.school_id = s.school_id);

COMMENT ON VIEW api.school_lessons IS
	'When each school has lessons, by weekday (1 Monday), in minutes since local midnight: by bells of its own, or as all schools (api.lesson).';

CREATE OR REPLACE VIEW api.holiday AS
SELECT h.from_day, h.to_day, h.name_ru
  FROM reference.holiday AS h;

COMMENT ON VIEW api.holiday IS 'Days without lessons, both ends included.';

-- Days are counted by the zone; a lesson that begins before the period is cut to it.
CREATE OR REPLACE FUNCTION api.lesson_times(p_school text, p_zone text, p_from timestamptz, p_to timestamptz)
RETURNS TABLE (from_at timestamptz, to_at timestamptz)
LANGUAGE sql
STABLE
AS $$
	WITH bell AS (
		SELECT l.weekday, l.from_minute, l.to_minute FROM api.school_lessons AS l WHERE l.school = p_school
		 UNION ALL
		SELECT l.weekday, l.from_minute, l.to_minute FROM api.lesson AS l WHERE p_school IS NULL
	)
	SELECT greatest(t.from_at, p_from), least(t.to_at, p_to)
	  FROM generate_series((p_from AT TIME ZONE p_zone)::date, (p_to AT TIME ZONE p_zone)::date, interval '1 day') AS d(day)
	  JOIN bell AS l ON l.weekday = EXTRACT(isodow FROM d.day)
	 CROSS JOIN LATERAL (VALUES (
	       (d.day::timestamp + make_interval(mins => l.from_minute)) AT TIME ZONE p_zone,
	       (d.day::timestamp + make_interval(mins => l.to_minute)) AT TIME ZONE p_zone)) AS t(from_at, to_at)
	 WHERE t.from_at < p_to AND t.to_at > p_from
	   AND NOT EXISTS (SELECT FROM api.holiday AS h WHERE d.day::date BETWEEN h.from_day AND h.to_day)
$$;

COMMENT ON FUNCTION api.lesson_times(text, text, timestamptz, timestamptz) IS
	'Lesson time of a school (null: by the general bells) between two moments by the clock of a time zone, without holidays.';

CREATE OR REPLACE FUNCTION api.lesson_times(p_zone text, p_from timestamptz, p_to timestamptz)
RETURNS TABLE (from_at timestamptz, to_at timestamptz)
LANGUAGE sql
STABLE
AS $$
	SELECT t.from_at, t.to_at FROM api.lesson_times(NULL, p_zone, p_from, p_to) AS t
$$;

COMMENT ON FUNCTION api.lesson_times(text, timestamptz, timestamptz) IS
	'Lesson time by the general bells between two moments by the clock of a time zone, without holidays.';

CREATE OR REPLACE FUNCTION api.lesson_s(p_school text, p_zone text, p_from timestamptz, p_to timestamptz)
RETURNS double precision
LANGUAGE sql
STABLE
AS $$
	SELECT COALESCE(EXTRACT(epoch FROM sum(t.to_at - t.from_at)), 0)::double precision
	  FROM api.lesson_times(p_school, p_zone, p_from, p_to) AS t
$$;

COMMENT ON FUNCTION api.lesson_s(text, text, timestamptz, timestamptz) IS
	'How many seconds of a school''s lesson time (null: by the general bells) lie between two moments.';

CREATE OR REPLACE FUNCTION api.lesson_s(p_zone text, p_from timestamptz, p_to timestamptz)
RETURNS double precision
LANGUAGE sql
STABLE
AS $$
	SELECT api.lesson_s(NULL, p_zone, p_from, p_to)
$$;

COMMENT ON FUNCTION api.lesson_s(text, timestamptz, timestamptz) IS
	'How many seconds of lesson time by the general bells lie between two moments.';
