-- Windows of several agents and targets overlap: time counts once. While an
-- Internet outage lasts the line is known to be down, whatever else was told; one that is
-- not told to be over lasts as long as its agent was heard, and what is then is not known.
-- A window counts in the hour and in the part of the day in which it begins.
CREATE OR REPLACE FUNCTION core.roll_line(p_school integer, p_day date)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	v_code   text;
	v_zone   text;
	v_from   timestamptz;
	v_to     timestamptz;
	v_known  tstzmultirange;
	v_down   tstzmultirange;
	v_lesson tstzmultirange;
	v_day    tstzmultirange;
	v_holiday boolean := EXISTS (SELECT FROM reference.holiday AS h WHERE p_day BETWEEN h.from_day AND h.to_day);
BEGIN
	SELECT s.code, s.time_zone, p_day::timestamp AT TIME ZONE s.time_zone, (p_day + 1)::timestamp AT TIME ZONE s.time_zone
	  INTO v_code, v_zone, v_from, v_to
	  FROM core.school AS s WHERE s.school_id = p_school;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	-- Whole hours, also where a zone is half an hour off.
	v_day := tstzmultirange(tstzrange(date_trunc('hour', v_from), date_trunc('hour', v_to - interval '1 second') + interval '1 hour'));

	SELECT COALESCE(range_agg(tstzrange(greatest(o.onset_at, lower(v_day)), least(e.at, upper(v_day)))), '{}')
	  INTO v_down
	  FROM core.outage AS o
	  JOIN reference.outage_class AS c USING (outage_class)
	  LEFT JOIN core.agent_state AS a USING (agent_id)
	 CROSS JOIN LATERAL (SELECT COALESCE(o.end_at, greatest(o.onset_at, a.last_heard_at), now()) AS at) AS e
	 WHERE o.school_id = p_school AND c.is_internet AND o.onset_at < upper(v_day) AND e.at > lower(v_day);
	SELECT COALESCE(range_agg(tstzrange(w.from_at, w.to_at)), '{}') * v_day + v_down
	  INTO v_known
	  FROM core.connectivity_window AS w
	 WHERE w.school_id = p_school AND w.rung = 'internet'
	   AND w.from_at >= lower(v_day) - interval '1 hour' AND w.from_at < upper(v_day);

	DELETE FROM core.line_hour AS h WHERE h.school_id = p_school AND h.hour >= lower(v_day) AND h.hour < upper(v_day);
	INSERT INTO core.line_hour (school_id, hour, known_s, down_s, sent, received, rtt_min_ms, rtt_median_ms, rtt_max_ms)
	SELECT p_school, g.hour, t.known_s, t.down_s, COALESCE(w.sent, 0), COALESCE(w.received, 0), w.low, w.median, w.high
	  FROM generate_series(lower(v_day), upper(v_day) - interval '1 second', interval '1 hour') AS g(hour)
	 CROSS JOIN LATERAL (SELECT core.seconds_of(v_known * tstzmultirange(tstzrange(g.hour, g.hour + interval '1 hour'))) AS known_s,
	                            core.seconds_of(v_down * tstzmultirange(tstzrange(g.hour, g.hour + interval '1 hour'))) AS down_s) AS t
	  LEFT JOIN (
	       SELECT date_trunc('hour', w.from_at) AS hour, sum(w.sent) AS sent, sum(w.received) AS received, min(w.rtt_min_ms) AS low,
	              percentile_cont(0.5) WITHIN GROUP (ORDER BY w.rtt_median_ms) AS median, max(w.rtt_max_ms) AS high
	         FROM core.connectivity_window AS w
	        WHERE w.school_id = p_school AND w.rung = 'internet' AND w.from_at >= lower(v_day) AND w.from_at < upper(v_day)
	        GROUP BY 1) AS w USING (hour)
	 WHERE t.known_s > 0 OR w.sent IS NOT NULL;

	SELECT COALESCE(range_agg(tstzrange(l.from_at, l.to_at)), '{}') INTO v_lesson FROM api.lesson_times(v_code, v_zone, v_from, v_to) AS l;
	v_day := tstzmultirange(tstzrange(v_from, v_to));
	DELETE FROM core.line_day AS d WHERE d.school_id = p_school AND d.day = p_day;
	INSERT INTO core.line_day (school_id, day, lesson, known_s, down_s, sent, received, micro_outages, rtt_min_ms, rtt_median_ms, rtt_max_ms)
	SELECT p_school, p_day, p.lesson, core.seconds_of(v_known * p.spans), core.seconds_of(v_down * p.spans),
	       COALESCE(w.sent, 0), COALESCE(w.received, 0), COALESCE(w.micro, 0), w.low, w.median, w.high
	  FROM (VALUES ('lesson', v_lesson), (CASE WHEN v_holiday THEN 'holiday' ELSE 'off_lesson' END, v_day - v_lesson)) AS p(lesson, spans)
	 CROSS JOIN LATERAL (
	       SELECT sum(w.sent) AS sent, sum(w.received) AS received, sum(w.micro_outages) AS micro, min(w.rtt_min_ms) AS low,
	              percentile_cont(0.5) WITHIN GROUP (ORDER BY w.rtt_median_ms) AS median, max(w.rtt_max_ms) AS high
	         FROM core.connectivity_window AS w
	        WHERE w.school_id = p_school AND w.rung = 'internet' AND w.from_at >= v_from AND w.from_at < v_to AND w.from_at <@ p.spans) AS w
	 WHERE NOT isempty(p.spans) AND (NOT isempty(v_known * p.spans) OR w.sent IS NOT NULL);

	PERFORM core.reconcile(p_school, v_from, v_to);
END
$$;

COMMENT ON FUNCTION core.roll_line(integer, date) IS
	'Sums up the line of a school on a day of its own: core.line_day, core.line_hour for the hours of that day, and why agents were not heard, core.silence_part.';

CREATE OR REPLACE FUNCTION core.seconds_of(p_spans tstzmultirange)
RETURNS double precision
LANGUAGE sql
IMMUTABLE
AS $$
	SELECT COALESCE(sum(EXTRACT(epoch FROM upper(r) - lower(r))), 0)::double precision FROM unnest(p_spans) AS r
$$;

COMMENT ON FUNCTION core.seconds_of(tstzmultirange) IS 'How long these stretches of time are together.';
