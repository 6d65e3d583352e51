CREATE OR REPLACE FUNCTION core.exams_of(p_school integer)
RETURNS TABLE (exam_id bigint, from_at timestamptz, to_at timestamptz, name text)
LANGUAGE sql
STABLE
AS $$
	SELECT e.exam_id, e.from_at, e.to_at, e.name
	  FROM core.school AS s
	  JOIN core.exam AS e ON e.school_id = s.school_id OR e.municipality = s.municipality
	 WHERE s.school_id = p_school
$$;

COMMENT ON FUNCTION core.exams_of(integer) IS 'The examinations of a school, those of its municipality among them.';

-- Times are by the clock of the school; a municipality's schools go by one clock.
CREATE OR REPLACE FUNCTION core.add_exam(p_school text, p_municipality text, p_from timestamp, p_to timestamp, p_name text, p_by text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
	v_school core.school;
BEGIN
	SELECT * INTO v_school
	  FROM core.school AS s
	 WHERE (s.code = p_school OR (p_school IS NULL AND s.municipality = p_municipality)) AND s.closed_at IS NULL
	 ORDER BY s.school_id LIMIT 1;
	IF NOT FOUND OR num_nonnulls(p_school, p_municipality) <> 1 THEN
		RETURN 'no_school';
	END IF;
	IF p_to AT TIME ZONE v_school.time_zone <= now() THEN
		RETURN 'no_time';
	END IF;
	PERFORM set_config('app.login', p_by, true);
	INSERT INTO core.exam (school_id, municipality, from_at, to_at, name, by_login)
	VALUES (CASE WHEN p_school IS NOT NULL THEN v_school.school_id END, p_municipality,
	        p_from AT TIME ZONE v_school.time_zone, p_to AT TIME ZONE v_school.time_zone, p_name, p_by);
	RETURN NULL;
EXCEPTION
	WHEN check_violation OR not_null_violation THEN
		RETURN 'no_time';
END
$$;

COMMENT ON FUNCTION core.add_exam(text, text, timestamp, timestamp, text, text) IS
	'Declares an examination of a school or of all schools of a municipality, by their clock. Null: done; else no_school, or no_time (it is over, has no length, or is longer than 7 days).';

CREATE OR REPLACE FUNCTION core.remove_exam(p_exam bigint, p_by text)
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
	PERFORM set_config('app.login', p_by, true);
	DELETE FROM core.exam AS e WHERE e.exam_id = p_exam;
	RETURN CASE WHEN NOT FOUND THEN 'no_exam' END;
END
$$;

COMMENT ON FUNCTION core.remove_exam(bigint, text) IS 'Takes an examination back. Null: done; else no_exam.';
