CREATE OR REPLACE FUNCTION core.act_revoke_agent(p_agent uuid, p_reason text)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_was core.agent;
BEGIN
	SELECT * INTO v_was FROM core.agent
	 WHERE agent_id = p_agent AND school_id = ANY (core.visible_schools()) FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'no_agent';
	ELSIF v_was.revoked_at IS NOT NULL THEN
		RETURN 'is_revoked';
	END IF;
	PERFORM set_config('app.login', (SELECT a.login FROM core.asker() AS a), true);
	UPDATE core.agent SET revoked_at = now(), revoked_reason = p_reason WHERE agent_id = p_agent;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION core.act_revoke_agent(uuid, text) IS
	'An agent of a school that whoever the page asks for may see speaks no more. Null when done, else no_agent or is_revoked.';
