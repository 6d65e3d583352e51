-- Runs as its owner: the page may not write, and asks as one who sees some schools only.
CREATE OR REPLACE FUNCTION core.correct_device(p_device uuid, p_by text, p_change jsonb)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_school integer;
	v_now    core.device_correction;
BEGIN
	SELECT school_id INTO v_school FROM core.device
	 WHERE device_id = p_device AND merged_into IS NULL AND school_id = ANY (core.visible_schools()) FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'no_device';
	END IF;
	SELECT * INTO v_now FROM core.device_correction WHERE device_id = p_device;
	IF p_change ? 'class' THEN
		v_now.class := NULLIF(p_change ->> 'class', '');
	END IF;
	IF p_change ? 'room' THEN
		v_now.room := NULLIF(btrim(p_change ->> 'room'), '');
	END IF;
	IF p_change ? 'inventory_number' THEN
		v_now.inventory_number := NULLIF(btrim(p_change ->> 'inventory_number'), '');
	END IF;
	IF v_now.class IS NOT NULL AND NOT EXISTS (SELECT FROM reference.device_class WHERE class = v_now.class) THEN
		RETURN 'no_class';
	END IF;

	PERFORM set_config('app.login', p_by, true);
	IF num_nonnulls(v_now.class, v_now.room, v_now.inventory_number) = 0 THEN
		DELETE FROM core.device_correction WHERE device_id = p_device;
	ELSE
		INSERT INTO core.device_correction AS c (device_id, school_id, class, room, inventory_number, by_login)
		VALUES (p_device, v_school, v_now.class, v_now.room, v_now.inventory_number, p_by)
		ON CONFLICT ON CONSTRAINT device_correction_pk DO UPDATE
		   SET class = excluded.class, room = excluded.room, inventory_number = excluded.inventory_number,
		       by_login = excluded.by_login, corrected_at = now()
		 WHERE (c.class, c.room, c.inventory_number) IS DISTINCT FROM (excluded.class, excluded.room, excluded.inventory_number);
	END IF;
	PERFORM core.roll_equipment(v_school);
	INSERT INTO core.roll_mark (school_id, part, from_at, to_at) VALUES (v_school, 'device', now(), now());
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION core.correct_device(uuid, text, jsonb) IS
	'What a person says of a device: class, room, inventory_number; what is not named stays, an empty word takes it back. Null when done, else what is wrong: no_device, no_class.';
