-- The values a chart is made of, from one of three sources: raw facts, hours, days.
CREATE OR REPLACE FUNCTION api.series_values(p_school text, p_name text, p_from timestamptz, p_to timestamptz, p_source text)
RETURNS TABLE (at timestamptz, low double precision, value double precision, high double precision)
LANGUAGE sql
STABLE
AS $$
	SELECT t.started_at, t.ip_mbps, t.ip_mbps, t.ip_mbps
	  FROM api.speed_sample AS t
	 WHERE p_source = 'raw' AND p_name IN ('down', 'up') AND t.school = p_school AND t.direction = p_name AND t.is_judged
	   AND t.started_at >= p_from AND t.started_at < p_to
	 UNION ALL
	SELECT d.day::timestamp AT TIME ZONE s.time_zone, m, m, m
	  FROM api.school AS s
	  JOIN api.speed_day AS d USING (school), unnest(d.ip_mbps) AS m
	 WHERE p_source = 'day' AND p_name IN ('down', 'up') AND s.school = p_school AND d.direction = p_name AND d.is_judged
	   AND d.day >= (p_from AT TIME ZONE s.time_zone)::date AND d.day < (p_to AT TIME ZONE s.time_zone)::date + 1
	 UNION ALL
	SELECT w.from_at,
	       CASE p_name WHEN 'latency' THEN w.rtt_min_ms ELSE w.loss_pct END,
	       CASE p_name WHEN 'latency' THEN w.rtt_median_ms ELSE w.loss_pct END,
	       CASE p_name WHEN 'latency' THEN w.rtt_max_ms ELSE w.loss_pct END
	  FROM api.connectivity_window AS w
	 WHERE p_source = 'raw' AND p_name IN ('latency', 'loss') AND w.school = p_school AND w.rung = 'internet'
	   AND w.from_at >= p_from AND w.from_at < p_to
	 UNION ALL
	SELECT x.at,
	       CASE p_name WHEN 'latency' THEN x.rtt_min_ms WHEN 'loss' THEN x.loss_pct ELSE x.up_pct END,
	       CASE p_name WHEN 'latency' THEN x.rtt_median_ms WHEN 'loss' THEN x.loss_pct ELSE x.up_pct END,
	       CASE p_name WHEN 'latency' THEN x.rtt_max_ms WHEN 'loss' THEN x.loss_pct ELSE x.up_pct END
	  FROM (SELECT h.hour AS at, h.rtt_min_ms, h.rtt_median_ms, h.rtt_max_ms,
	               100.0 * (h.sent - h.received) / NULLIF(h.sent, 0) AS loss_pct, 100 * (h.known_s - h.down_s) / NULLIF(h.known_s, 0) AS up_pct
	          FROM api.line_hour AS h
	         WHERE p_source = 'hour' AND h.school = p_school AND h.hour >= p_from AND h.hour < p_to
	         UNION ALL
	        SELECT d.day::timestamp AT TIME ZONE s.time_zone, min(d.rtt_min_ms), percentile_cont(0.5) WITHIN GROUP (ORDER BY d.rtt_median_ms), max(d.rtt_max_ms),
	               100.0 * (sum(d.sent) - sum(d.received)) / NULLIF(sum(d.sent), 0), 100 * (sum(d.known_s) - sum(d.down_s)) / NULLIF(sum(d.known_s), 0)
	          FROM api.school AS s
	          JOIN api.line_day AS d USING (school)
	         WHERE p_source = 'day' AND s.school = p_school
	           AND d.day >= (p_from AT TIME ZONE s.time_zone)::date AND d.day < (p_to AT TIME ZONE s.time_zone)::date + 1
	         GROUP BY d.day, s.time_zone) AS x
	 WHERE p_name IN ('latency', 'loss', 'availability')
$$;

COMMENT ON FUNCTION api.series_values(text, text, timestamptz, timestamptz, text) IS
	'What api.series() draws: values of a school between two moments, from raw facts, hours or days.';

-- A bucket is the smallest of a fixed list with which the period needs no more
-- points than asked, and not smaller than what there is; it begins with the school's own hours and days.
CREATE OR REPLACE FUNCTION api.series(p_school text, p_name text, p_from timestamptz, p_to timestamptz, p_points integer DEFAULT 1000)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
AS $$
DECLARE
	v_length_s double precision := EXTRACT(epoch FROM p_to - p_from);
	v_zone     text;
	v_norm     numeric;
	v_contract numeric;
	v_bucket   integer;
	v_points   jsonb;
	a_source   record;
BEGIN
	IF p_name NOT IN ('down', 'up', 'latency', 'availability', 'loss') OR p_to <= p_from
	   OR p_points NOT BETWEEN 1 AND 2000 OR p_to - p_from > interval '3660 days' THEN
		RAISE EXCEPTION 'series: down, up, latency, availability or loss, 1 to 2000 points of at most ten years';
	END IF;
	SELECT s.time_zone, n.norm_mbps, CASE p_name WHEN 'down' THEN s.contract_down_mbps WHEN 'up' THEN s.contract_up_mbps END
	  INTO v_zone, v_norm, v_contract
	  FROM api.school AS s
	  LEFT JOIN LATERAL (
	       SELECT r.norm_mbps FROM api.norm AS r
	        WHERE r.settlement = s.settlement AND r.direction = p_name AND r.valid_from <= (p_to AT TIME ZONE s.time_zone)::date
	        ORDER BY r.valid_from DESC LIMIT 1) AS n ON true
	 WHERE s.school = p_school;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;

	-- What raw facts no longer tell, hours do, and then days.
	FOR a_source IN
		SELECT x.name, x.bucket
		  FROM (VALUES ('raw', 60, 1, 35), ('hour', 3600, 2, 45), ('day', 86400, 3, 36600)) AS x(name, bucket, n, days_max)
		 WHERE v_length_s / 86400 <= CASE WHEN x.name = 'raw' AND p_name IN ('latency', 'loss') THEN 2 ELSE x.days_max END
		 ORDER BY x.n
	LOOP
		SELECT min(b) INTO v_bucket FROM unnest(ARRAY[60, 300, 900, 3600, 10800, 21600, 86400, 604800, 2592000]) AS b
		 WHERE v_length_s / b <= p_points AND b >= a_source.bucket;
		v_bucket := COALESCE(v_bucket, ceil(v_length_s / p_points)::integer);
		WITH point AS (
			SELECT floor(v.local_s / v_bucket)::bigint * v_bucket - (v.local_s - v.at_s)::bigint AS t,
			       min(v.low) AS low, percentile_cont(0.5) WITHIN GROUP (ORDER BY v.value) AS median, max(v.high) AS high, count(*) AS n
			  FROM (SELECT x.low, x.value, x.high, EXTRACT(epoch FROM x.at) AS at_s, EXTRACT(epoch FROM x.at AT TIME ZONE v_zone) AS local_s
			          FROM api.series_values(p_school, p_name, p_from, p_to, a_source.name) AS x
			         WHERE x.value IS NOT NULL) AS v
			 GROUP BY 1
		)
		SELECT jsonb_agg(jsonb_build_array(p.t, round(p.low::numeric, 2), round(p.median::numeric, 2), round(p.high::numeric, 2), p.n) ORDER BY p.t)
		  INTO v_points
		  FROM point AS p;
		EXIT WHEN v_points IS NOT NULL;
	END LOOP;

	RETURN jsonb_build_object('bucket_s', v_bucket, 'points', COALESCE(v_points, '[]'), 'norm', v_norm, 'contract', v_contract,
		'lessons', (SELECT COALESCE(jsonb_agg(jsonb_build_array(EXTRACT(epoch FROM l.from_at)::bigint, EXTRACT(epoch FROM l.to_at)::bigint) ORDER BY l.from_at), '[]')
		              FROM api.lesson_times(p_school, v_zone, p_from, p_to) AS l WHERE p_to - p_from <= interval '45 days'));
END
$$;

COMMENT ON FUNCTION api.series(text, text, timestamptz, timestamptz, integer) IS
	'What a chart of a school shows between two moments: {bucket_s, points [[second, low, median, high, n]], norm, contract, lessons [[from, to]] (up to 45 days)}. Null: there is no such school for whoever asks.';
