CREATE OR REPLACE VIEW api.equipment_list AS
SELECT e.school,
       s.name AS school_name,
       e.class,
       e.count,
       e.with_serial
  FROM api.equipment AS e
  JOIN api.school AS s USING (school);

COMMENT ON VIEW api.equipment_list IS
	'Devices by school and class as the page lists them: api.equipment with the school''s name.';
