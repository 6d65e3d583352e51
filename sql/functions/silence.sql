CREATE OR REPLACE FUNCTION core.is_within(p_at timestamptz, p_zone text, p_weekdays smallint[], p_from smallint, p_to smallint)
RETURNS boolean
LANGUAGE sql
STABLE
AS $$
	SELECT (p_weekdays IS NULL OR EXTRACT(isodow FROM l.at)::smallint = ANY (p_weekdays))
	   AND (p_from IS NULL OR EXTRACT(hour FROM l.at) * 60 + EXTRACT(minute FROM l.at) BETWEEN p_from AND p_to - 1)
	  FROM (SELECT p_at AT TIME ZONE p_zone AS at) AS l
$$;

COMMENT ON FUNCTION core.is_within(timestamptz, text, smallint[], smallint, smallint) IS
	'Is a moment on one of these days and between these minutes, by the clock of a time zone? Nulls are no limits.';

CREATE OR REPLACE FUNCTION core.in_maintenance(p_school integer, p_at timestamptz)
RETURNS boolean
LANGUAGE sql
STABLE
AS $$
	SELECT EXISTS (
		SELECT FROM core.silence AS q
		  JOIN core.school AS s ON s.school_id = p_school
		 WHERE q.is_maintenance AND (q.school_id IS NULL OR q.school_id = p_school) AND p_at >= q.from_at
		   AND p_at < LEAST(q.to_at, COALESCE(q.ended_at, 'infinity'))
		   AND core.is_within(p_at, s.time_zone, q.weekdays, q.from_minute, q.to_minute))
$$;

COMMENT ON FUNCTION core.in_maintenance(integer, timestamptz) IS 'Is a school under planned maintenance at a moment?';

-- What people do runs as its owner and looks first whom the page acts for.
CREATE OR REPLACE FUNCTION core.add_quiet(p_school text, p_kind text, p_maintenance boolean, p_from timestamptz, p_to timestamptz,
	p_weekdays smallint[], p_from_minute smallint, p_to_minute smallint, p_comment text, p_by text)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_seen   integer[] := COALESCE(core.visible_schools(), '{}');
	v_school integer;
BEGIN
	SELECT s.school_id INTO v_school FROM core.school AS s WHERE s.code = p_school AND s.closed_at IS NULL AND s.school_id = ANY (v_seen);
	IF p_school IS NOT NULL AND NOT FOUND THEN
		RETURN 'no_school';
	END IF;
	-- All schools are silenced by one who sees them all.
	IF p_school IS NULL AND EXISTS (SELECT FROM core.school AS s WHERE s.closed_at IS NULL AND s.school_id <> ALL (v_seen)) THEN
		RETURN 'no_school';
	END IF;
	IF p_kind IS NOT NULL AND NOT EXISTS (SELECT FROM reference.alert_kind WHERE kind = p_kind) THEN
		RETURN 'no_kind';
	END IF;
	-- Works that a provider announced may be noted afterwards: papers leave their time out, and say when it was noted.
	IF p_from IS NULL OR p_to IS NULL OR p_from >= p_to OR (p_to <= now() AND NOT p_maintenance) THEN
		RETURN 'no_time';
	END IF;
	INSERT INTO core.silence (school_id, kind, is_maintenance, from_at, to_at, weekdays, from_minute, to_minute, comment, by_login)
	VALUES (v_school, p_kind, p_maintenance, p_from, p_to, p_weekdays, p_from_minute, p_to_minute, COALESCE(p_comment, ''), p_by);
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION core.add_quiet(text, text, boolean, timestamptz, timestamptz, smallint[], smallint, smallint, text, text) IS
	'A time in which nobody is told; nulls: all schools, all kinds, all days, all day. Null when done, else what is wrong: no_school, no_kind, no_time.';

CREATE OR REPLACE FUNCTION core.add_silence(p_school text, p_kind text, p_from timestamptz, p_to timestamptz, p_comment text, p_by text)
RETURNS text
LANGUAGE sql
AS $$
	SELECT core.add_quiet(p_school, p_kind, false, p_from, p_to, NULL, NULL, NULL, p_comment, p_by)
$$;

COMMENT ON FUNCTION core.add_silence(text, text, timestamptz, timestamptz, text, text) IS
	'Nobody is told of a kind of alerts (null: of any) of a school (null: of all) from one time to another. Returns as core.add_quiet().';

CREATE OR REPLACE FUNCTION core.add_maintenance(p_school text, p_from timestamptz, p_to timestamptz, p_comment text, p_by text)
RETURNS text
LANGUAGE sql
AS $$
	SELECT core.add_quiet(p_school, NULL, true, p_from, p_to, NULL, NULL, NULL, p_comment, p_by)
$$;

COMMENT ON FUNCTION core.add_maintenance(text, timestamptz, timestamptz, text, text) IS
	'Planned work at a school from one time to another: nobody is told of what comes of it. Returns as core.add_quiet().';

CREATE OR REPLACE FUNCTION core.end_silence(p_silence bigint, p_by text)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_seen integer[] := COALESCE(core.visible_schools(), '{}');
BEGIN
	UPDATE core.silence AS q SET ended_at = now(), ended_by = p_by
	 WHERE q.silence_id = p_silence AND q.ended_at IS NULL AND q.to_at > now()
	   AND CASE WHEN q.school_id IS NOT NULL THEN q.school_id = ANY (v_seen)
	            ELSE NOT EXISTS (SELECT FROM core.school AS s WHERE s.closed_at IS NULL AND s.school_id <> ALL (v_seen)) END;
	RETURN CASE WHEN FOUND THEN NULL ELSE 'no_silence' END;
END
$$;

COMMENT ON FUNCTION core.end_silence(bigint, text) IS
	'Takes a silence or maintenance back. Null when done, else no_silence: there is none, it is over, or it is not the asker''s.';
