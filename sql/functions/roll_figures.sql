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
	            ELSE 'norm' END,
	       COALESCE(max(b.compliance) FILTER (WHERE b.direction = 'down'), 'no_data'), COALESCE(max(b.compliance) FILTER (WHERE b.direction = 'up'), 'no_data'),
	       COALESCE(max(b.contract_compliance) FILTER (WHERE b.direction = 'down'), 'no_data'), COALESCE(max(b.contract_compliance) FILTER (WHERE b.direction = 'up'), 'no_data'),
	       max(b.share_pct) FILTER (WHERE b.direction = 'down'), max(b.share_low_pct) FILTER (WHERE b.direction = 'down'),
	       max(b.share_high_pct) FILTER (WHERE b.direction = 'down'), COALESCE(sum(b.excluded), 0), COALESCE(sum(b.passive), 0)
	  INTO f.norm_down_mbps, f.norm_up_mbps, f.median_down_mbps, f.median_up_mbps, f.p5_down_mbps, f.samples, f.pace,
	       f.compliance_down, f.compliance_up, f.contract_down, f.contract_up, f.share_down_pct, f.share_low_pct, f.share_high_pct, f.excluded, f.passive
	  FROM api.compliance_parts(v_day - 30, v_day + 1) AS b
	 WHERE b.school = v_code AND b.lesson = 'all';
	SELECT x.pace, x.pace_since INTO v_was, f.pace_since FROM core.school_figures AS x WHERE x.school_id = p_school;
	IF v_was IS DISTINCT FROM f.pace THEN
		f.pace_since := now();
	END IF;

	SELECT COALESCE(sum(d.known_s), 0), COALESCE(sum(d.down_s), 0) INTO f.known_s, f.down_s
	  FROM api.line_day AS d WHERE d.school = v_code AND d.day BETWEEN v_day - 30 AND v_day + 1;
	SELECT j.known_s, j.down_s INTO f.journal_known_s, f.journal_down_s
	  FROM api.journal_time(v_day - 30, v_day + 1) AS j WHERE j.school = v_code;
	f.journal_known_s := COALESCE(f.journal_known_s, 0);
	f.journal_down_s := COALESCE(f.journal_down_s, 0);
	SELECT count(*), COALESCE(sum(o.lesson_s), 0), count(*) FILTER (WHERE o.duration_s > (SELECT r.journal_outage_s FROM api.counting AS r))
	  INTO f.outages, f.outage_lesson_s, f.long_outages
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
	       overblocks = excluded.overblocks, devices = excluded.devices, pcs = excluded.pcs,
	       compliance_down = excluded.compliance_down, compliance_up = excluded.compliance_up,
	       contract_down = excluded.contract_down, contract_up = excluded.contract_up, share_down_pct = excluded.share_down_pct,
	       share_low_pct = excluded.share_low_pct, share_high_pct = excluded.share_high_pct,
	       excluded = excluded.excluded, passive = excluded.passive, journal_known_s = excluded.journal_known_s,
	       journal_down_s = excluded.journal_down_s, long_outages = excluded.long_outages;
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
	DELETE FROM core.line_month AS m WHERE m.school_id = p_school AND m.month = p_month;
	WITH part AS MATERIALIZED (
		SELECT c.* FROM api.compliance_parts(p_month, (p_month + interval '1 month - 1 day')::date) AS c WHERE c.school = v_code
	), line AS (
		INSERT INTO core.line_month (school_id, month, direction, lesson, norm_mbps, contract_mbps, samples, median_mbps, p5_mbps, passed, compliance,
		                             contract_samples, contract_passed, contract_compliance, excluded, passive)
		SELECT p_school, p_month, c.direction, c.lesson, c.norm_mbps, c.contract_mbps, c.counted,
		       CASE WHEN c.counted > 0 THEN c.median_mbps END, CASE WHEN c.counted > 0 THEN c.p5_mbps END, c.passed, c.compliance,
		       c.contract_samples, c.contract_passed, c.contract_compliance, c.excluded_why, c.passive
		  FROM part AS c
		 WHERE c.counted + c.excluded + c.passive > 0
	)
	INSERT INTO core.school_month AS m (school_id, month, is_judged, is_norm)
	SELECT p_school, p_month, bool_or(c.direction = 'down' AND c.verdict IN ('pass', 'fail_isp')),
	       bool_and(c.verdict = 'pass' OR c.norm_mbps IS NULL)
	  FROM part AS c
	 WHERE c.lesson = 'all'
	HAVING count(*) > 0
	ON CONFLICT ON CONSTRAINT school_month_pk DO UPDATE SET is_judged = excluded.is_judged, is_norm = excluded.is_norm;
	PERFORM set_config('app.only_school', '', true);
END
$$;

COMMENT ON FUNCTION core.roll_month(integer, date) IS
	'Writes anew how a line did in the month that begins with that day: core.line_month, and core.school_month.';
