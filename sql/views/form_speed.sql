CREATE OR REPLACE VIEW api.speed_band AS
SELECT b.form, b.edition, b.code, b.mbps
  FROM reference.speed_band AS b;

COMMENT ON VIEW api.speed_band IS 'Codes of the speed of access to the Internet in statistical forms, by edition.';

-- Forms do not say whether they ask for what was contracted or what is measured: both are here, and people choose.
CREATE OR REPLACE FUNCTION api.form_speed_at(p_day date, p_form text, p_edition text)
RETURNS TABLE (school text, access text, contract_mbps numeric, contract_code smallint, tests bigint, median_mbps numeric, measured_mbps numeric, measured_code smallint)
LANGUAGE sql
STABLE
AS $$
	WITH measured AS (
		SELECT d.school, count(*) AS tests, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY m.mbps)::numeric, 1) AS median, round(max(m.mbps)::numeric, 1) AS most
		  FROM api.speed_day AS d CROSS JOIN LATERAL unnest(d.ip_mbps) AS m(mbps)
		 WHERE d.direction = 'down' AND d.is_judged AND d.day BETWEEN p_day - 29 AND p_day
		 GROUP BY d.school
	)
	SELECT s.school, COALESCE(c.access, ''), c.contract_down_mbps, k.code, COALESCE(m.tests, 0), m.median, m.most, x.code
	  FROM api.school AS s
	  LEFT JOIN api.contract AS c ON c.school = s.school AND p_day <@ c.days
	  LEFT JOIN measured AS m ON m.school = s.school
	  LEFT JOIN api.speed_band AS k ON k.form = p_form AND k.edition = p_edition AND c.contract_down_mbps <@ k.mbps
	  LEFT JOIN api.speed_band AS x ON x.form = p_form AND x.edition = p_edition AND m.most <@ x.mbps
	 WHERE s.vantage = 'school' AND (s.closed_at IS NULL OR s.closed_at > p_day)
	 ORDER BY s.school
$$;

COMMENT ON FUNCTION api.form_speed_at(date, text, text) IS
	'The speed of access that a statistical form asks for, on a day (form OO-2, section 2.3: the end of the year): how the line comes (access), the contracted rate, and the greatest that was measured in the 30 days to that day beside the median, towards the school, each with its code in an edition of api.speed_band; no code: that edition has none for it.';
