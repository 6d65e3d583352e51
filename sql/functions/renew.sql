CREATE OR REPLACE FUNCTION core.renew(p_agent uuid, p_key_sha256 bytea, p_ends_at timestamptz)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM core.agent WHERE agent_id = p_agent AND revoked_at IS NULL) THEN
		RETURN false;
	END IF;
	INSERT INTO core.agent_key AS k (key_sha256, agent_id, ends_at)
	VALUES (p_key_sha256, p_agent, p_ends_at)
	ON CONFLICT (key_sha256) DO UPDATE
	   SET ends_at = excluded.ends_at, issued_at = now()
	 WHERE k.agent_id = excluded.agent_id;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	DELETE FROM core.agent_key
	 WHERE agent_id = p_agent
	   AND key_sha256 NOT IN (SELECT key_sha256 FROM core.agent_key WHERE agent_id = p_agent ORDER BY issued_at DESC LIMIT 4);
	RETURN true;
END
$$;

COMMENT ON FUNCTION core.renew(uuid, bytea, timestamptz) IS
	'A new certificate of an agent. False when the agent is revoked or unknown, or the key is another''s. Only the newest four keys stay.';
