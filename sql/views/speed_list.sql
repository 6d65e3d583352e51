CREATE OR REPLACE VIEW api.speed_list AS
SELECT t.school,
       t.started_at,
       t.direction,
       t.ip_mbps,
       t.goodput_mbps,
       t.verdict,
       t.target_mbps,
       t.lesson,
       t.latency_idle_ms,
       t.backend,
       t.server,
       t.agent_id,
       t.test_id,
       t.latency_loaded_ms,
       t.loss_pct,
       t.confidence,
       t.streams,
       t.duration_s,
       t.size_bytes,
       t.mode,
       s.time_zone
  FROM api.speed_sample AS t
  JOIN api.school AS s USING (school)
 WHERE s.vantage = 'school';

COMMENT ON VIEW api.speed_list IS
	'Tests of lines as the page lists them, one row a direction; those of a control''s line are not a school''s.';
