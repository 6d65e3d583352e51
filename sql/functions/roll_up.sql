-- Two steps, each safe with many collectors: marks become what is due, one row
-- however often it was marked; what is due and nobody else has taken is done. A
-- mark that is not yet committed stays, and so does what it would have made due.
CREATE OR REPLACE FUNCTION core.roll_up(p_limit integer)
RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
	v_due  record;
	v_zone text;
	v_done integer := 0;
BEGIN
	PERFORM core.demo_beat();
	PERFORM core.collect_marks();
	FOR v_due IN
		SELECT d.* FROM core.roll_due AS d
		 WHERE d.due_at <= now()
		 ORDER BY d.due_at, d.part = 'figures'
		 LIMIT p_limit
		   FOR UPDATE SKIP LOCKED
	LOOP
		SELECT s.time_zone INTO v_zone FROM core.school AS s WHERE s.school_id = v_due.school_id;
		BEGIN
			CASE v_due.part
				WHEN 'hour' THEN PERFORM core.roll_hour(v_due.school_id, v_due.at);
				WHEN 'day' THEN PERFORM core.roll_day(v_due.school_id, (v_due.at AT TIME ZONE v_zone)::date);
				WHEN 'line' THEN PERFORM core.roll_line(v_due.school_id, (v_due.at AT TIME ZONE v_zone)::date);
				WHEN 'month' THEN PERFORM core.roll_month(v_due.school_id, (v_due.at AT TIME ZONE v_zone)::date);
				WHEN 'figures' THEN PERFORM core.roll_figures(v_due.school_id);
			END CASE;
			DELETE FROM core.roll_due AS d WHERE d.school_id = v_due.school_id AND d.part = v_due.part AND d.at = v_due.at;
		EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN
			-- One that cannot be summed up does not stop the others.
			RAISE WARNING 'could not sum up % of school % at %: %', v_due.part, v_due.school_id, v_due.at, SQLERRM;
			UPDATE core.roll_due AS d SET due_at = now() + interval '1 hour'
			 WHERE d.school_id = v_due.school_id AND d.part = v_due.part AND d.at = v_due.at;
		END;
		v_done := v_done + 1;
	END LOOP;
	RETURN v_done;
END
$$;

COMMENT ON FUNCTION core.roll_up(integer) IS
	'Every few seconds: sums up at most so many of what is due, and returns how many. Ask again at once while that is the limit.';

-- An hour is summed up when it is over, a day of numbers likewise; a day of the
-- line a quarter of an hour after a window came and at once after an outage, and
-- figures after what they are made of. What is older than raw facts are kept is
-- left as it is.
CREATE OR REPLACE FUNCTION core.collect_marks()
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	IF NOT pg_try_advisory_xact_lock(hashtext('parta marks')) THEN
		RETURN;
	END IF;
	WITH piece AS (
		-- So many hours a call: a long past is taken over in pieces, each of which may fail and come again.
		SELECT m.ctid, sum(1 + least(EXTRACT(epoch FROM m.to_at - m.from_at) / 3600, 900)) OVER (ROWS UNBOUNDED PRECEDING) AS hours
		  FROM core.roll_mark AS m
	), gone AS (
		DELETE FROM core.roll_mark AS m
		 WHERE m.ctid = ANY (ARRAY(SELECT s.ctid FROM piece AS s WHERE s.hours <= 20000))
		RETURNING m.school_id, m.part, m.from_at, m.to_at
	), mark AS (
		SELECT g.school_id, g.part, s.time_zone,
		       CASE g.part WHEN 'speed' THEN g.from_at ELSE greatest(g.from_at, now() - interval '35 days') END AS from_at,
		       least(g.to_at, now() + interval '1 day') AS to_at
		  FROM gone AS g
		  JOIN core.school AS s USING (school_id)
		 WHERE g.to_at > now() - interval '35 days' OR g.part NOT IN ('number', 'line')
	), due AS (
		SELECT m.school_id, 'hour' AS part, h.at, greatest(h.at + interval '62 minutes', now()) AS due_at
		  FROM mark AS m, generate_series(date_trunc('hour', m.from_at), m.to_at, interval '1 hour') AS h(at)
		 WHERE m.part = 'number'
		 UNION ALL
		SELECT m.school_id, CASE m.part WHEN 'number' THEN 'day' ELSE 'line' END, d.day AT TIME ZONE m.time_zone,
		       CASE m.part WHEN 'number' THEN greatest((d.day + interval '1 day 5 minutes') AT TIME ZONE m.time_zone, now() + interval '5 minutes')
		                   WHEN 'line' THEN now() + interval '15 minutes'
		                   ELSE now() END
		  FROM mark AS m, generate_series(date_trunc('day', m.from_at AT TIME ZONE m.time_zone), m.to_at AT TIME ZONE m.time_zone, interval '1 day') AS d(day)
		 WHERE m.part IN ('number', 'line', 'outage')
		 UNION ALL
		SELECT m.school_id, 'month', date_trunc('month', m.from_at AT TIME ZONE m.time_zone) AT TIME ZONE m.time_zone, now()
		  FROM mark AS m
		 WHERE m.part = 'speed'
		 UNION ALL
		SELECT m.school_id, 'figures', 'epoch', now() + CASE m.part WHEN 'line' THEN interval '15 minutes 1 second' WHEN 'device' THEN interval '20 seconds' ELSE interval '1 second' END
		  FROM mark AS m
		 WHERE m.part <> 'number'
		 UNION ALL
		-- The 30 days move on whether or not anything comes.
		SELECT s.school_id, 'figures', 'epoch', now()
		  FROM core.school AS s
		  LEFT JOIN core.school_figures AS f USING (school_id)
		 WHERE f.day IS DISTINCT FROM (now() AT TIME ZONE 'UTC')::date AND s.closed_at IS NULL AND s.vantage = 'school'
	)
	INSERT INTO core.roll_due AS x (school_id, part, at, due_at)
	SELECT d.school_id, d.part, d.at, min(d.due_at)
	  FROM due AS d
	 GROUP BY d.school_id, d.part, d.at
	 ORDER BY d.school_id, d.part, d.at
	ON CONFLICT ON CONSTRAINT roll_due_pk DO UPDATE SET due_at = excluded.due_at
	 WHERE excluded.due_at < x.due_at;
END
$$;

COMMENT ON FUNCTION core.collect_marks() IS 'Turns marks into what is due; one session at a time, the others go on without.';

-- After a change of time zone, calendar or rule, and for whoever doubts.
CREATE OR REPLACE FUNCTION core.roll_again(p_school integer, p_from timestamptz, p_to timestamptz)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	DELETE FROM core.speed_day AS d
	 USING core.school AS s
	 WHERE s.school_id = p_school AND d.school_id = p_school
	   AND d.day BETWEEN (p_from AT TIME ZONE s.time_zone)::date AND (p_to AT TIME ZONE s.time_zone)::date;
	INSERT INTO core.speed_day (school_id, day, direction, lesson, verdict, ip_mbps, cap_mbps)
	SELECT p_school, (t.started_at AT TIME ZONE s.time_zone)::date, d.direction, t.lesson,
	       CASE WHEN t.mode = 'passive' THEN 'passive' ELSE d.verdict END, array_agg(d.ip_mbps ORDER BY t.started_at),
	       array_agg(CASE WHEN t.mode = 'verify' THEN 1.1 * t.target_mbps END ORDER BY t.started_at)
	  FROM core.school AS s
	  JOIN core.speed_test AS t ON t.school_id = s.school_id
	  JOIN core.speed_direction AS d USING (agent_id, test_id)
	 WHERE s.school_id = p_school AND t.mode <> 'light'
	   AND t.started_at >= (p_from AT TIME ZONE s.time_zone)::date::timestamp AT TIME ZONE s.time_zone
	   AND t.started_at < ((p_to AT TIME ZONE s.time_zone)::date + 1)::timestamp AT TIME ZONE s.time_zone
	 GROUP BY 2, 3, 4, 5;
	INSERT INTO core.roll_mark (school_id, part, from_at, to_at)
	SELECT p_school, m.part, greatest(p_from, now() - interval '35 days'), p_to FROM unnest(ARRAY['number', 'outage']) AS m(part)
	 UNION ALL
	SELECT p_school, 'speed', m.first, m.first FROM generate_series(p_from, p_to + interval '31 days', interval '1 month') AS m(first);
END
$$;

COMMENT ON FUNCTION core.roll_again(integer, timestamptz, timestamptz) IS
	'Sums up a stretch of a school''s time again from the facts that are still kept: tests at once, the rest by core.roll_up().';
