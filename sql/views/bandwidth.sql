-- Tests that something nearer than the line had limited say nothing of the line:
-- they count only where there are no others, and then the verdict names the limit.
CREATE OR REPLACE FUNCTION api.bandwidth_parts(p_from date, p_to date)
RETURNS TABLE (school text, direction text, lesson text, norm_mbps numeric, contract_mbps numeric,
               median_mbps numeric, p5_mbps numeric, samples bigint, verdict text)
LANGUAGE sql
STABLE
AS $$
	SELECT s.school,
	       d.direction,
	       l.lesson,
	       n.norm_mbps,
	       CASE d.direction WHEN 'down' THEN s.contract_down_mbps ELSE s.contract_up_mbps END,
	       round((CASE WHEN f.is_judged THEN f.median ELSE f.median_all END)::numeric, 1),
	       round((CASE WHEN f.is_judged THEN f.p5 ELSE f.p5_all END)::numeric, 1),
	       COALESCE(CASE WHEN f.is_judged THEN f.samples ELSE f.samples_all END, 0),
	       CASE WHEN f.samples_all IS NULL THEN 'no_data'
	            WHEN NOT f.is_judged THEN f.often
	            WHEN n.norm_mbps IS NULL THEN 'inconclusive'
	            WHEN f.median >= n.norm_mbps * (SELECT c.pass_ratio FROM api.counting AS c) THEN 'pass'
	            ELSE 'fail_isp' END
	  FROM api.school AS s
	 CROSS JOIN (VALUES ('down'), ('up')) AS d(direction)
	 CROSS JOIN (VALUES ('all'), ('lesson'), ('off_lesson'), ('holiday')) AS l(lesson)
	  LEFT JOIN LATERAL (
	       SELECT r.norm_mbps FROM api.norm AS r
	        WHERE r.settlement = s.settlement AND r.direction = d.direction AND r.valid_from <= p_to
	        ORDER BY r.valid_from DESC LIMIT 1) AS n ON true
	  LEFT JOIN (
	       SELECT x.school, x.direction, y.lesson,
	              bool_or(x.is_judged) AS is_judged,
	              count(*) AS samples_all,
	              count(*) FILTER (WHERE x.is_judged) AS samples,
	              percentile_cont(0.5) WITHIN GROUP (ORDER BY m.mbps) AS median_all,
	              percentile_cont(0.5) WITHIN GROUP (ORDER BY m.mbps) FILTER (WHERE x.is_judged) AS median,
	              percentile_cont(0.05) WITHIN GROUP (ORDER BY m.mbps) AS p5_all,
	              percentile_cont(0.05) WITHIN GROUP (ORDER BY m.mbps) FILTER (WHERE x.is_judged) AS p5,
	              mode() WITHIN GROUP (ORDER BY x.verdict) AS often
	         FROM api.speed_day AS x
	        CROSS JOIN LATERAL unnest(x.ip_mbps) AS m(mbps)
	        CROSS JOIN LATERAL (VALUES ('all'), (x.lesson)) AS y(lesson)
	        WHERE x.day BETWEEN p_from AND p_to
	        GROUP BY x.school, x.direction, y.lesson) AS f ON f.school = s.school AND f.direction = d.direction AND f.lesson = l.lesson
	 WHERE s.vantage = 'school' AND (s.closed_at IS NULL OR f.samples_all > 0)
$$;

COMMENT ON FUNCTION api.bandwidth_parts(date, date) IS
	'Norm, contract and measured rate of each school, direction and part of the day (all, lesson, off_lesson, holiday) from one day to another (both included, in the school''s time zone), in Mbit/s at the IP layer.';

CREATE OR REPLACE FUNCTION api.bandwidth_between(p_from date, p_to date)
RETURNS TABLE (school text, direction text, norm_mbps numeric, contract_mbps numeric,
               median_mbps numeric, p5_mbps numeric, samples bigint, verdict text)
LANGUAGE sql
STABLE
AS $$
	SELECT b.school, b.direction, b.norm_mbps, b.contract_mbps, b.median_mbps, b.p5_mbps, b.samples, b.verdict
	  FROM api.bandwidth_parts(p_from, p_to) AS b
	 WHERE b.lesson = 'all'
	 ORDER BY b.school, b.direction
$$;

COMMENT ON FUNCTION api.bandwidth_between(date, date) IS
	'Norm, contract and measured rate of each school and direction from one day to another (both included, in the school''s time zone), in Mbit/s at the IP layer.';

CREATE OR REPLACE VIEW api.bandwidth AS
SELECT b.school,
       b.direction,
       b.norm_mbps,
       b.contract_mbps,
       b.median_mbps,
       b.p5_mbps,
       b.samples,
       b.verdict
  FROM api.bandwidth_between(CURRENT_DATE - 30, CURRENT_DATE + 1) AS b;

COMMENT ON VIEW api.bandwidth IS
	'Norm, contract and measured rate of each school and direction over the last 30 days.';

CREATE OR REPLACE VIEW api.bandwidth_lesson AS
SELECT b.school,
       b.direction,
       b.lesson,
       b.norm_mbps,
       b.contract_mbps,
       b.median_mbps,
       b.p5_mbps,
       b.samples,
       b.verdict
  FROM api.bandwidth_parts(CURRENT_DATE - 30, CURRENT_DATE + 1) AS b
 WHERE b.lesson <> 'all' AND b.samples > 0;

COMMENT ON VIEW api.bandwidth_lesson IS
	'The same as api.bandwidth, split into lesson time, off-lesson and holidays.';
