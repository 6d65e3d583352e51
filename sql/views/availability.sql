-- Windows of several agents and targets overlap: time is counted once. While an
-- Internet outage lasts the line is known to be down, whatever else was told.
CREATE OR REPLACE FUNCTION api.availability_between(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (school text, known_s double precision, down_s double precision)
LANGUAGE sql
STABLE
AS $$
	WITH known AS (
		SELECT w.school, range_agg(tstzrange(w.from_at, w.to_at)) AS spans
		  FROM api.connectivity_window AS w
		 WHERE w.rung = 'internet' AND w.from_at >= p_from AND w.from_at < p_to
		 GROUP BY w.school
	), down AS (
		SELECT o.school, range_agg(tstzrange(greatest(o.onset, p_from), least(COALESCE(o."end", now()), p_to))) AS spans
		  FROM api.outage AS o
		 WHERE o.is_internet AND o.onset < p_to AND COALESCE(o."end", now()) > p_from
		 GROUP BY o.school
	)
	SELECT school,
	       (SELECT COALESCE(sum(EXTRACT(epoch FROM upper(r) - lower(r))), 0)
	          FROM unnest(COALESCE(known.spans, '{}'::tstzmultirange) + COALESCE(down.spans, '{}'::tstzmultirange)) AS r)::double precision,
	       (SELECT COALESCE(sum(EXTRACT(epoch FROM upper(r) - lower(r))), 0) FROM unnest(down.spans) AS r)::double precision
	  FROM known
	  FULL JOIN down USING (school)
$$;

COMMENT ON FUNCTION api.availability_between(timestamptz, timestamptz) IS
	'For how many seconds between two moments it is known whether a school had Internet, and in how many of them it had none. What nobody watched is in neither.';
