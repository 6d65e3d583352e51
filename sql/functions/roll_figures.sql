-- Its own, since a person who corrects a device looks at once.
CREATE OR REPLACE FUNCTION core.roll_equipment(p_school integer)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	v_code text := (SELECT s.code FROM core.school AS s WHERE s.school_id = p_school);
BEGIN
	-- One at a time: who comes second sees what the first wrote, and writes it anew.
	PERFORM pg_advisory_xact_lock(hashtext('parta figures'), p_school);
	DELETE FROM core.school_equipment WHERE school_id = p_school;
	INSERT INTO core.school_equipment (school_id, class, count, with_serial)
	SELECT p_school, x.class, x.count, x.with_serial FROM api.equipment_at(now()) AS x WHERE x.school = v_code;
END
$$;

COMMENT ON FUNCTION core.roll_equipment(integer) IS 'Writes a school''s rows of core.school_equipment anew.';

-- Every figure comes from the view or function of api that reports it, over the days
-- that api.bandwidth counts: there is no second definition here.
CREATE OR REPLACE FUNCTION core.roll_figures(p_school integer)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	v_code  text;
	v_zone  text;
	v_day   date := (now() AT TIME ZONE 'UTC')::date;
	v_since timestamptz;
	v_was   text;
	f       core.school_figures;
BEGIN
	SELECT s.code, s.time_zone INTO v_code, v_zone
	  FROM core.school AS s WHERE s.school_id = p_school;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(hashtext('parta figures'), p_school);
	PERFORM set_config('app.only_school', p_school::text, true);
	f.school_id := p_school;
	f.day := v_day;
	v_since := (v_day - 30)::timestamp AT TIME ZONE v_zone;

	SELECT max(b.norm_mbps) FILTER (WHERE b.direction = 'down'), max(b.norm_mbps) FILTER (WHERE b.direction = 'up'),
	       max(b.median_mbps) FILTER (WHERE b.direction = 'down'), max(b.median_mbps) FILTER (WHERE b.direction = 'up'),
	       max(b.p5_mbps) FILTER (WHERE b.direction = 'down'), COALESCE(max(b.samples) FILTER (WHERE b.direction = 'down'), 0),
	       CASE WHEN NOT COALESCE(bool_or(b.direction = 'down' AND b.verdict IN ('pass', 'fail_isp')), false) THEN 'no_data'
	            WHEN bool_or(b.verdict = 'fail_isp' AND b.median_mbps < b.norm_mbps / 2) THEN 'critical'
	            WHEN bool_or(b.verdict = 'fail_isp') THEN 'below'
	            ELSE 'norm' END
	  INTO f.norm_down_mbps, f.norm_up_mbps, f.median_down_mbps, f.median_up_mbps, f.p5_down_mbps, f.samples, f.pace
	  FROM api.bandwidth_between(v_day - 30, v_day + 1) AS b
	 WHERE b.school = v_code;
	SELECT x.pace, x.pace_since INTO v_was, f.pace_since FROM core.school_figures AS x WHERE x.school_id = p_school;
	IF v_was IS DISTINCT FROM f.pace THEN
		f.pace_since := now();
	END IF;

	SELECT COALESCE(sum(d.known_s), 0), COALESCE(sum(d.down_s), 0) INTO f.known_s, f.down_s
	  FROM api.line_day AS d WHERE d.school = v_code AND d.day BETWEEN v_day - 30 AND v_day + 1;
	SELECT count(*), COALESCE(sum(o.lesson_s), 0) INTO f.outages, f.outage_lesson_s
	  FROM api.outage_list AS o
	  JOIN reference.outage_class AS c ON c.outage_class = o.class
	 WHERE o.school = v_code AND c.is_internet AND COALESCE(o."end", 'infinity') >= v_since
	   AND (o.onset >= v_since - interval '1 year' OR o."end" IS NULL);

	DELETE FROM core.school_filter WHERE school_id = p_school;
	INSERT INTO core.school_filter (school_id, expect, checked, leak, overblock, excluded)
	SELECT p_school, x.expect, x.checked, x.leak, x.overblock, x.excluded
	  FROM api.filter_between(v_day - 30, v_day + 1) AS x WHERE x.school = v_code;
	SELECT COALESCE(sum(x.leak), 0), COALESCE(sum(x.overblock), 0) INTO f.leaks, f.overblocks
	  FROM core.school_filter AS x WHERE x.school_id = p_school;

	PERFORM core.roll_equipment(p_school);
	-- Who stands idle changes with the days alone.
	IF (SELECT x.day FROM core.school_figures AS x WHERE x.school_id = p_school) IS DISTINCT FROM v_day THEN
		PERFORM core.roll_idle(p_school);
	END IF;
	SELECT COALESCE(sum(x.count), 0), COALESCE(sum(x.count) FILTER (WHERE c.is_pc), 0) INTO f.devices, f.pcs
	  FROM core.school_equipment AS x JOIN reference.device_class AS c USING (class) WHERE x.school_id = p_school;

	PERFORM set_config('app.only_school', '', true);
	INSERT INTO core.school_figures SELECT f.*
	ON CONFLICT ON CONSTRAINT school_figures_pk DO UPDATE
	   SET day = excluded.day, pace = excluded.pace, pace_since = excluded.pace_since,
	       norm_down_mbps = excluded.norm_down_mbps, norm_up_mbps = excluded.norm_up_mbps,
	       median_down_mbps = excluded.median_down_mbps, median_up_mbps = excluded.median_up_mbps,
	       p5_down_mbps = excluded.p5_down_mbps, samples = excluded.samples, known_s = excluded.known_s, down_s = excluded.down_s,
	       outages = excluded.outages, outage_lesson_s = excluded.outage_lesson_s, leaks = excluded.leaks,
	       overblocks = excluded.overblocks, devices = excluded.devices, pcs = excluded.pcs;
END
$$;

COMMENT ON FUNCTION core.roll_figures(integer) IS
	'Writes a school''s row of core.school_figures anew, with its core.school_equipment and core.school_filter.';

CREATE OR REPLACE FUNCTION core.roll_month(p_school integer, p_month date)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	v_code text;
BEGIN
	SELECT s.code INTO v_code FROM core.school AS s WHERE s.school_id = p_school;
	PERFORM set_config('app.only_school', p_school::text, true);
	INSERT INTO core.school_month AS m (school_id, month, is_judged, is_norm)
	SELECT p_school, p_month, bool_or(b.direction = 'down' AND b.verdict IN ('pass', 'fail_isp')),
	       bool_and(b.verdict = 'pass' OR b.norm_mbps IS NULL)
	  FROM api.bandwidth_between(p_month, (p_month + interval '1 month - 1 day')::date) AS b
	 WHERE b.school = v_code
	HAVING count(*) > 0
	ON CONFLICT ON CONSTRAINT school_month_pk DO UPDATE SET is_judged = excluded.is_judged, is_norm = excluded.is_norm;
	PERFORM set_config('app.only_school', '', true);
END
$$;

COMMENT ON FUNCTION core.roll_month(integer, date) IS
	'Writes anew whether a school met the norm of bandwidth in the month that begins with that day: core.school_month.';
