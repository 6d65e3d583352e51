-- Who sums up and who asks agents to do things look at bells here; views at api.school_lessons.
CREATE OR REPLACE FUNCTION core.lesson_of(p_school integer)
RETURNS TABLE (weekday smallint, from_minute smallint, to_minute smallint)
LANGUAGE sql
STABLE
AS $$
	WITH own AS (
		SELECT l.weekday, l.from_minute, l.to_minute FROM core.school_lesson AS l WHERE l.school_id = p_school
	), general AS (
		SELECT r.weekday, r.from_minute, r.to_minute FROM reference.lesson AS r WHERE NOT EXISTS (SELECT FROM own)
	)
	SELECT * FROM own
	 UNION ALL
	SELECT * FROM general
	 UNION ALL
	SELECT n::smallint, 510::smallint, 900::smallint
	  FROM generate_series(1, 6) AS n
	 WHERE NOT EXISTS (SELECT FROM own) AND NOT EXISTS (SELECT FROM general)
$$;

COMMENT ON FUNCTION core.lesson_of(integer) IS
	'When a school has lessons: its own bells, else the general ones, else Monday to Saturday, 08:30 to 15:00. A school that is not there has the general ones.';

-- Runs as its owner: the page may not write. An agent takes 128 lessons a week.
CREATE OR REPLACE FUNCTION core.put_lessons(p_code text, p_lessons jsonb)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_asker  record;
	v_school integer;
	v_was    text;
	v_now    text;
BEGIN
	SELECT * INTO v_asker FROM core.asker();
	SELECT s.school_id INTO v_school FROM core.school AS s WHERE s.code = p_code FOR UPDATE;
	IF NOT FOUND OR v_asker.account_id IS NULL OR v_school <> ALL (COALESCE(core.visible_schools(), '{}')) THEN
		RETURN 'no_school';
	END IF;
	IF jsonb_typeof(p_lessons) IS DISTINCT FROM 'array' OR jsonb_array_length(p_lessons) > 128 THEN
		RETURN 'bad_lessons';
	END IF;
	IF EXISTS (
		SELECT FROM (SELECT a.from_minute, lag(a.to_minute) OVER (PARTITION BY a.weekday ORDER BY a.from_minute, a.to_minute) AS before_minute
		               FROM jsonb_to_recordset(p_lessons) AS a(weekday smallint, from_minute smallint, to_minute smallint)) AS x
		 WHERE x.before_minute > x.from_minute) THEN
		RETURN 'lessons_overlap';
	END IF;

	PERFORM set_config('app.login', v_asker.login, true);
	SELECT string_agg(l::text, ' ' ORDER BY l.weekday, l.from_minute) INTO v_was FROM core.school_lesson AS l WHERE l.school_id = v_school;
	DELETE FROM core.school_lesson AS l WHERE l.school_id = v_school;
	INSERT INTO core.school_lesson (school_id, weekday, from_minute, to_minute)
	SELECT v_school, a.weekday, a.from_minute, a.to_minute
	  FROM jsonb_to_recordset(p_lessons) AS a(weekday smallint, from_minute smallint, to_minute smallint);
	SELECT string_agg(l::text, ' ' ORDER BY l.weekday, l.from_minute) INTO v_now FROM core.school_lesson AS l WHERE l.school_id = v_school;
	IF v_now IS DISTINCT FROM v_was THEN
		-- Days of the line whose windows are all still kept; tests carry the part of the day in which they ran.
		INSERT INTO core.roll_mark (school_id, part, from_at, to_at)
		SELECT v_school, 'outage', m.from_at, now()
		  FROM (SELECT min(w.from_at) + interval '1 day' AS from_at
		          FROM core.connectivity_window AS w WHERE w.school_id = v_school AND w.rung = 'internet') AS m
		 WHERE m.from_at <= now();
	END IF;
	RETURN NULL;
EXCEPTION
	WHEN data_exception OR check_violation OR not_null_violation OR unique_violation THEN
		RETURN 'bad_lessons';
END
$$;

COMMENT ON FUNCTION core.put_lessons(text, jsonb) IS
	'Bells of a school for whom the page asks: [{"weekday", "from_minute", "to_minute"}], in place of those it had; an empty list: as all schools. The line is summed up again. Null: done; else no_school, bad_lessons or lessons_overlap.';
