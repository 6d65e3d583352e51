CREATE OR REPLACE VIEW api.quarantine AS
SELECT s.code AS school,
       q.agent_id,
       q.boot_id,
       q.seq,
       q.code,
       q.reason,
       q.received_at,
       octet_length(q.bytes) AS size_bytes
  FROM core.quarantine AS q
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.quarantine IS
	'Reports that could not be stored and are kept aside, with the reason.';
