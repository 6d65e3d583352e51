CREATE OR REPLACE VIEW api.trend AS
WITH month AS (
	SELECT m.first::date AS month, (m.first + interval '1 month' - interval '1 day')::date AS last
	  FROM generate_series(date_trunc('month', now() - interval '11 months'), now(), interval '1 month') AS m(first)
), counted AS (
	SELECT m.month, m.last, count(s.school_id) AS schools, count(*) FILTER (WHERE x.is_judged AND x.is_norm) AS in_norm
	  FROM month AS m
	  LEFT JOIN core.school AS s ON s.vantage = 'school' AND s.added_at < m.last + interval '1 day' AND (s.closed_at IS NULL OR s.closed_at >= m.month)
	  LEFT JOIN core.school_month AS x ON x.school_id = s.school_id AND x.month = m.month
	 GROUP BY m.month, m.last
)
SELECT c.month,
       c.schools,
       c.in_norm,
       round(c.schools * n.share_pct / 100)::bigint AS plan,
       round(100.0 * c.in_norm / NULLIF(c.schools, 0), 1) AS share_pct
  FROM counted AS c
  LEFT JOIN LATERAL (
       SELECT r.share_pct FROM reference.plan AS r WHERE r.from_day <= c.last ORDER BY r.from_day DESC LIMIT 1) AS n ON true;

COMMENT ON VIEW api.trend IS
	'Month by month, the last twelve: how many schools met the norm of bandwidth both ways, and how many should have.';
