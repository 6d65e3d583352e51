CREATE OR REPLACE VIEW api.speed_sample AS
SELECT s.code AS school,
       t.agent_id,
       t.test_id,
       t.started_at,
       (t.started_at AT TIME ZONE s.time_zone)::date AS day,
       t.lesson,
       d.direction,
       d.ip_mbps,
       d.goodput_mbps,
       d.verdict,
       v.is_judged,
       d.confidence,
       d.duration_s,
       d.size_bytes,
       d.streams,
       COALESCE(d.target_mbps, t.target_mbps) AS target_mbps,
       t.latency_idle_ms,
       t.latency_loaded_ms,
       t.loss_pct,
       t.backend,
       t.server,
       t.lan_speed_mbps,
       t.mode,
       t.report_id
  FROM core.speed_test AS t
  JOIN core.speed_direction AS d USING (agent_id, test_id)
  JOIN core.school AS s ON s.school_id = t.school_id
  JOIN reference.speed_verdict AS v USING (verdict);

COMMENT ON VIEW api.speed_sample IS
	'Every test of a line, one row a direction. Rates in Mbit/s (10^6); ip_mbps is the figure that is compared.';
