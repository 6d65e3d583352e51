-- Each address counts once, by its last check in the period.
CREATE OR REPLACE FUNCTION api.filter_between(p_from date, p_to date)
RETURNS TABLE (school text, expect text, checked bigint, leak bigint, overblock bigint, excluded bigint)
LANGUAGE sql
STABLE
AS $$
	SELECT s.school, k.expect, k.checked, k.leak, k.overblock, k.excluded
	  FROM api.school AS s
	 CROSS JOIN LATERAL (
	       WITH last AS MATERIALIZED (
	               SELECT DISTINCT ON (o.agent_id, o.entry_id) o.expect, o.outcome
	                 FROM api.filter_observation AS o
	                WHERE o.school = s.school AND o.day BETWEEN p_from AND p_to
	                  AND o.observed_at >= p_from - interval '1 day' AND o.observed_at < p_to + interval '2 days'
	                ORDER BY o.agent_id, o.entry_id, o.observed_at DESC
	            ), kind AS (
	               SELECT e.expect FROM (VALUES ('block'), ('allow')) AS e(expect) UNION SELECT l.expect FROM last AS l
	            )
	       SELECT kind.expect,
	              count(l.outcome) AS checked,
	              count(*) FILTER (WHERE l.outcome = 'leak') AS leak,
	              count(*) FILTER (WHERE l.outcome = 'overblock') AS overblock,
	              count(*) FILTER (WHERE l.outcome = 'excluded') AS excluded
	         FROM kind
	         LEFT JOIN last AS l USING (expect)
	        GROUP BY kind.expect) AS k
	 WHERE s.vantage = 'school' AND (s.closed_at IS NULL OR k.checked > 0)
	 ORDER BY s.school, k.expect DESC
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
