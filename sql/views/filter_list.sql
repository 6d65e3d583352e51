CREATE OR REPLACE VIEW api.filter_list AS
SELECT s.code AS school,
       s.name AS school_name,
       f.expect,
       f.checked,
       f.leak,
       f.overblock,
       f.excluded
  FROM core.school_filter AS f
  JOIN core.school AS s USING (school_id)
 WHERE s.closed_at IS NULL AND s.vantage = 'school';

COMMENT ON VIEW api.filter_list IS
	'The filter both ways as the page lists it: api.filter as it was summed up last, with the school''s name.';
