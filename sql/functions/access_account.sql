-- Making and changing accounts. p_by is who does it; null: an administrator at the console, who may do all.

CREATE OR REPLACE FUNCTION access.put_account(
	p_by integer, p_login text, p_name text, p_role text, p_schools text[], p_municipality text, p_language text,
	p_password_hash text, p_disabled boolean, p_must text DEFAULT '')
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_by      core.account;
	v_was     core.account;
	v_now     core.account;
	v_schools integer[];
BEGIN
	PERFORM pg_advisory_xact_lock(hashtext('parta accounts'));
	SELECT * INTO v_by FROM core.account WHERE account_id = p_by;
	SELECT * INTO v_was FROM core.account WHERE login = p_login FOR UPDATE;
	IF p_must = 'new' AND v_was.account_id IS NOT NULL THEN
		RETURN 'is_there';
	ELSIF p_must = 'old' AND v_was.account_id IS NULL THEN
		RETURN 'no_account';
	END IF;

	v_now := v_was;
	v_now.login := p_login;
	v_now.name := COALESCE(p_name, v_was.name, p_login);
	v_now.role := COALESCE(p_role, v_was.role);
	v_now.municipality := NULLIF(COALESCE(p_municipality, v_was.municipality), '');
	v_now.language := COALESCE(p_language, v_was.language, 'ru');
	v_now.password_hash := COALESCE(p_password_hash, v_was.password_hash);
	v_now.disabled_at := CASE WHEN COALESCE(p_disabled, v_was.disabled_at IS NOT NULL) THEN COALESCE(v_was.disabled_at, now()) END;
	IF p_login !~ '^[a-z0-9][a-z0-9._@-]{0,62}$' THEN
		RETURN 'bad_login';
	ELSIF v_now.role IS NULL OR v_now.role NOT IN ('municipal', 'auditor', 'school', 'head', 'viewer') THEN
		RETURN 'bad_role';
	ELSIF v_now.language NOT IN ('ru', 'en') THEN
		RETURN 'bad_language';
	ELSIF v_now.password_hash IS NULL THEN
		RETURN 'no_password';
	END IF;

	SELECT array_agg(s.school_id) INTO v_schools FROM core.school AS s WHERE s.code = ANY (p_schools);
	IF COALESCE(cardinality(v_schools), 0) < (SELECT count(DISTINCT c) FROM unnest(p_schools) AS c) THEN
		RETURN 'no_school';
	END IF;
	IF p_schools IS NULL AND v_was.account_id IS NOT NULL THEN
		v_schools := ARRAY(SELECT school_id FROM core.account_school WHERE account_id = v_was.account_id);
	END IF;
	IF v_now.role = 'school' AND COALESCE(cardinality(v_schools), 0) = 0 THEN
		RETURN 'needs_school';
	END IF;

	-- Who is of one municipality hands out nothing beyond it.
	IF v_by.municipality IS NOT NULL AND
	   (v_now.municipality IS DISTINCT FROM v_by.municipality
	    OR v_was.account_id IS NOT NULL AND v_was.municipality IS DISTINCT FROM v_by.municipality
	    OR EXISTS (SELECT FROM core.school AS s WHERE s.school_id = ANY (v_schools) AND s.municipality <> v_by.municipality)) THEN
		RETURN 'beyond';
	END IF;
	-- Nobody locks the door behind themselves; and one's own password is changed by who knows the old one.
	IF v_by.account_id = v_was.account_id AND (v_now.disabled_at IS NOT NULL OR v_now.role <> v_was.role OR p_password_hash IS NOT NULL) THEN
		RETURN 'yourself';
	END IF;

	IF v_was.account_id IS NULL THEN
		INSERT INTO core.account (login, name, role, password_hash, language, municipality, disabled_at)
		VALUES (v_now.login, v_now.name, v_now.role, v_now.password_hash, v_now.language, v_now.municipality, v_now.disabled_at)
		RETURNING account_id INTO v_now.account_id;
	ELSE
		UPDATE core.account
		   SET name = v_now.name, role = v_now.role, password_hash = v_now.password_hash, language = v_now.language,
		       municipality = v_now.municipality, disabled_at = v_now.disabled_at
		 WHERE account_id = v_was.account_id;
	END IF;
	IF p_schools IS NOT NULL THEN
		DELETE FROM core.account_school WHERE account_id = v_now.account_id;
		INSERT INTO core.account_school (account_id, school_id) SELECT v_now.account_id, s FROM unnest(v_schools) AS s;
	END IF;
	IF p_password_hash IS NOT NULL OR v_now.disabled_at IS NOT NULL THEN
		DELETE FROM core.session WHERE account_id = v_now.account_id;
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION access.put_account(integer, text, text, text, text[], text, text, text, boolean, text) IS
	'Makes an account or changes what is given (null: as it is). p_must: new, old or empty (either). Null when done, else what is wrong: is_there, no_account, bad_login, bad_role, bad_language, no_password, no_school, needs_school, beyond, yourself. A new password or disabling ends its sessions.';

CREATE OR REPLACE FUNCTION access.hash_of(p_account integer)
RETURNS text
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT password_hash FROM core.account WHERE account_id = p_account
$$;
COMMENT ON FUNCTION access.hash_of(integer) IS 'What the old password is checked against before a new one is taken.';

CREATE OR REPLACE FUNCTION access.set_password(p_account integer, p_password_hash text, p_keep_sha256 bytea)
RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	UPDATE core.account SET password_hash = p_password_hash WHERE account_id = p_account;
	DELETE FROM core.session WHERE account_id = p_account AND token_sha256 IS DISTINCT FROM p_keep_sha256;
$$;
COMMENT ON FUNCTION access.set_password(integer, text, bytea) IS 'A new password; every other session of the account ends.';

CREATE OR REPLACE FUNCTION access.set_language(p_account integer, p_language text)
RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	UPDATE core.account SET language = p_language WHERE account_id = p_account
$$;
COMMENT ON FUNCTION access.set_language(integer, text) IS 'The language in which the page speaks to this person.';
