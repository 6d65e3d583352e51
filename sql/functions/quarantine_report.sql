CREATE OR REPLACE FUNCTION core.quarantine_report(
	p_agent    uuid,
	p_boot     uuid,
	p_seq      bigint,
	p_code     text,
	p_reason   text,
	p_received timestamptz,
	p_bytes    bytea)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	INSERT INTO core.quarantine (agent_id, school_id, boot_id, seq, code, reason, received_at, bytes)
	VALUES (p_agent, (SELECT school_id FROM core.agent WHERE agent_id = p_agent), p_boot, p_seq, p_code, p_reason, p_received, p_bytes)
	ON CONFLICT ON CONSTRAINT quarantine_once DO NOTHING;
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION core.quarantine_report(uuid, uuid, bigint, text, text, timestamptz, bytea) IS
	'Keeps a report that cannot be stored, once per agent and content. True when it is new.';
