-- Each address counts once, by its last check in the period.
CREATE OR REPLACE FUNCTION api.filter_between(p_from date, p_to date)
RETURNS TABLE (school text, expect text, checked bigint, leak bigint, overblock bigint, excluded bigint)
LANGUAGE sql
STABLE
AS $$
	WITH last AS (
		SELECT DISTINCT ON (o.school, o.agent_id, o.entry_id) o.school, o.expect, o.outcome
		  FROM api.filter_observation AS o
		 WHERE o.day BETWEEN p_from AND p_to
		   AND o.school IN (SELECT s.school FROM api.school AS s WHERE s.vantage = 'school')
		   AND o.observed_at >= p_from - interval '1 day' AND o.observed_at < p_to + interval '2 days'
		 ORDER BY o.school, o.agent_id, o.entry_id, o.observed_at DESC
	), kind AS (
		SELECT s.school, e.expect
		  FROM api.school AS s
		 CROSS JOIN (VALUES ('block'), ('allow')) AS e(expect)
		 WHERE s.closed_at IS NULL AND s.vantage = 'school'
		 UNION
		SELECT l.school, l.expect FROM last AS l
	)
	SELECT k.school,
	       k.expect,
	       count(l.outcome),
	       count(*) FILTER (WHERE l.outcome = 'leak'),
	       count(*) FILTER (WHERE l.outcome = 'overblock'),
	       count(*) FILTER (WHERE l.outcome = 'excluded')
	  FROM kind AS k
	  LEFT JOIN last AS l ON l.school = k.school AND l.expect = k.expect
	 GROUP BY k.school, k.expect
	 ORDER BY k.school, k.expect DESC
$$;

COMMENT ON FUNCTION api.filter_between(date, date) IS
	'How many addresses were checked from one day to another, how many leaked, were blocked without need, or could not be judged; each address by its last check.';

CREATE OR REPLACE VIEW api.filter AS
SELECT f.school,
       f.expect,
       f.checked,
       f.leak,
       f.overblock,
       f.excluded
  FROM api.filter_between(CURRENT_DATE - 30, CURRENT_DATE + 1) AS f;

COMMENT ON VIEW api.filter IS
	'The filter both ways over the last 30 days: what leaked, what was blocked without need.';
