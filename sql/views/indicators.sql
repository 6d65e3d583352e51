-- The hours are those of the school's clock: from 06:00 until 02:00 of the next day.
CREATE OR REPLACE FUNCTION api.journal_time(p_from date, p_to date)
RETURNS TABLE (school text, known_s double precision, down_s double precision)
LANGUAGE sql
STABLE
AS $$
	SELECT h.school, sum(h.known_s), sum(h.down_s)
	  FROM api.line_hour AS h
	  JOIN api.school AS s USING (school)
	 CROSS JOIN LATERAL (SELECT h.hour AT TIME ZONE s.time_zone AS local) AS l
	 WHERE h.hour >= p_from::timestamptz - interval '1 day' AND h.hour < p_to::timestamptz + interval '2 days'
	   AND l.local >= p_from AND l.local < p_to + 1 AND EXTRACT(hour FROM l.local) NOT BETWEEN 2 AND 5
	 GROUP BY h.school
$$;

COMMENT ON FUNCTION api.journal_time(date, date) IS
	'Of the hours in which an electronic journal must be available (06:00 to 02:00, letter AP-147/07), those from one day to another (both included, in the school''s time zone): seconds that are known and seconds without Internet, of each school.';

CREATE OR REPLACE VIEW api.norm_year AS
WITH month AS (
	SELECT m.school_id, m.month, m.is_judged AND m.is_norm AS is_norm, EXTRACT(year FROM m.month)::integer AS year,
	       row_number() OVER (PARTITION BY m.school_id, EXTRACT(year FROM m.month) ORDER BY m.month DESC) AS n
	  FROM core.school_month AS m
	 WHERE m.is_judged
), known AS (
	SELECT y.year, least(make_date(y.year, 12, 31), CURRENT_DATE) AS last
	  FROM generate_series(COALESCE((SELECT min(m.year) FROM month AS m), EXTRACT(year FROM CURRENT_DATE)::integer), EXTRACT(year FROM CURRENT_DATE)::integer) AS y(year)
), counted AS (
	SELECT k.year, k.last, count(s.school_id) AS schools, count(m.school_id) AS judged, count(*) FILTER (WHERE m.is_norm) AS in_norm
	  FROM known AS k
	  LEFT JOIN core.school AS s ON s.vantage = 'school' AND s.added_at < k.last + interval '1 day' AND (s.closed_at IS NULL OR s.closed_at > k.last)
	  LEFT JOIN month AS m ON m.school_id = s.school_id AND m.year = k.year AND m.n = 1
	 GROUP BY k.year, k.last
)
SELECT c.year,
       c.schools,
       c.judged,
       c.in_norm,
       round(100.0 * c.in_norm / NULLIF(c.schools, 0), 1) AS share_pct,
       p.share_pct AS plan_pct,
       ceil(c.schools * p.share_pct / 100)::bigint AS plan,
       p.source
  FROM counted AS c
  LEFT JOIN LATERAL (
       SELECT r.share_pct, r.source FROM reference.plan AS r WHERE r.from_day <= c.last ORDER BY r.from_day DESC LIMIT 1) AS p ON true;

COMMENT ON VIEW api.norm_year IS
	'Year by year: of how many schools how many met the norm of bandwidth in the last month of the year that could be judged, and how many should have by reference.plan. A school that nobody measured is not among those that did.';

-- THE LIST of indicators: what a row is called, what it is read against, and how.
CREATE OR REPLACE FUNCTION api.indicators_between(p_from date, p_to date)
RETURNS TABLE (indicator text, school text, period text, value numeric, x bigint, n bigint, plan numeric, verdict text)
LANGUAGE sql
STABLE
AS $$
	WITH rule AS MATERIALIZED (
		SELECT * FROM api.counting
	), school AS MATERIALIZED (
		SELECT s.school, s.pupils, c.direction, CASE WHEN c.counted > 0 THEN c.median_mbps END AS median_mbps, c.counted, c.compliance, c.share_pct, c.passed, c.contract_compliance, c.contract_mbps,
		       c.contract_passed, c.contract_samples, z.from_at, z.to_at, f.pcs,
		       to_char(p_from, 'YYYY-MM-DD') || '/' || to_char(p_to, 'YYYY-MM-DD') AS period
		  FROM api.school AS s
		  JOIN api.compliance_parts(p_from, p_to) AS c ON c.school = s.school AND c.lesson = 'all'
		 CROSS JOIN LATERAL (VALUES (p_from::timestamp AT TIME ZONE s.time_zone, (p_to + 1)::timestamp AT TIME ZONE s.time_zone)) AS z(from_at, to_at)
		  LEFT JOIN api.school_state AS f ON f.school = s.school
		 WHERE s.closed_at IS NULL
	), time AS MATERIALIZED (
		SELECT s.school, COALESCE(sum(d.known_s), 0) AS known_s, COALESCE(sum(d.down_s), 0) AS down_s
		  FROM school AS s LEFT JOIN api.line_day AS d ON d.school = s.school AND d.day BETWEEN p_from AND p_to
		 WHERE s.direction = 'down' GROUP BY s.school
	), outage AS MATERIALIZED (
		SELECT o.school, count(*) FILTER (WHERE EXTRACT(epoch FROM COALESCE(o."end", now()) - o.onset) > rule.journal_outage_s) AS long
		  FROM api.outages_between(p_from, p_to) AS o
		  JOIN api.outage_class AS c USING (class)
		 CROSS JOIN rule
		 WHERE c.is_internet
		 GROUP BY o.school
	), journal AS MATERIALIZED (
		SELECT j.* FROM api.journal_time(p_from, p_to) AS j
	), months AS (
		SELECT greatest((p_to - p_from + 1) / 30.4375, 1)::numeric AS n
	)
	SELECT 'norm_share', NULL::text, y.year::text, y.share_pct, y.in_norm, y.schools, y.plan_pct,
	       CASE WHEN y.judged = 0 THEN 'no_data' WHEN y.plan IS NULL THEN 'no_target' WHEN y.in_norm >= y.plan THEN 'pass' ELSE 'below' END
	  FROM api.norm_year AS y
	 UNION ALL
	SELECT 'tests_passed_pct', s.school, s.period, s.share_pct, s.passed, s.counted, 50, s.compliance FROM school AS s WHERE s.direction = 'down'
	 UNION ALL
	SELECT 'contract_passed_pct', s.school, s.period, i.share_pct, s.contract_passed, s.contract_samples, 50, s.contract_compliance
	  FROM school AS s CROSS JOIN LATERAL api.share_interval(s.contract_passed, s.contract_samples) AS i WHERE s.direction = 'down'
	 UNION ALL
	SELECT 'lesson_videos', s.school, s.period, floor(s.median_mbps / rule.video_mbps), floor(s.median_mbps / rule.video_mbps)::bigint, s.pcs, s.pcs,
	       CASE WHEN s.median_mbps IS NULL THEN 'no_data' WHEN COALESCE(s.pcs, 0) = 0 THEN 'no_target'
	            WHEN floor(s.median_mbps / rule.video_mbps) >= s.pcs THEN 'pass' ELSE 'below' END
	  FROM school AS s CROSS JOIN rule WHERE s.direction = 'down'
	 UNION ALL
	SELECT 'mbps_per_100_pupils', s.school, s.period, round(100 * s.median_mbps / NULLIF(s.pupils, 0), 1), NULL, s.pupils, NULL,
	       CASE WHEN s.median_mbps IS NULL OR COALESCE(s.pupils, 0) = 0 THEN 'no_data' ELSE 'no_target' END
	  FROM school AS s WHERE s.direction = 'down'
	 UNION ALL
	SELECT 'availability_pct', t.school, s.period, round((100 * (t.known_s - t.down_s) / NULLIF(t.known_s, 0))::numeric, 3),
	       round(t.known_s - t.down_s)::bigint, round(t.known_s)::bigint, NULL, CASE WHEN t.known_s > 0 THEN 'no_target' ELSE 'no_data' END
	  FROM time AS t JOIN school AS s ON s.school = t.school AND s.direction = 'down'
	 UNION ALL
	SELECT 'known_time_pct', t.school, s.period, round((100 * t.known_s / EXTRACT(epoch FROM least(s.to_at, now()) - s.from_at))::numeric, 1),
	       round(t.known_s)::bigint, round(EXTRACT(epoch FROM least(s.to_at, now()) - s.from_at))::bigint, NULL, 'no_target'
	  FROM time AS t JOIN school AS s ON s.school = t.school AND s.direction = 'down' WHERE least(s.to_at, now()) > s.from_at
	 UNION ALL
	SELECT 'journal_available_pct', s.school, s.period, round((100 * (j.known_s - j.down_s) / NULLIF(j.known_s, 0))::numeric, 3),
	       round(j.known_s - j.down_s)::bigint, round(j.known_s)::bigint, rule.journal_pct,
	       CASE WHEN COALESCE(j.known_s, 0) = 0 THEN 'no_data' WHEN 100 * (j.known_s - j.down_s) / j.known_s >= rule.journal_pct THEN 'pass' ELSE 'below' END
	  FROM school AS s CROSS JOIN rule LEFT JOIN journal AS j USING (school) WHERE s.direction = 'down'
	 UNION ALL
	SELECT 'long_outages_a_month', s.school, s.period, round(COALESCE(o.long, 0) / m.n, 2), COALESCE(o.long, 0), NULL, 1,
	       CASE WHEN COALESCE(o.long, 0) > m.n THEN 'below' WHEN t.known_s = 0 THEN 'no_data' ELSE 'pass' END
	  FROM school AS s CROSS JOIN months AS m JOIN time AS t USING (school) LEFT JOIN outage AS o USING (school) WHERE s.direction = 'down'
$$;

COMMENT ON FUNCTION api.indicators_between(date, date) IS
	'Indicators of schools from one day to another (both included) and, year by year, of all schools together (school is null): the value, x of n that it is made of, the plan or norm it is read against, and the verdict. Time that nobody watched is in no share: known_time_pct says how much there is.';
