-- Signing in and staying so. A session ends 8 hours after it was used last, 7 days after it was opened, and when its
-- account is disabled.

CREATE OR REPLACE FUNCTION access.find_account(
	p_login text, OUT account_id integer, OUT password_hash text, OUT is_disabled boolean)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT a.account_id, a.password_hash, a.disabled_at IS NOT NULL FROM core.account AS a WHERE a.login = p_login
$$;
COMMENT ON FUNCTION access.find_account(text) IS 'What a password is checked against; nulls when there is no such account.';

CREATE OR REPLACE FUNCTION access.open_session(p_account integer, p_token_sha256 bytea, p_address inet, p_language text)
RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	UPDATE core.account SET last_login_at = now(), language = COALESCE(p_language, language) WHERE account_id = p_account;
	INSERT INTO core.session (token_sha256, account_id, address) VALUES (p_token_sha256, p_account, p_address);
$$;
COMMENT ON FUNCTION access.open_session(integer, bytea, inet, text) IS 'Signs an account in; a language that is given becomes its own.';

CREATE OR REPLACE FUNCTION access.use_session(
	p_token_sha256 bytea, OUT account_id integer, OUT login text, OUT role text, OUT language text)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_used_at timestamptz;
BEGIN
	SELECT a.account_id, a.login, a.role, a.language, s.used_at
	  INTO account_id, login, role, language, v_used_at
	  FROM core.session AS s
	  JOIN core.account AS a USING (account_id)
	 WHERE s.token_sha256 = p_token_sha256 AND a.disabled_at IS NULL
	   AND s.used_at > now() - interval '8 hours' AND s.made_at > now() - interval '7 days';
	IF v_used_at < now() - interval '1 minute' THEN
		UPDATE core.session SET used_at = now() WHERE token_sha256 = p_token_sha256;
	END IF;
END
$$;
COMMENT ON FUNCTION access.use_session(bytea) IS 'Whose session it is, which thereby goes on; nulls when there is none any more.';

CREATE OR REPLACE FUNCTION access.end_session(p_token_sha256 bytea)
RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	DELETE FROM core.session WHERE token_sha256 = p_token_sha256
$$;
COMMENT ON FUNCTION access.end_session(bytea) IS 'Signs out.';
