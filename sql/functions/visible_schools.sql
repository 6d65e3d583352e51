-- Policies call this once a statement: school_id = ANY ((SELECT core.visible_schools())::integer[])
-- becomes an InitPlan and an index condition. An IN over a table would not.
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
BEGIN
	IF pg_has_role(v_asker, 'parta_auditor', 'MEMBER') OR pg_has_role(v_asker, 'parta_ingest', 'MEMBER') THEN
		RETURN ARRAY(SELECT school_id FROM core.school);
	END IF;
	IF pg_has_role(v_asker, 'parta_web', 'MEMBER') THEN
		-- The page says for whom it asks; what it does not say it does not see.
		RETURN string_to_array(NULLIF(current_setting('app.schools', true), ''), ',')::integer[];
	END IF;
	-- People with a login of their own cannot choose: the table says which schools are theirs.
	RETURN ARRAY(SELECT school_id FROM core.school_login WHERE login = session_user);
END
$$;

COMMENT ON FUNCTION core.visible_schools() IS
	'The schools that whoever asks may see: all for an auditor, those of app.schools for the page, those of core.school_login for a school''s own login.';
