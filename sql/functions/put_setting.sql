CREATE OR REPLACE FUNCTION core.put_setting(p_school text, p_name text, p_value text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	v_school  integer;
	v_pattern text;
BEGIN
	SELECT pattern INTO v_pattern FROM reference.setting WHERE name = p_name;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	IF p_value !~ v_pattern THEN
		RAISE EXCEPTION 'setting ''%'' cannot be ''%'': it must match %', p_name, p_value, v_pattern;
	END IF;
	IF p_school IS NULL THEN
		UPDATE reference.setting SET value = p_value WHERE name = p_name;
		RETURN true;
	END IF;
	SELECT school_id INTO v_school FROM core.school WHERE code = p_school;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	IF p_value IS NULL THEN
		DELETE FROM core.school_setting WHERE school_id = v_school AND name = p_name;
	ELSE
		INSERT INTO core.school_setting (school_id, name, value) VALUES (v_school, p_name, p_value)
		ON CONFLICT ON CONSTRAINT school_setting_pk DO UPDATE SET value = excluded.value;
	END IF;
	RETURN true;
END
$$;

COMMENT ON FUNCTION core.put_setting(text, text, text) IS
	'Sets what agents are asked to do, for one school or (null) for all; a null value takes it back. False: no such school or setting.';
