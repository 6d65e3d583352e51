CREATE OR REPLACE VIEW api.device_idle AS
SELECT d.school,
       d.school_name,
       i.days_on,
       i.of_days,
       i.since_day,
       d.label,
       d.class,
       d.vendor,
       d.model,
       d.serial,
       d.room,
       d.inventory_number,
       d.last_seen,
       d.device_id
  FROM core.device_idle AS i
  JOIN api.device_current AS d USING (device_id)
 WHERE d.vantage = 'school';

COMMENT ON VIEW api.device_idle IS
	'Idle equipment: devices that were on for few of the last school days (settings idle_days_on of idle_of_days). Holidays and days on which the agent did not look are not counted. As it was summed up last.';
