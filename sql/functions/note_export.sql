CREATE OR REPLACE FUNCTION core.note_export(p_address inet, p_list text, p_rows bigint, p_sha256 text, p_filter text)
RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	INSERT INTO core.access_log (account_id, login, address, action, object, outcome)
	SELECT a.account_id, a.login, p_address, 'export',
	       left(format('%s rows=%s sha256=%s %s', p_list, p_rows, p_sha256, p_filter), 1000), 'done'
	  FROM core.asker() AS a
	 WHERE a.account_id IS NOT NULL
$$;

COMMENT ON FUNCTION core.note_export(inet, text, bigint, text, text) IS
	'Writes down that whoever the page asks for took a list as a file: which, how many rows, the SHA-256 of the file and the filter.';
