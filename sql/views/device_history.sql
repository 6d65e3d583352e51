CREATE OR REPLACE VIEW api.device_history AS
SELECT s.code AS school,
       (c.row_key ->> 'device_id')::uuid AS device_id,
       c.changed_at,
       CASE c.table_name WHEN 'core.device' THEN c.action ELSE 'correction' END AS action,
       c.was,
       c.became,
       c.report_id,
       CASE WHEN c.report_id IS NULL THEN c.actor END AS by
  FROM audit.change AS c
  JOIN core.school AS s USING (school_id)
 WHERE c.table_name IN ('core.device', 'core.device_correction');

COMMENT ON VIEW api.device_history IS
	'The life of devices: what reports changed (report_id) and what people corrected (by).';
