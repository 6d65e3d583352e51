CREATE OR REPLACE FUNCTION core.take_health(
	p_report bigint, p_school integer, p_agent uuid, p_at timestamptz,
	p_started timestamptz, p_uptime bigint, p_rss bigint, p_spool_bytes bigint, p_spool_limit bigint, p_spool_reports bigint,
	p_os text, p_policy text, p_certificate_ends timestamptz, p_warnings text[],
	c_name text[], c_value bigint[])
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE core.agent_state AS s
	   SET started_at = p_started, uptime_s = p_uptime, rss_bytes = p_rss, spool_bytes = p_spool_bytes, spool_limit_bytes = p_spool_limit,
	       spool_reports = p_spool_reports, os = p_os, policy_version = p_policy, certificate_ends_at = p_certificate_ends,
	       warnings = p_warnings, health_at = p_at
	 WHERE s.agent_id = p_agent AND (s.health_at IS NULL OR s.health_at <= p_at);
	IF NOT FOUND THEN
		RETURN; -- newer health is known
	END IF;

	INSERT INTO core.agent_counter AS c (agent_id, name, school_id, value, report_id)
	SELECT DISTINCT ON (u.name) p_agent, u.name, p_school, u.value, p_report
	  FROM unnest(c_name, c_value) AS u(name, value)
	 ORDER BY u.name, u.value DESC
	ON CONFLICT ON CONSTRAINT agent_counter_pk DO UPDATE
	   SET value = excluded.value, report_id = excluded.report_id;
	DELETE FROM core.agent_counter WHERE agent_id = p_agent AND name <> ALL (c_name);
END
$$;

COMMENT ON FUNCTION core.take_health(bigint, integer, uuid, timestamptz, timestamptz, bigint, bigint, bigint, bigint, bigint, text, text, timestamptz,
	text[], text[], bigint[]) IS
	'How an agent does, with its counters (c_); older health than what is known changes nothing.';
