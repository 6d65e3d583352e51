CREATE OR REPLACE VIEW api.device_list AS
SELECT d.device_id,
       d.school,
       d.school_name,
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
       d.corrected,
       d.units,
       d.gone_at
  FROM api.device_current AS d
 WHERE d.vantage = 'school';

COMMENT ON VIEW api.device_list IS
	'Devices as the page lists them: api.device_current without what only programs need, and without those around a control.';
