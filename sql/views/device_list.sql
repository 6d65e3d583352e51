CREATE OR REPLACE VIEW api.device_list AS
SELECT d.device_id,
       d.school,
       s.name AS school_name,
       d.label,
       d.class,
       d.confidence,
       d.class_rule,
       d.vendor,
       d.model,
       d.serial,
       d.firmware,
       d.os,
       d.name,
       d.room,
       d.inventory_number,
       d.addresses,
       d.macs,
       d.first_seen,
       d.last_seen,
       d.absent_since,
       d.corrected
  FROM api.device_current AS d
  JOIN api.school AS s USING (school)
 WHERE s.vantage = 'school';

COMMENT ON VIEW api.device_list IS
	'Devices as the page lists them: api.device_current with the school''s name, but for those around a control.';
