-- Wilson's interval (1927) keeps its meaning with few tests and with none failed,
-- where the usual one shrinks to nothing.
CREATE OR REPLACE FUNCTION api.share_interval(p_passed bigint, p_tests bigint, OUT share_pct numeric, OUT low_pct numeric, OUT high_pct numeric)
LANGUAGE sql
IMMUTABLE
AS $$
	SELECT round((100 * v.p)::numeric, 1),
	       round((100 * CASE WHEN v.p = 0 THEN 0 ELSE (v.p + v.z2 / (2 * v.n) - v.half) / (1 + v.z2 / v.n) END)::numeric, 1),
	       round((100 * CASE WHEN v.p = 1 THEN 1 ELSE (v.p + v.z2 / (2 * v.n) + v.half) / (1 + v.z2 / v.n) END)::numeric, 1)
	  FROM (SELECT n.n, n.p, n.z2, sqrt(n.z2 * (n.p * (1 - n.p) + n.z2 / (4 * n.n)) / n.n) AS half
	          FROM (SELECT NULLIF(p_tests, 0)::double precision AS n, p_passed::double precision / NULLIF(p_tests, 0) AS p, 3.841458820694124::double precision AS z2) AS n) AS v
$$;

COMMENT ON FUNCTION api.share_interval(bigint, bigint) IS
	'Of so many tests so many passed: the share in percent and its 95 % confidence interval after Wilson; nulls without tests.';

-- The median reaches a rate when half of the tests do; what the interval leaves open is not claimed.
CREATE OR REPLACE FUNCTION api.compliance_of(p_target numeric, p_passed bigint, p_tests bigint, p_least bigint)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
	SELECT CASE WHEN p_target IS NULL THEN 'no_target'
	            WHEN p_tests = 0 THEN 'no_data'
	            WHEN p_tests < p_least THEN 'not_enough'
	            WHEN i.low_pct > 50 THEN 'pass'
	            WHEN i.high_pct < 50 THEN 'below'
	            ELSE 'unsure' END
	  FROM api.share_interval(p_passed, p_tests) AS i
$$;

COMMENT ON FUNCTION api.compliance_of(numeric, bigint, bigint, bigint) IS
	'Whether a line keeps to a rate, when so many of so many tests reached it and at least so many are needed: pass, below (both with 95 % confidence that the median is there), unsure, not_enough, no_data, no_target.';

-- Tests that something nearer than the line had limited say nothing of the line:
-- they count only where there are no others, and then the verdict names the limit.
-- Proofs out of counters are no tests and stand beside them. A test that was held at
-- its target says nothing of a contract for more, unless the line did not reach the target.
CREATE OR REPLACE FUNCTION api.compliance_parts(p_from date, p_to date)
RETURNS TABLE (school text, direction text, lesson text, norm_mbps numeric, contract_mbps numeric,
               median_mbps numeric, p5_mbps numeric, samples bigint, verdict text,
               counted bigint, passed bigint, share_pct numeric, share_low_pct numeric, share_high_pct numeric, compliance text,
               contract_samples bigint, contract_passed bigint, contract_compliance text,
               excluded bigint, excluded_why jsonb, passive bigint)
LANGUAGE sql
STABLE
AS $$
	WITH rule AS MATERIALIZED (
		SELECT c.pass_ratio::double precision AS ratio, c.min_tests FROM api.counting AS c
	), contract AS MATERIALIZED (
		SELECT c.school, c.days, c.contract_down_mbps, c.contract_up_mbps FROM api.contract AS c WHERE c.days && daterange(p_from, p_to, '[]')
	), target AS MATERIALIZED (
		SELECT s.school, d.direction, n.norm_mbps, CASE d.direction WHEN 'down' THEN c.contract_down_mbps ELSE c.contract_up_mbps END AS contract_mbps, s.closed_at
		  FROM api.school AS s
		 CROSS JOIN (VALUES ('down'), ('up')) AS d(direction)
		  LEFT JOIN contract AS c ON c.school = s.school AND p_to <@ c.days
		  LEFT JOIN LATERAL (
		       SELECT r.norm_mbps FROM api.norm AS r
		        WHERE r.settlement = s.settlement AND r.direction = d.direction AND r.valid_from <= p_to
		        ORDER BY r.valid_from DESC LIMIT 1) AS n ON true
		 WHERE s.vantage = 'school'
	), figure AS (
		SELECT x.school, x.direction, y.lesson,
		       bool_or(x.is_judged) AS is_judged,
		       count(*) FILTER (WHERE x.verdict <> 'passive') AS samples_all,
		       count(*) FILTER (WHERE x.is_judged) AS samples,
		       count(*) FILTER (WHERE x.verdict = 'passive') AS passive,
		       percentile_cont(0.5) WITHIN GROUP (ORDER BY m.mbps) FILTER (WHERE x.verdict <> 'passive') AS median_all,
		       percentile_cont(0.5) WITHIN GROUP (ORDER BY m.mbps) FILTER (WHERE x.is_judged) AS median,
		       percentile_cont(0.05) WITHIN GROUP (ORDER BY m.mbps) FILTER (WHERE x.verdict <> 'passive') AS p5_all,
		       percentile_cont(0.05) WITHIN GROUP (ORDER BY m.mbps) FILTER (WHERE x.is_judged) AS p5,
		       mode() WITHIN GROUP (ORDER BY x.verdict) FILTER (WHERE x.verdict <> 'passive') AS often,
		       count(*) FILTER (WHERE x.is_judged AND m.mbps >= rule.ratio * t.norm_mbps::double precision) AS passed,
		       count(*) FILTER (WHERE x.is_judged AND k.speaks) AS contract_samples,
		       count(*) FILTER (WHERE x.is_judged AND k.speaks AND m.mbps >= rule.ratio * k.contract_mbps) AS contract_passed
		  FROM api.speed_day AS x
		  JOIN target AS t USING (school, direction)
		 CROSS JOIN rule
		 CROSS JOIN LATERAL unnest(x.ip_mbps, x.cap_mbps) AS m(mbps, cap)
		  LEFT JOIN contract AS c ON c.school = x.school AND x.day <@ c.days
		 CROSS JOIN LATERAL (VALUES (CASE x.direction WHEN 'down' THEN c.contract_down_mbps ELSE c.contract_up_mbps END::double precision)) AS o(contract_mbps)
		 CROSS JOIN LATERAL (VALUES (o.contract_mbps, o.contract_mbps IS NOT NULL
		       AND (m.cap IS NULL OR m.cap >= rule.ratio * o.contract_mbps OR m.mbps < 0.97 / 1.1 * m.cap))) AS k(contract_mbps, speaks)
		 CROSS JOIN LATERAL (VALUES ('all'), (x.lesson)) AS y(lesson)
		 WHERE x.day BETWEEN p_from AND p_to
		 GROUP BY x.school, x.direction, y.lesson
	), why AS (
		SELECT w.school, w.direction, w.lesson, sum(w.tests)::bigint AS excluded, jsonb_object_agg(w.verdict, w.tests) AS excluded_why
		  FROM (SELECT x.school, x.direction, y.lesson, x.verdict, sum(cardinality(x.ip_mbps)) AS tests
		          FROM api.speed_day AS x
		         CROSS JOIN LATERAL (VALUES ('all'), (x.lesson)) AS y(lesson)
		         WHERE x.day BETWEEN p_from AND p_to AND NOT x.is_judged AND x.verdict <> 'passive'
		         GROUP BY 1, 2, 3, 4) AS w
		 GROUP BY w.school, w.direction, w.lesson
	)
	SELECT t.school,
	       t.direction,
	       l.lesson,
	       t.norm_mbps,
	       t.contract_mbps,
	       round((CASE WHEN f.is_judged THEN f.median ELSE f.median_all END)::numeric, 1),
	       round((CASE WHEN f.is_judged THEN f.p5 ELSE f.p5_all END)::numeric, 1),
	       COALESCE(CASE WHEN f.is_judged THEN f.samples ELSE f.samples_all END, 0),
	       CASE WHEN COALESCE(f.samples_all, 0) = 0 THEN 'no_data'
	            WHEN NOT f.is_judged THEN f.often
	            WHEN t.norm_mbps IS NULL THEN 'inconclusive'
	            WHEN f.median >= t.norm_mbps * rule.ratio THEN 'pass'
	            ELSE 'fail_isp' END,
	       COALESCE(f.samples, 0),
	       COALESCE(f.passed, 0),
	       i.share_pct, i.low_pct, i.high_pct,
	       api.compliance_of(t.norm_mbps, COALESCE(f.passed, 0), COALESCE(f.samples, 0), rule.min_tests),
	       COALESCE(f.contract_samples, 0),
	       COALESCE(f.contract_passed, 0),
	       api.compliance_of(t.contract_mbps, COALESCE(f.contract_passed, 0), COALESCE(f.contract_samples, 0), rule.min_tests),
	       COALESCE(w.excluded, 0),
	       COALESCE(w.excluded_why, '{}'),
	       COALESCE(f.passive, 0)
	  FROM target AS t
	 CROSS JOIN rule
	 CROSS JOIN (VALUES ('all'), ('lesson'), ('off_lesson'), ('holiday')) AS l(lesson)
	  LEFT JOIN figure AS f USING (school, direction, lesson)
	  LEFT JOIN why AS w USING (school, direction, lesson)
	 CROSS JOIN LATERAL api.share_interval(CASE WHEN t.norm_mbps IS NOT NULL THEN f.passed END, f.samples) AS i
	 WHERE t.closed_at IS NULL OR f.samples_all > 0
$$;

COMMENT ON FUNCTION api.compliance_parts(date, date) IS
	'How each line kept to the norm and to the contract, by direction and part of the day (all, lesson, off_lesson, holiday), from one day to another (both included, in the school''s time zone): rates in Mbit/s at the IP layer; the tests that say something of the line (counted) and of these those that reached the norm, with the 95 % interval of their share; the same for the contract, each test against that of its day (contract_mbps: of the last day); what is excluded, by reason; proofs out of counters.';

CREATE OR REPLACE VIEW api.line_month AS
SELECT s.code AS school,
       m.month,
       m.direction,
       m.lesson,
       m.norm_mbps,
       m.contract_mbps,
       m.median_mbps,
       m.p5_mbps,
       m.samples,
       m.passed,
       i.share_pct,
       i.low_pct AS share_low_pct,
       i.high_pct AS share_high_pct,
       m.compliance,
       m.contract_samples,
       m.contract_passed,
       m.contract_compliance,
       (SELECT COALESCE(sum(e.value::bigint), 0)::bigint FROM jsonb_each_text(m.excluded) AS e) AS excluded,
       m.excluded AS excluded_why,
       m.passive
  FROM core.line_month AS m
  JOIN core.school AS s USING (school_id)
 CROSS JOIN LATERAL api.share_interval(CASE WHEN m.norm_mbps IS NOT NULL THEN m.passed END, m.samples) AS i;

COMMENT ON VIEW api.line_month IS
	'How each line kept to the norm and to the contract in each calendar month that has tests, lessons apart; the figures of api.compliance_parts().';
