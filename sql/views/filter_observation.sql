CREATE OR REPLACE VIEW api.filter_observation AS
SELECT s.code AS school,
       o.agent_id,
       o.run_id,
       o.entry_id,
       o.url,
       o.expect,
       o.verdict,
       o.outcome,
       o.layer,
       o.rule_id,
       o.confidence,
       o.flags,
       o.observed_at,
       (o.observed_at AT TIME ZONE s.time_zone)::date AS day,
       o.dns_rcode,
       o.dns_addresses,
       o.tcp_error,
       o.tls_error,
       o.tls_issuer,
       o.tls_trusted,
       o.http_status,
       o.http_title,
       o.report_id
  FROM core.filter_observation AS o
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.filter_observation IS
	'What became of each address of the filter list at each pass, and what was seen at each layer.';
