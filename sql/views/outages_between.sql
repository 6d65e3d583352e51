CREATE OR REPLACE FUNCTION api.outages_between(p_from date, p_to date)
RETURNS TABLE (school text, onset timestamptz, "end" timestamptz, class text, time_zone text)
LANGUAGE sql
STABLE
AS $$
	SELECT o.school, o.onset, o."end", o.class, o.time_zone
	  FROM api.outage AS o
	 WHERE o.onset < ((p_to + 1)::timestamp AT TIME ZONE o.time_zone)
	   AND COALESCE(o."end", 'infinity') >= (p_from::timestamp AT TIME ZONE o.time_zone)
	   AND o.onset < p_to + interval '2 days'
	 ORDER BY o.school, o.onset
$$;

COMMENT ON FUNCTION api.outages_between(date, date) IS
	'Outages that touch the days from one to another (both included, in the school''s time zone).';
