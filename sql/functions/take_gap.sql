CREATE OR REPLACE FUNCTION core.take_gap(
	p_report bigint, p_school integer, p_agent uuid, p_first bigint, p_last bigint,
	p_first_created timestamptz, p_last_created timestamptz, p_reports bigint, p_size bigint, p_reason text)
RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO core.gap (report_id, agent_id, school_id, first_seq, last_seq, first_created_at, last_created_at, reports, size_bytes, reason)
	VALUES (p_report, p_agent, p_school, p_first, p_last, p_first_created, p_last_created, p_reports, p_size, p_reason)
	ON CONFLICT ON CONSTRAINT gap_pk DO NOTHING
$$;

COMMENT ON FUNCTION core.take_gap(bigint, integer, uuid, bigint, bigint, timestamptz, timestamptz, bigint, bigint, text) IS
	'Reports that an agent had to drop before they could be sent.';
