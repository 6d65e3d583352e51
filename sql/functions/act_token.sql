CREATE OR REPLACE FUNCTION core.act_make_token(p_school text, p_sha256 bytea, OUT problem text, OUT ends_at timestamptz)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM set_config('app.login', (SELECT a.login FROM core.asker() AS a), true);
	INSERT INTO core.token AS t (token_sha256, school_id, ends_at, uses_left, made_by)
	SELECT p_sha256, s.school_id, now() + interval '72 hours', 1, a.login
	  FROM core.school AS s, core.asker() AS a
	 WHERE s.code = p_school AND s.closed_at IS NULL AND s.school_id = ANY (core.visible_schools())
	RETURNING t.ends_at INTO ends_at;
	IF NOT FOUND THEN
		problem := 'no_school';
	END IF;
END
$$;

COMMENT ON FUNCTION core.act_make_token(text, bytea) IS
	'A token for one agent of a school that whoever the page asks for may see, good for 72 hours; only its shadow is kept. problem: no_school.';
