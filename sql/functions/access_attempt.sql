-- The state of the throttle of signing in. What follows from it is decided in collector/access/throttle.c.

CREATE OR REPLACE FUNCTION access.lock_attempts(p_keys text[])
RETURNS TABLE (key text, failures integer, failed_ms bigint)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	-- In one order, so that two attempts never wait for each other.
	INSERT INTO core.login_attempt (key) SELECT k FROM unnest(p_keys) AS k ORDER BY k ON CONFLICT DO NOTHING;
	RETURN QUERY
		SELECT a.key, a.failures, (extract(epoch FROM a.failed_at) * 1000)::bigint
		  FROM core.login_attempt AS a WHERE a.key = ANY (p_keys) ORDER BY a.key FOR UPDATE;
END
$$;
COMMENT ON FUNCTION access.lock_attempts(text[]) IS 'How often signing in failed for each key, in the order of the keys; held until the transaction ends.';

CREATE OR REPLACE FUNCTION access.set_attempts(p_key text, p_failures integer)
RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	UPDATE core.login_attempt SET failures = p_failures, failed_at = now() WHERE key = p_key
$$;
COMMENT ON FUNCTION access.set_attempts(text, integer) IS 'Notes failures of a key, the last of them now.';

CREATE OR REPLACE FUNCTION access.forgive_attempt(p_login_key text, p_address_key text)
RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	DELETE FROM core.login_attempt WHERE key = p_login_key;
	UPDATE core.login_attempt SET failures = greatest(failures - 1, 0) WHERE key = p_address_key;
$$;
COMMENT ON FUNCTION access.forgive_attempt(text, text) IS 'The attempt was a good one: the login is clear again, and the address as it was before.';
