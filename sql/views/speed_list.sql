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
       t.server
  FROM api.speed_sample AS t;

COMMENT ON VIEW api.speed_list IS
	'Tests of lines as the page lists them, one row a direction.';
