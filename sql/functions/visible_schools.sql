-- For whom the page asks. Its own function, so that views may ask for the role too.
CREATE OR REPLACE FUNCTION core.asker(OUT account_id integer, OUT login text, OUT role text, OUT municipality text)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT a.account_id, a.login, a.role, a.municipality
	  FROM core.account AS a
	 WHERE a.account_id = NULLIF(current_setting('app.account', true), '')::integer AND a.disabled_at IS NULL
$$;

COMMENT ON FUNCTION core.asker() IS
	'The account that app.account names; nulls when there is none or it is disabled.';

-- Policies call this once a statement, and only for those who do not see all (core.sees_all()).
CREATE OR REPLACE FUNCTION core.visible_schools()
RETURNS integer[]
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	-- current_user is the owner here; the role that asks is the setting "role", or else who logged in.
	v_asker name := COALESCE(NULLIF(current_setting('role'), 'none'), session_user);
	v_account record;
BEGIN
	IF pg_has_role(v_asker, 'parta_auditor', 'MEMBER') OR pg_has_role(v_asker, 'parta_ingest', 'MEMBER') THEN
		-- Who sums up one school after another looks at no more than that one.
		IF current_setting('app.only_school', true) <> '' THEN
			RETURN ARRAY[current_setting('app.only_school')::integer];
		END IF;
		RETURN ARRAY(SELECT school_id FROM core.school);
	END IF;
	IF pg_has_role(v_asker, 'parta_web', 'MEMBER') THEN
		-- The page says for whom it asks; for nobody it sees nothing.
		SELECT * INTO v_account FROM core.asker();
		IF v_account.account_id IS NULL THEN
			RETURN NULL;
		ELSIF v_account.role = 'school' THEN
			RETURN ARRAY(SELECT school_id FROM core.account_school WHERE account_id = v_account.account_id);
		END IF;
		RETURN ARRAY(SELECT school_id FROM core.school
		              WHERE v_account.municipality IS NULL OR municipality = v_account.municipality);
	END IF;
	-- People with a login of their own cannot choose: the table says which schools are theirs.
	RETURN ARRAY(SELECT school_id FROM core.school_login WHERE login = session_user);
END
$$;

COMMENT ON FUNCTION core.visible_schools() IS
	'The schools that whoever asks may see: all for an auditor, for the page those of the account app.account names, those of core.school_login for a school''s own login.';
