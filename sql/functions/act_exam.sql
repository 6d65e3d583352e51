-- Run as their owner: the page may not write. Times are by the clock of the school; the rules of an examination are core.add_exam()'s.
CREATE OR REPLACE FUNCTION core.act_add_exams(p_schools text[], p_municipality text, p_first date, p_last date, p_from time, p_to time, p_name text)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_asker record;
	v_seen  integer[] := COALESCE(core.visible_schools(), '{}');
	v_wrong text;
BEGIN
	SELECT * INTO v_asker FROM core.asker();
	IF v_asker.account_id IS NULL
	   OR EXISTS (SELECT FROM unnest(p_schools) AS w(code) WHERE NOT EXISTS (
	          SELECT FROM core.school AS s WHERE s.code = w.code AND s.school_id = ANY (v_seen)))
	   OR EXISTS (SELECT FROM core.school AS s WHERE s.municipality = p_municipality AND s.closed_at IS NULL AND s.school_id <> ALL (v_seen)) THEN
		RETURN 'no_school';
	END IF;
	IF p_last NOT BETWEEN p_first AND p_first + 30 OR octet_length(p_name) > 100 THEN
		RETURN 'bad_exam';
	END IF;

	FOR v_wrong IN
		SELECT core.add_exam(w.code, p_municipality, d.day::date + p_from, d.day::date + p_to, COALESCE(p_name, 'экзамен'), v_asker.login)
		  FROM unnest(CASE WHEN p_municipality IS NULL THEN p_schools ELSE p_schools || NULL::text END) AS w(code)
		 CROSS JOIN generate_series(p_first, p_last, interval '1 day') AS d(day)
	LOOP
		IF v_wrong IS NOT NULL THEN
			RAISE EXCEPTION USING HINT = v_wrong, MESSAGE = 'no examination was declared';
		END IF;
	END LOOP;
	RETURN CASE WHEN NOT FOUND THEN 'bad_exam' END;
EXCEPTION
	WHEN raise_exception THEN
		GET STACKED DIAGNOSTICS v_wrong = PG_EXCEPTION_HINT;
		RETURN CASE v_wrong WHEN 'no_time' THEN 'bad_exam' ELSE v_wrong END;
END
$$;

COMMENT ON FUNCTION core.act_add_exams(text[], text, date, date, time, time, text) IS
	'core.add_exam() for whom the page asks: of some schools or of all of a municipality, on each day from one to another (31 at most) between the same hours; all or none. Null: done; else no_school, or bad_exam (days, hours or a name that cannot be).';

CREATE OR REPLACE FUNCTION core.act_remove_exam(p_exam bigint, p_login text)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_seen integer[] := COALESCE(core.visible_schools(), '{}');
BEGIN
	IF NOT EXISTS (SELECT FROM core.exam AS e JOIN core.school AS s ON s.school_id = e.school_id OR s.municipality = e.municipality
	                WHERE e.exam_id = p_exam HAVING count(*) > 0 AND bool_and(s.school_id = ANY (v_seen) OR s.closed_at IS NOT NULL)) THEN
		RETURN 'no_exam';
	END IF;
	RETURN core.remove_exam(p_exam, p_login);
END
$$;

COMMENT ON FUNCTION core.act_remove_exam(bigint, text) IS
	'Takes an examination back for whom the page asks. Null: done; else no_exam: there is none, or it is of schools that the asker does not see.';
