CREATE OR REPLACE VIEW api.filter_list AS
SELECT f.school,
       s.name AS school_name,
       f.expect,
       f.checked,
       f.leak,
       f.overblock,
       f.excluded
  FROM api.filter AS f
  JOIN api.school AS s USING (school);

COMMENT ON VIEW api.filter_list IS
	'The filter both ways as the page lists it: api.filter with the school''s name.';
