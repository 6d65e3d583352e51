CREATE OR REPLACE VIEW api.scan AS
SELECT s.code AS school,
       c.agent_id,
       c.scan_id,
       c.started_at,
       c.finished_at,
       c.ranges,
       c.parts,
       c.parts_seen,
       c.is_complete,
       c.devices,
       c.transient,
       c.report_id
  FROM core.scan AS c
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.scan IS
	'Every look at a network: when, where, and how many devices it saw.';
