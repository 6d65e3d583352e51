CREATE OR REPLACE FUNCTION core.take_speed_runs(
	p_report bigint, p_school integer, p_agent uuid, p_test uuid, p_cross double precision, p_cipher text,
	r_direction text[], r_step text[], r_server text[], r_streams integer[], r_ip double precision[], r_duration double precision[],
	r_size bigint[], r_verdict text[], r_confidence real[], r_cause text[], r_ratio double precision[], r_line double precision[],
	r_sample_ms integer[], r_warmup integer[], r_first integer[], r_queued integer[], r_limits text[],
	r_target double precision[],
	r_rpm double precision[], r_rpm_confidence text[], r_tcp text[],
	b_of integer[], b_bytes bigint[], u_of integer[], u_us bigint[], s_of integer[], s_bytes bigint[], l_of integer[], l_us bigint[])
RETURNS void
LANGUAGE sql
AS $$
	-- A test is told once; told again by another report it stays as it was.
	UPDATE core.speed_test SET cross_traffic_mbps = NULLIF(p_cross, -1), cipher = p_cipher
	 WHERE agent_id = p_agent AND test_id = p_test AND report_id = p_report;

	INSERT INTO core.speed_run (agent_id, test_id, run, school_id, direction, step, server, streams, ip_mbps, duration_s, size_bytes, verdict,
	                            confidence, cause, ip_per_payload, line_mbps, sample_ms, warmup_samples, first_sample, queued_sample,
	                            sample_bytes, sample_us, sender_bytes, limits, target_mbps, rpm, rpm_confidence, tcp_samples, ping_us)
	SELECT p_agent, p_test, r.run, p_school, r.direction, r.step, r.server, r.streams, r.ip, r.duration, r.size, r.verdict,
	       r.confidence, r.cause, r.ratio, NULLIF(r.line, -1), r.sample_ms, r.warmup, r.first, r.queued,
	       ARRAY(SELECT b.value FROM unnest(b_of, b_bytes) WITH ORDINALITY AS b(of, value, n) WHERE b.of = r.run ORDER BY b.n),
	       ARRAY(SELECT u.value FROM unnest(u_of, u_us) WITH ORDINALITY AS u(of, value, n) WHERE u.of = r.run ORDER BY u.n),
	       ARRAY(SELECT s.value FROM unnest(s_of, s_bytes) WITH ORDINALITY AS s(of, value, n) WHERE s.of = r.run ORDER BY s.n),
	       r.limits::jsonb, NULLIF(r.target, 0), NULLIF(r.rpm, 0), r.rpm_confidence, r.tcp::jsonb,
	       ARRAY(SELECT l.value FROM unnest(l_of, l_us) WITH ORDINALITY AS l(of, value, n) WHERE l.of = r.run ORDER BY l.n)
	  FROM unnest(r_direction, r_step, r_server, r_streams, r_ip, r_duration, r_size, r_verdict, r_confidence, r_cause, r_ratio, r_line,
	              r_sample_ms, r_warmup, r_first, r_queued, r_limits, r_target, r_rpm, r_rpm_confidence, r_tcp)
	       WITH ORDINALITY AS r(direction, step, server, streams, ip, duration, size, verdict, confidence, cause, ratio, line,
	                            sample_ms, warmup, first, queued, limits, target, rpm, rpm_confidence, tcp, run)
	 WHERE EXISTS (SELECT FROM core.speed_test AS t WHERE t.agent_id = p_agent AND t.test_id = p_test AND t.report_id = p_report)
$$;

COMMENT ON FUNCTION core.take_speed_runs(bigint, integer, uuid, uuid, double precision, text,
	text[], text[], text[], integer[], double precision[], double precision[], bigint[], text[], real[], text[], double precision[],
	double precision[], integer[], integer[], integer[], integer[], text[], double precision[], double precision[], text[], text[], integer[], bigint[], integer[], bigint[],
	integer[], bigint[], integer[], bigint[]) IS
	'Stores the runs of a test that core.take_speed() took of the same report (r_), and of each its samples (b_), how long they were (u_), the sender''s (s_), and round trips meanwhile (l_); ..._of names the run by position from 1.';
