CREATE OR REPLACE FUNCTION core.take_speed(
	p_report bigint, p_school integer, p_agent uuid, p_test uuid, p_started timestamptz,
	p_backend text, p_server text, p_address text, p_target double precision,
	p_idle double precision, p_loaded double precision, p_loss double precision, p_lan bigint, p_cpu double precision,
	p_congestion text, p_lesson text, p_mode text,
	d_direction text[], d_ip double precision[], d_goodput double precision[], d_streams integer[], d_duration double precision[],
	d_size bigint[], d_verdict text[], d_confidence real[], d_mss integer[], d_sample_ms integer[], d_warmup integer[],
	d_target double precision[],
	b_of integer[], b_bytes bigint[],
	s_of integer[], s_rtt bigint[], s_rttvar bigint[], s_min_rtt bigint[], s_retrans bigint[], s_acked bigint[], s_received bigint[],
	s_busy bigint[], s_rwnd bigint[], s_sndbuf bigint[], s_snd_mss bigint[], s_rcv_mss bigint[], s_rate bigint[])
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	-- A test is told once; told again by another report it stays as it was.
	INSERT INTO core.speed_test (agent_id, test_id, school_id, started_at, backend, server, server_address, target_mbps, latency_idle_ms,
	                             latency_loaded_ms, loss_pct, lan_speed_mbps, cpu_pct, congestion_control, lesson, mode, report_id)
	VALUES (p_agent, p_test, p_school, p_started, p_backend, p_server, p_address, NULLIF(p_target, 0), NULLIF(p_idle, 0),
	        NULLIF(p_loaded, 0), p_loss, NULLIF(p_lan, 0), p_cpu, p_congestion, p_lesson, p_mode, p_report)
	ON CONFLICT ON CONSTRAINT speed_test_pk DO NOTHING;
	IF NOT FOUND THEN
		RETURN;
	END IF;

	INSERT INTO core.speed_direction (agent_id, test_id, direction, school_id, ip_mbps, goodput_mbps, streams, duration_s, size_bytes,
	                                  verdict, confidence, mss_bytes, sample_ms, warmup_samples, sample_bytes, target_mbps, report_id)
	SELECT p_agent, p_test, d.direction, p_school, d.ip, d.goodput, d.streams, d.duration, d.size,
	       d.verdict, d.confidence, d.mss, d.sample_ms, d.warmup,
	       ARRAY(SELECT b.bytes FROM unnest(b_of, b_bytes) WITH ORDINALITY AS b(of, bytes, n) WHERE b.of = d.item ORDER BY b.n),
	       NULLIF(d.target, 0), p_report
	  FROM unnest(d_direction, d_ip, d_goodput, d_streams, d_duration, d_size, d_verdict, d_confidence, d_mss, d_sample_ms, d_warmup, d_target)
	       WITH ORDINALITY AS d(direction, ip, goodput, streams, duration, size, verdict, confidence, mss, sample_ms, warmup, target, item);

	INSERT INTO core.speed_stream (agent_id, test_id, direction, stream, school_id, rtt_us, rttvar_us, min_rtt_us, total_retrans, bytes_acked,
	                               bytes_received, busy_us, rwnd_limited_us, sndbuf_limited_us, snd_mss_bytes, rcv_mss_bytes, delivery_rate_bytes_per_s)
	SELECT p_agent, p_test, d_direction[s.of], row_number() OVER (PARTITION BY s.of ORDER BY s.n), p_school,
	       s.rtt, s.rttvar, s.min_rtt, s.retrans, s.acked, s.received, s.busy, s.rwnd, s.sndbuf, s.snd_mss, s.rcv_mss, s.rate
	  FROM unnest(s_of, s_rtt, s_rttvar, s_min_rtt, s_retrans, s_acked, s_received, s_busy, s_rwnd, s_sndbuf, s_snd_mss, s_rcv_mss, s_rate)
	       WITH ORDINALITY AS s(of, rtt, rttvar, min_rtt, retrans, acked, received, busy, rwnd, sndbuf, snd_mss, rcv_mss, rate, n);

	-- Tests are few and their figures are asked for at once: the day is added to here. A test that checks a target is not driven
	-- beyond 1.1 of it; a proof out of counters is no test; a light test tells nothing of the target.
	INSERT INTO core.speed_day AS x (school_id, day, direction, lesson, verdict, ip_mbps, cap_mbps)
	SELECT p_school, (p_started AT TIME ZONE s.time_zone)::date, d.direction, p_lesson,
	       CASE WHEN p_mode = 'passive' THEN 'passive' ELSE d.verdict END, array_agg(d.ip),
	       array_agg(CASE WHEN p_mode = 'verify' THEN 1.1 * COALESCE(NULLIF(d.target, 0), NULLIF(p_target, 0)) END)
	  FROM core.school AS s, unnest(d_direction, d_ip, d_verdict, d_target) AS d(direction, ip, verdict, target)
	 WHERE s.school_id = p_school AND p_mode <> 'light'
	 GROUP BY s.time_zone, d.direction, d.verdict
	ON CONFLICT ON CONSTRAINT speed_day_pk DO UPDATE
	   SET ip_mbps = x.ip_mbps || excluded.ip_mbps,
	       cap_mbps = COALESCE(x.cap_mbps, array_fill(NULL::double precision, ARRAY[cardinality(x.ip_mbps)])) || excluded.cap_mbps;
	INSERT INTO core.roll_mark (school_id, part, from_at, to_at) VALUES (p_school, 'speed', p_started, p_started);
END
$$;

COMMENT ON FUNCTION core.take_speed(bigint, integer, uuid, uuid, timestamptz, text, text, text, double precision,
	double precision, double precision, double precision, bigint, double precision, text, text, text,
	text[], double precision[], double precision[], integer[], double precision[], bigint[], text[], real[], integer[], integer[], integer[], double precision[],
	integer[], bigint[], integer[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]) IS
	'Stores a throughput test: its directions (d_), their raw samples (b_) and streams (s_); ..._of names the direction by position from 1.';
