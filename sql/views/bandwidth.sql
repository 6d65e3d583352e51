CREATE OR REPLACE FUNCTION api.bandwidth_parts(p_from date, p_to date)
RETURNS TABLE (school text, direction text, lesson text, norm_mbps numeric, contract_mbps numeric,
               median_mbps numeric, p5_mbps numeric, samples bigint, verdict text)
LANGUAGE sql
STABLE
AS $$
	SELECT c.school, c.direction, c.lesson, c.norm_mbps, c.contract_mbps, c.median_mbps, c.p5_mbps, c.samples, c.verdict
	  FROM api.compliance_parts(p_from, p_to) AS c
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
