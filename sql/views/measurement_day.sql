CREATE OR REPLACE VIEW api.measurement_day AS
SELECT s.code AS school,
       r.agent_id,
       r.metric,
       r.subject,
       m.day,
       m.n,
       m.total / m.n AS mean,
       m.low,
       m.high,
       m.p5,
       m.median,
       m.p95
  FROM core.measurement_day AS m
  JOIN core.series AS r ON r.school_id = m.school_id AND r.series_id = m.series_id
  JOIN core.school AS s ON s.school_id = m.school_id;

COMMENT ON VIEW api.measurement_day IS
	'Every series by day of the school''s own time zone, when the day is over; the unit is the end of the metric''s name.';

CREATE OR REPLACE VIEW api.measurement_hour AS
SELECT s.code AS school,
       r.agent_id,
       r.metric,
       r.subject,
       m.hour,
       m.n,
       m.total / m.n AS mean,
       m.low,
       m.high,
       m.p5,
       m.median,
       m.p95
  FROM core.measurement_hour AS m
  JOIN core.series AS r ON r.school_id = m.school_id AND r.series_id = m.series_id
  JOIN core.school AS s ON s.school_id = m.school_id;

COMMENT ON VIEW api.measurement_hour IS 'Every series by hour, when the hour is over.';
