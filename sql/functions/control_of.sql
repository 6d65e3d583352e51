-- A control that saw a block itself, got no answer to the name, or could not measure, says nothing of the site.
CREATE OR REPLACE FUNCTION core.control_of(p_school integer)
RETURNS TABLE (entry_id text, observed_at timestamptz, reachable boolean, status integer, body_bytes bigint, title text,
               body_sha256 bytea, addresses inet[], chain_sha256 bytea[])
LANGUAGE sql
STABLE
AS $$
	SELECT DISTINCT ON (o.entry_id)
	       o.entry_id,
	       o.observed_at,
	       COALESCE(o.tcp_error = 0 AND COALESCE(o.tls_error, 0) = 0 AND COALESCE(o.http_error, 0) = 0, false),
	       COALESCE(o.http_status, 0),
	       COALESCE(o.http_body_bytes, 0),
	       COALESCE(o.http_title, ''),
	       COALESCE(o.http_body_sha256, ''),
	       COALESCE(o.dns_addresses, '{}'),
	       COALESCE(o.tls_chain_sha256, '{}')
	  FROM core.filter_observation AS o
	  JOIN core.agent AS g ON g.agent_id = o.agent_id AND g.revoked_at IS NULL
	  JOIN reference.filter_entry AS f ON f.entry_id = o.entry_id AND f.url = o.url
	 WHERE o.school_id = ANY (ARRAY(SELECT s.school_id FROM core.school AS s
	                                 WHERE s.vantage = 'control' AND s.closed_at IS NULL))
	   AND EXISTS (SELECT FROM core.school AS s WHERE s.school_id = p_school AND s.vantage = 'school')
	   AND o.observed_at > now() - interval '1 hour'
	   AND o.dns_rcode >= 0
	   AND o.verdict IN ('allowed', 'site_down', 'anomaly')
	 ORDER BY o.entry_id, o.observed_at DESC
$$;

COMMENT ON FUNCTION core.control_of(integer) IS
	'What agents outside the schools'' filters saw of each entry of the filter list within the last hour, the latest each; nothing for a control itself.';
