CREATE OR REPLACE FUNCTION core.put_school(
	p_code text, p_name text, p_municipality text, p_settlement text, p_time_zone text, p_provider text,
	p_down numeric, p_up numeric, p_pupils integer, p_vantage text DEFAULT NULL)
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	v_was core.school;
	v_now core.school;
BEGIN
	-- The hint is what is wrong in a word, for callers that have words of their own. Reading pg_timezone_names would
	-- cost a hundred times the rest: a school that changes nothing of its zone is not asked.
	IF p_time_zone IS NOT NULL AND NOT EXISTS (SELECT FROM core.school WHERE time_zone = p_time_zone)
	   AND NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = p_time_zone) THEN
		RAISE EXCEPTION 'time zone ''%'' is not known, write it like Asia/Yekaterinburg', p_time_zone USING HINT = 'bad_time_zone';
	END IF;
	IF NOT EXISTS (SELECT FROM reference.settlement WHERE settlement = COALESCE(p_settlement, 'urban')) THEN
		RAISE EXCEPTION 'settlement ''%'' is not known, write urban or rural', p_settlement USING HINT = 'bad_settlement';
	END IF;
	IF p_code !~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,30}$' THEN
		RAISE EXCEPTION 'code ''%'' must be 1 to 31 Latin letters, digits, dots, dashes or underscores', p_code USING HINT = 'bad_code';
	END IF;

	IF COALESCE(p_vantage, 'school') NOT IN ('school', 'control') THEN
		RAISE EXCEPTION 'vantage ''%'' is not known, write school or control', p_vantage USING HINT = 'bad_vantage';
	END IF;

	SELECT * INTO v_was FROM core.school WHERE code = p_code FOR UPDATE;
	IF NOT FOUND THEN
		INSERT INTO core.school (code, name, municipality, settlement, time_zone, provider, contract_down_mbps, contract_up_mbps, pupils, vantage)
		VALUES (p_code, COALESCE(p_name, p_code), COALESCE(p_municipality, ''), COALESCE(p_settlement, 'urban'),
		        COALESCE(p_time_zone, 'Europe/Moscow'), COALESCE(p_provider, ''), p_down, p_up, p_pupils, COALESCE(p_vantage, 'school'));
		RETURN 1;
	END IF;
	UPDATE core.school
	   SET name = COALESCE(p_name, name), municipality = COALESCE(p_municipality, municipality),
	       settlement = COALESCE(p_settlement, settlement), time_zone = COALESCE(p_time_zone, time_zone),
	       provider = COALESCE(p_provider, provider), contract_down_mbps = COALESCE(p_down, contract_down_mbps),
	       contract_up_mbps = COALESCE(p_up, contract_up_mbps), pupils = COALESCE(p_pupils, pupils),
	       vantage = COALESCE(p_vantage, vantage)
	 WHERE code = p_code
	RETURNING * INTO v_now;
	RETURN CASE WHEN v_now IS DISTINCT FROM v_was THEN 2 ELSE 0 END;
END
$$;

COMMENT ON FUNCTION core.put_school(text, text, text, text, text, text, numeric, numeric, integer, text) IS
	'Adds a school or changes what is given (null: as it is). 0 it was so already, 1 new, 2 changed.';
