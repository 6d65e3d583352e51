-- A personal device is counted by a salted hash that lives a day; its address is
-- never written down.
CREATE OR REPLACE FUNCTION core.count_transient(p_school integer, p_seen timestamptz, p_mac macaddr)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	v_day  date;
	v_salt bytea;
BEGIN
	SELECT (p_seen AT TIME ZONE time_zone)::date INTO v_day FROM core.school WHERE school_id = p_school;
	INSERT INTO core.transient_day (school_id, day, salt)
	VALUES (p_school, v_day, uuid_send(gen_random_uuid()))
	ON CONFLICT ON CONSTRAINT transient_day_pk DO NOTHING;
	SELECT salt INTO v_salt FROM core.transient_day WHERE school_id = p_school AND day = v_day;
	IF v_salt IS NULL THEN
		RETURN; -- the day is over and its marks are destroyed
	END IF;
	INSERT INTO core.transient_mark (school_id, day, mark)
	VALUES (p_school, v_day, substr(sha256(v_salt || convert_to(p_mac::text, 'UTF8')), 1, 8))
	ON CONFLICT ON CONSTRAINT transient_mark_pk DO NOTHING;
	IF FOUND THEN
		UPDATE core.transient_day SET devices = devices + 1 WHERE school_id = p_school AND day = v_day;
	END IF;
END
$$;

COMMENT ON FUNCTION core.count_transient(integer, timestamptz, macaddr) IS
	'Counts a personal device once on its day in its school.';
