CREATE OR REPLACE VIEW api.report AS
SELECT s.code AS school,
       r.report_id,
       r.agent_id,
       r.boot_id,
       r.seq,
       r.kind,
       r.created_at,
       r.received_at,
       r.agent_version,
       r.clock_synchronised
  FROM core.report AS r
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.report IS
	'Every report that was stored: the number by which rows elsewhere name what brought them.';
