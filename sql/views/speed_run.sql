CREATE OR REPLACE VIEW api.speed_run AS
SELECT s.code AS school,
       t.started_at,
       r.agent_id,
       r.test_id,
       r.run,
       r.direction,
       r.step,
       r.server,
       r.streams,
       r.ip_mbps,
       r.duration_s,
       r.size_bytes,
       r.verdict,
       r.confidence,
       r.cause,
       r.line_mbps,
       r.rpm,
       r.rpm_confidence,
       r.limits,
       r.tcp_samples,
       r.sample_ms,
       r.warmup_samples,
       -- What the server counted of an upload comes in its own even stretches.
       ARRAY(SELECT round((8 * b.bytes * r.ip_per_payload / greatest(COALESCE(CASE WHEN r.sender_bytes = '{}' THEN r.sample_us[b.n] END, 1000 * r.sample_ms), 1))::numeric, 2)::double precision
               FROM unnest(r.sample_bytes) WITH ORDINALITY AS b(bytes, n)
              ORDER BY b.n) AS sample_mbps,
       (SELECT round((percentile_cont(0.5) WITHIN GROUP (ORDER BY l) / 1000)::numeric, 1) FROM unnest(r.ping_us) AS l) AS latency_p50_ms,
       (SELECT round((percentile_cont(0.95) WITHIN GROUP (ORDER BY l) / 1000)::numeric, 1) FROM unnest(r.ping_us) AS l) AS latency_p95_ms
  FROM core.speed_run AS r
  JOIN core.speed_test AS t USING (agent_id, test_id)
  JOIN core.school AS s ON s.school_id = t.school_id;

COMMENT ON VIEW api.speed_run IS
	'The runs that a test took, in their order: why each was made (capacity, verify; streams, server and long confirm a fail), what it found, what limited it (cause, limits), and how the line answered while it was full (rpm; latency; of each stream elapsed_ms, stream, rtt_us, cwnd_segments, total_retrans, size_bytes, delivery_rate_bytes_per_s). sample_mbps: the rate at the IP layer in each stretch of about sample_ms, of which the first warmup_samples do not count.';
