CREATE OR REPLACE VIEW api.transient_day AS
SELECT s.code AS school,
       t.day,
       t.devices
  FROM core.transient_day AS t
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.transient_day IS
	'How many personal devices (random addresses) a school had on each day. Nothing else about them is kept.';
