CREATE OR REPLACE VIEW api.trend AS
WITH month AS (
	SELECT m.first::date AS month, (m.first + interval '1 month' - interval '1 day')::date AS last
	  FROM generate_series(date_trunc('month', now() - interval '11 months'), now(), interval '1 month') AS m(first)
), pace AS (
	SELECT m.month, b.school, bool_and(b.verdict = 'pass' OR b.norm_mbps IS NULL) AS is_norm
	  FROM month AS m
	 CROSS JOIN LATERAL api.bandwidth_between(m.month, m.last) AS b
	 GROUP BY m.month, b.school
)
SELECT m.month,
       count(p.school) AS schools,
       count(p.school) FILTER (WHERE p.is_norm) AS in_norm,
       round(count(p.school) * n.share_pct / 100)::bigint AS plan,
       round(100.0 * count(p.school) FILTER (WHERE p.is_norm) / NULLIF(count(p.school), 0), 1) AS share_pct
  FROM month AS m
  LEFT JOIN pace AS p USING (month)
  LEFT JOIN LATERAL (
       SELECT r.share_pct FROM reference.plan AS r WHERE r.from_day <= m.last ORDER BY r.from_day DESC LIMIT 1) AS n ON true
 GROUP BY m.month, n.share_pct;

COMMENT ON VIEW api.trend IS
	'Month by month, the last twelve: how many schools met the norm of bandwidth, and how many should have.';
