CREATE OR REPLACE VIEW api.software AS
SELECT d.school,
       d.school_name,
       d.device_id,
       d.label AS device,
       d.class,
       d.room,
       CASE e.source WHEN 'facts' THEN split_part(e.value, ';', 1) ELSE e.value END AS program,
       CASE e.source WHEN 'facts' THEN split_part(e.value, ';', 2) ELSE '' END AS version,
       CASE e.source WHEN 'facts' THEN split_part(e.value, ';', 3) ELSE '' END AS publisher,
       e.source,
       e.seen_at
  FROM api.device_current AS d
  JOIN core.device_evidence AS e ON e.device_id = d.device_id AND e.key = 'software' AND e.source IN ('facts', 'host')
 WHERE d.vantage = 'school';

COMMENT ON VIEW api.software IS
	'Programs of computers, as they told by the host script or an imported inventory (source facts) or by SNMP (source host), bounded: facts.software_count in api.device_evidence says how many there are.';
