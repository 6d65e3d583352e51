CREATE OR REPLACE VIEW api.equipment_list AS
SELECT s.code AS school,
       s.name AS school_name,
       e.class,
       e.count,
       e.with_serial
  FROM core.school_equipment AS e
  JOIN core.school AS s USING (school_id)
 WHERE s.closed_at IS NULL AND s.vantage = 'school';

COMMENT ON VIEW api.equipment_list IS
	'Devices by school and class as the page lists them: api.equipment as it was summed up last, with the school''s name.';
