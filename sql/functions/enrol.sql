-- The answer to an enrolment may be lost: the same token and key ask again and
-- get the same agent, without a second use of the token.
CREATE OR REPLACE FUNCTION core.enrol(p_token_sha256 bytea, p_key_sha256 bytea, p_host_name text)
RETURNS TABLE (agent_id uuid, code text, name text, time_zone text)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
	v_agent  uuid;
	v_school integer;
BEGIN
	SELECT t.school_id INTO v_school
	  FROM core.token AS t
	  JOIN core.school AS s USING (school_id)
	 WHERE t.token_sha256 = p_token_sha256 AND t.ends_at > now() AND s.closed_at IS NULL
	   FOR UPDATE OF t;
	IF NOT FOUND THEN
		RETURN;
	END IF;

	SELECT a.agent_id INTO v_agent
	  FROM core.agent_key AS k
	  JOIN core.agent AS a USING (agent_id)
	 WHERE k.key_sha256 = p_key_sha256 AND a.token_sha256 = p_token_sha256 AND a.revoked_at IS NULL;
	IF NOT FOUND THEN
		-- A key that speaks for another agent already never becomes a second one.
		IF EXISTS (SELECT FROM core.agent_key WHERE key_sha256 = p_key_sha256) THEN
			RETURN;
		END IF;
		UPDATE core.token SET uses_left = uses_left - 1
		 WHERE token_sha256 = p_token_sha256 AND uses_left > 0;
		IF NOT FOUND THEN
			RETURN;
		END IF;
		INSERT INTO core.agent (school_id, host_name, token_sha256)
		VALUES (v_school, p_host_name, p_token_sha256)
		RETURNING agent_id INTO v_agent;
		INSERT INTO core.agent_key (key_sha256, agent_id) VALUES (p_key_sha256, v_agent);
	END IF;

	RETURN QUERY
	SELECT v_agent, s.code, s.name, s.time_zone
	  FROM core.school AS s
	 WHERE s.school_id = v_school;
END
$$;

COMMENT ON FUNCTION core.enrol(bytea, bytea, text) IS
	'Spends one use of a token for a new agent with that key; no row when the token is unknown, ended or used up.';
