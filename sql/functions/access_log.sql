CREATE OR REPLACE FUNCTION access.note(
	p_account integer, p_login text, p_address inet, p_action text, p_object text, p_outcome text)
RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	INSERT INTO core.access_log (account_id, login, address, action, object, outcome)
	VALUES (p_account, p_login, p_address, p_action, p_object, p_outcome)
$$;
COMMENT ON FUNCTION access.note(integer, text, inet, text, text, text) IS 'Writes down who did what.';

CREATE OR REPLACE TRIGGER access_log_is_kept
	BEFORE UPDATE OR DELETE OR TRUNCATE ON core.access_log
	FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
