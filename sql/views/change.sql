CREATE OR REPLACE VIEW api.change AS
SELECT s.code AS school,
       c.change_id,
       c.changed_at,
       c.table_name,
       c.row_key,
       c.action,
       c.was,
       c.became,
       c.report_id,
       c.actor
  FROM audit.change AS c
  JOIN core.school AS s USING (school_id)
 WHERE c.table_name NOT IN ('core.token', 'core.agent_key');

COMMENT ON VIEW api.change IS
	'Every recorded change that concerns a school, by whom and by which report.';
