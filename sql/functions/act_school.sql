-- Runs as its owner: the page may not write. The rules of values are core.put_school's and the table's own.
CREATE OR REPLACE FUNCTION core.act_put_school(
	p_code text, p_name text, p_municipality text, p_settlement text, p_time_zone text, p_provider text,
	p_down text, p_up text, p_pupils text, p_vantage text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_asker      record;
	v_was        core.school;
	v_what       text;
	v_constraint text;
BEGIN
	SELECT * INTO v_asker FROM core.asker();
	SELECT * INTO v_was FROM core.school WHERE code = p_code FOR UPDATE;
	IF v_asker.account_id IS NULL OR (FOUND AND v_was.school_id <> ALL (COALESCE(core.visible_schools(), '{}'))) THEN
		RETURN 'no_school';
	END IF;
	IF v_asker.municipality IS NOT NULL AND p_municipality <> v_asker.municipality THEN
		RETURN 'bad_municipality';
	END IF;
	IF NOT COALESCE(p_down, '1') ~ '^[0-9]{1,6}([.][0-9]{1,3})?$' OR NOT COALESCE(p_up, '1') ~ '^[0-9]{1,6}([.][0-9]{1,3})?$' THEN
		RETURN 'bad_rate';
	END IF;
	IF NOT COALESCE(p_pupils, '1') ~ '^[0-9]{1,6}$' THEN
		RETURN 'bad_pupils';
	END IF;

	PERFORM set_config('app.login', v_asker.login, true);
	RETURN (ARRAY['same', 'new', 'changed'])[1 + core.put_school(p_code, p_name,
		COALESCE(p_municipality, CASE WHEN v_was.school_id IS NULL THEN v_asker.municipality END),
		p_settlement, p_time_zone, p_provider, p_down::numeric, p_up::numeric, p_pupils::integer, p_vantage)];
EXCEPTION
	WHEN raise_exception THEN
		GET STACKED DIAGNOSTICS v_what = PG_EXCEPTION_HINT;
		RETURN v_what;
	WHEN check_violation THEN
		GET STACKED DIAGNOSTICS v_constraint = CONSTRAINT_NAME;
		RETURN CASE v_constraint WHEN 'school_name_form' THEN 'bad_name' WHEN 'school_pupils' THEN 'bad_pupils' ELSE 'bad_rate' END;
END
$$;

COMMENT ON FUNCTION core.act_put_school(text, text, text, text, text, text, text, text, text, text) IS
	'core.put_school() for whom the page asks. new, changed or same; else what is wrong: no_school, bad_municipality, bad_code, bad_name, bad_settlement, bad_time_zone, bad_rate, bad_pupils, bad_vantage.';
