CREATE OR REPLACE VIEW api.line_day AS
SELECT s.code AS school,
       d.day,
       d.lesson,
       d.known_s,
       d.down_s,
       round((100 * (d.known_s - d.down_s) / NULLIF(d.known_s, 0))::numeric, 3) AS availability_pct,
       d.sent,
       d.received,
       d.micro_outages,
       d.rtt_min_ms,
       d.rtt_median_ms,
       d.rtt_max_ms
  FROM core.line_day AS d
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.line_day IS
	'How a line did on each day of the school''s own time zone, lessons apart: seconds that are known, seconds without Internet, probes and their times. What nobody watched is in neither.';

CREATE OR REPLACE VIEW api.line_hour AS
SELECT s.code AS school,
       h.hour,
       h.known_s,
       h.down_s,
       h.sent,
       h.received,
       h.rtt_min_ms,
       h.rtt_median_ms,
       h.rtt_max_ms
  FROM core.line_hour AS h
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.line_hour IS 'How a line did in each hour.';
