CREATE OR REPLACE VIEW api.measurement AS
SELECT s.code AS school,
       r.agent_id,
       r.metric,
       r.subject,
       m.measured_at,
       m.value,
       m.report_id
  FROM core.measurement AS m
  JOIN core.series AS r ON r.school_id = m.school_id AND r.series_id = m.series_id
  JOIN core.school AS s ON s.school_id = m.school_id;

COMMENT ON VIEW api.measurement IS
	'Every number measured in the last 40 days; the unit is the end of the metric''s name.';
