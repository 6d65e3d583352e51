CREATE OR REPLACE VIEW api.speed_raw AS
SELECT s.code AS school,
       t.agent_id,
       t.test_id,
       d.direction,
       t.server_address,
       t.lan_speed_mbps,
       t.cpu_pct,
       t.congestion_control,
       d.mss_bytes,
       d.sample_ms,
       d.warmup_samples,
       d.sample_bytes,
       (SELECT jsonb_agg(jsonb_build_array(x.rtt_us, x.min_rtt_us, x.total_retrans, x.bytes_acked, x.bytes_received, x.busy_us, x.rwnd_limited_us, x.sndbuf_limited_us)
               ORDER BY x.stream)
          FROM core.speed_stream AS x
         WHERE x.agent_id = d.agent_id AND x.test_id = d.test_id AND x.direction = d.direction) AS streams,
       (SELECT jsonb_agg(jsonb_build_array(m.started_at, m.size_bytes, m.duration_s, m.congestion, m.tcp -> 'bytes_sent', m.tcp -> 'bytes_retrans', m.tcp -> 'min_rtt_us') ORDER BY m.measured_id)
          FROM core.measured AS m
         WHERE m.test_id = t.test_id AND m.direction = d.direction) AS server_record,
       r.agent_version,
       r.clock_synchronised,
       t.started_at,
       (SELECT x.line_mbps
          FROM core.speed_run AS x
         WHERE x.agent_id = d.agent_id AND x.test_id = d.test_id AND x.direction = d.direction
         ORDER BY x.run DESC
         LIMIT 1) AS line_mbps,
       (SELECT COALESCE(jsonb_agg(jsonb_build_object('run', x.run, 'step', x.step, 'server', x.server, 'streams', x.streams, 'ip_mbps', x.ip_mbps,
               'duration_s', x.duration_s, 'size_bytes', x.size_bytes, 'verdict', x.verdict, 'confidence', x.confidence, 'cause', x.cause,
               'ip_per_payload', x.ip_per_payload, 'target_mbps', COALESCE(x.target_mbps, t.target_mbps), 'line_mbps', x.line_mbps, 'sample_ms', x.sample_ms,
               'warmup_samples', x.warmup_samples, 'first_sample', x.first_sample, 'queued_sample', x.queued_sample, 'sample_bytes', x.sample_bytes,
               'sample_us', x.sample_us, 'sender_bytes', x.sender_bytes, 'limits', x.limits, 'rpm', x.rpm, 'rpm_confidence', x.rpm_confidence, 'ping_us', x.ping_us)
               ORDER BY x.run), '[]')
          FROM core.speed_run AS x
         WHERE x.agent_id = d.agent_id AND x.test_id = d.test_id AND x.direction = d.direction) AS runs,
       t.cipher
  FROM core.speed_test AS t
  JOIN core.speed_direction AS d USING (agent_id, test_id)
  JOIN core.school AS s ON s.school_id = t.school_id
  LEFT JOIN core.report AS r ON r.report_id = t.report_id;

COMMENT ON VIEW api.speed_raw IS
	'What a test is judged by: bytes that the receiver had in each stretch of sample_ms, all streams together, of which the first warmup_samples are not counted; for each stream rtt_us, min_rtt_us, total_retrans, bytes_acked, bytes_received, busy_us, rwnd_limited_us, sndbuf_limited_us; what the collector''s own end of the test recorded of each stream: start, bytes, seconds, congestion control, bytes sent, bytes sent again, min_rtt_us; all traffic of the line meanwhile, by the router''s counters; and every run with all that its verdict rests on.';
