CREATE OR REPLACE VIEW api.gap AS
SELECT s.code AS school,
       g.agent_id,
       g.first_seq,
       g.last_seq,
       g.first_created_at,
       g.last_created_at,
       g.reports,
       g.size_bytes,
       g.reason,
       g.report_id
  FROM core.gap AS g
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.gap IS
	'Reports that agents had to drop before they could be sent: what is known to be missing.';
