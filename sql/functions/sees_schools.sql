-- Policies ask three cheap questions once a statement instead of looking every row
-- up in a list of a thousand: between which numbers the visible schools lie, which
-- becomes an index condition, and whether all of them are visible, so that the list
-- itself is read for those alone who see some. The lower bound is written as a row:
-- of a plain pair of bounds that it does not know the planner believes that it
-- leaves one row of two hundred, and then joins a thousand schools by nested loops.
CREATE OR REPLACE FUNCTION core.sees_all()
RETURNS boolean
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_asker name := COALESCE(NULLIF(current_setting('role'), 'none'), session_user);
BEGIN
	IF pg_has_role(v_asker, 'parta_auditor', 'MEMBER') OR pg_has_role(v_asker, 'parta_ingest', 'MEMBER') THEN
		RETURN COALESCE(current_setting('app.only_school', true), '') = '';
	END IF;
	RETURN pg_has_role(v_asker, 'parta_web', 'MEMBER')
	   AND EXISTS (SELECT FROM core.asker() AS a WHERE a.account_id IS NOT NULL AND a.role <> 'school' AND a.municipality IS NULL);
END
$$;

COMMENT ON FUNCTION core.sees_all() IS 'May whoever asks see every school? Then core.visible_schools() is all of them.';

CREATE OR REPLACE FUNCTION core.sees_from()
RETURNS integer
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN CASE WHEN core.sees_all() THEN 0 ELSE (SELECT min(s) FROM unnest(core.visible_schools()) AS s) END;
END
$$;

COMMENT ON FUNCTION core.sees_from() IS 'No school with a lower number is visible; null: none is.';

CREATE OR REPLACE FUNCTION core.sees_to()
RETURNS integer
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN CASE WHEN core.sees_all() THEN 2147483647 ELSE (SELECT max(s) FROM unnest(core.visible_schools()) AS s) END;
END
$$;

COMMENT ON FUNCTION core.sees_to() IS 'No school with a higher number is visible; null: none is.';
