CREATE OR REPLACE VIEW api.speed_day AS
SELECT s.code AS school,
       d.day,
       d.direction,
       d.lesson,
       d.verdict,
       v.is_judged,
       cardinality(d.ip_mbps) AS tests,
       (SELECT round((percentile_cont(0.5) WITHIN GROUP (ORDER BY m))::numeric, 1) FROM unnest(d.ip_mbps) AS m) AS median_mbps,
       (SELECT round((percentile_cont(0.05) WITHIN GROUP (ORDER BY m))::numeric, 1) FROM unnest(d.ip_mbps) AS m) AS p5_mbps,
       d.ip_mbps,
       d.cap_mbps
  FROM core.speed_day AS d
  JOIN core.school AS s USING (school_id)
  JOIN reference.speed_verdict AS v USING (verdict);

COMMENT ON VIEW api.speed_day IS
	'The tests of each day of the school''s own time zone, by direction, lesson time and verdict, with all their rates.';
