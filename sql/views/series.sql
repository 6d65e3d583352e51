-- A bucket is the smallest of a fixed list with which the period needs no more points than asked.
CREATE OR REPLACE FUNCTION api.series(p_school text, p_name text, p_from timestamptz, p_to timestamptz, p_points integer DEFAULT 1000)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
AS $$
DECLARE
	v_bucket integer;
	v_zone   text;
	v_norm   numeric;
	v_points jsonb;
	v_contract numeric;
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
	SELECT min(b) INTO v_bucket FROM unnest(ARRAY[60, 300, 900, 3600, 10800, 21600, 86400, 604800, 2592000]) AS b
	 WHERE EXTRACT(epoch FROM p_to - p_from) / b <= p_points;
	v_bucket := COALESCE(v_bucket, ceil(EXTRACT(epoch FROM p_to - p_from) / p_points));

	WITH value AS (
		SELECT t.started_at AS at, t.ip_mbps AS v, t.ip_mbps AS low, t.ip_mbps AS high
		  FROM api.speed_sample AS t
		 WHERE p_name IN ('down', 'up') AND t.school = p_school AND t.direction = p_name AND t.is_judged
		   AND t.started_at >= p_from AND t.started_at < p_to
		 UNION ALL
		SELECT w.from_at, w.rtt_median_ms, w.rtt_min_ms, w.rtt_max_ms
		  FROM api.connectivity_window AS w
		 WHERE p_name = 'latency' AND w.school = p_school AND w.rung = 'internet' AND w.rtt_median_ms IS NOT NULL
		   AND w.from_at >= p_from AND w.from_at < p_to
		 UNION ALL
		SELECT w.from_at, w.loss_pct, w.loss_pct, w.loss_pct
		  FROM api.connectivity_window AS w
		 WHERE p_name = 'loss' AND w.school = p_school AND w.rung = 'internet' AND w.sent > 0
		   AND w.from_at >= p_from AND w.from_at < p_to
		 UNION ALL
		SELECT g.at, a.pct, a.pct, a.pct
		  FROM generate_series(p_from, p_to - interval '1 microsecond', make_interval(secs => v_bucket)) AS g(at)
		 CROSS JOIN LATERAL (
		       SELECT 100 * (x.known_s - x.down_s) / NULLIF(x.known_s, 0) AS pct
		         FROM api.availability_between(g.at, least(g.at + make_interval(secs => v_bucket), p_to)) AS x
		        WHERE x.school = p_school) AS a
		 WHERE p_name = 'availability' AND a.pct IS NOT NULL
	), point AS (
		SELECT floor(EXTRACT(epoch FROM v.at) / v_bucket)::bigint * v_bucket AS t,
		       min(v.low) AS low, percentile_cont(0.5) WITHIN GROUP (ORDER BY v.v) AS median, max(v.high) AS high, count(*) AS n
		  FROM value AS v
		 GROUP BY 1
	)
	SELECT COALESCE(jsonb_agg(jsonb_build_array(p.t, round(p.low::numeric, 2), round(p.median::numeric, 2), round(p.high::numeric, 2), p.n) ORDER BY p.t), '[]')
	  INTO v_points
	  FROM point AS p;

	RETURN jsonb_build_object('bucket_s', v_bucket, 'points', v_points, 'norm', v_norm, 'contract', v_contract,
		'lessons', (SELECT COALESCE(jsonb_agg(jsonb_build_array(EXTRACT(epoch FROM l.from_at)::bigint, EXTRACT(epoch FROM l.to_at)::bigint) ORDER BY l.from_at), '[]')
		              FROM api.lesson_times(v_zone, p_from, p_to) AS l WHERE p_to - p_from <= interval '45 days'));
END
$$;

COMMENT ON FUNCTION api.series(text, text, timestamptz, timestamptz, integer) IS
	'What a chart of a school shows between two moments: {bucket_s, points [[second, low, median, high, n]], norm, contract, lessons [[from, to]] (up to 45 days)}. Null: there is no such school for whoever asks.';
