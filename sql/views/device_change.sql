CREATE OR REPLACE VIEW api.device_change AS
SELECT s.code AS school,
       (c.row_key ->> 'device_id')::uuid AS device_id,
       c.changed_at,
       c.action,
       c.was,
       c.became,
       c.report_id,
       c.actor
  FROM audit.change AS c
  JOIN core.school AS s USING (school_id)
 WHERE c.table_name = 'core.device';

COMMENT ON VIEW api.device_change IS
	'Births and changes of devices: what was, what became, the report that brought it.';
