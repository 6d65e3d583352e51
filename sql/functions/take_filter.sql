CREATE OR REPLACE FUNCTION core.take_filter(
	p_report bigint, p_school integer, p_agent uuid, p_run uuid, p_started timestamptz, p_finished timestamptz, p_version text,
	o_entry text[], o_url text[], o_expect text[], o_verdict text[], o_outcome text[], o_layer text[], o_rule text[],
	o_confidence real[], o_at timestamptz[],
	o_rcode integer[], o_ede integer[], o_dns_rtt double precision[], o_resolver text[],
	o_tcp_error integer[], o_tcp_rtt double precision[], o_tcp_address inet[],
	o_tls_error integer[], o_issuer text[], o_trusted boolean[],
	o_http_error integer[], o_status integer[], o_location text[], o_body bigint[], o_title text[], o_body_sha256 bytea[],
	f_of integer[], f_flag text[],
	a_of integer[], a_address inet[],
	c_of integer[], c_sha256 bytea[],
	g_of integer[], g_print text[])
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	INSERT INTO core.filter_run AS r (agent_id, run_id, school_id, started_at, finished_at, list_version, report_id)
	VALUES (p_agent, p_run, p_school, p_started, p_finished, p_version, p_report)
	ON CONFLICT ON CONSTRAINT filter_run_pk DO UPDATE
	   SET started_at = least(r.started_at, excluded.started_at), finished_at = greatest(r.finished_at, excluded.finished_at);

	INSERT INTO core.filter_observation (
	       report_id, ordinal, agent_id, run_id, school_id, entry_id, url, expect, verdict, outcome, layer, rule_id, confidence, flags, observed_at,
	       dns_rcode, dns_addresses, dns_ede, dns_rtt_ms, dns_resolver, tcp_error, tcp_rtt_ms, tcp_address,
	       tls_error, tls_chain_sha256, tls_issuer, tls_trusted,
	       http_error, http_status, http_location, http_body_bytes, http_title, http_body_sha256, http_fingerprints)
	SELECT p_report, o.item, p_agent, p_run, p_school, o.entry, o.url, o.expect, o.verdict, o.outcome, o.layer, o.rule, o.confidence,
	       ARRAY(SELECT f.flag FROM unnest(f_of, f_flag) AS f(of, flag) WHERE f.of = o.item),
	       o.at, o.rcode,
	       CASE WHEN o.rcode IS NOT NULL THEN ARRAY(SELECT a.address FROM unnest(a_of, a_address) AS a(of, address) WHERE a.of = o.item) END,
	       o.ede, o.dns_rtt, o.resolver, o.tcp_error, o.tcp_rtt, o.tcp_address, o.tls_error,
	       CASE WHEN o.tls_error IS NOT NULL THEN ARRAY(SELECT c.sha256 FROM unnest(c_of, c_sha256) AS c(of, sha256) WHERE c.of = o.item) END,
	       o.issuer, o.trusted, o.http_error, o.status, o.location, o.body, o.title, o.body_sha256,
	       CASE WHEN o.http_error IS NOT NULL THEN ARRAY(SELECT g.print FROM unnest(g_of, g_print) AS g(of, print) WHERE g.of = o.item) END
	  FROM unnest(o_entry, o_url, o_expect, o_verdict, o_outcome, o_layer, o_rule, o_confidence, o_at, o_rcode, o_ede, o_dns_rtt, o_resolver,
	              o_tcp_error, o_tcp_rtt, o_tcp_address, o_tls_error, o_issuer, o_trusted,
	              o_http_error, o_status, o_location, o_body, o_title, o_body_sha256)
	       WITH ORDINALITY AS o(entry, url, expect, verdict, outcome, layer, rule, confidence, at, rcode, ede, dns_rtt, resolver,
	              tcp_error, tcp_rtt, tcp_address, tls_error, issuer, trusted,
	              http_error, status, location, body, title, body_sha256, item);
	INSERT INTO core.roll_mark (school_id, part, from_at, to_at) VALUES (p_school, 'filter', p_started, p_finished);
END
$$;

COMMENT ON FUNCTION core.take_filter(bigint, integer, uuid, uuid, timestamptz, timestamptz, text,
	text[], text[], text[], text[], text[], text[], text[], real[], timestamptz[], integer[], integer[], double precision[], text[],
	integer[], double precision[], inet[], integer[], text[], boolean[], integer[], integer[], text[], bigint[], text[], bytea[],
	integer[], text[], integer[], inet[], integer[], bytea[], integer[], text[]) IS
	'Stores a pass over the filter list: observations (o_), their flags (f_), addresses (a_), certificate hashes (c_) and fingerprints (g_).';
