CREATE OR REPLACE VIEW api.connectivity_window AS
SELECT s.code AS school,
       w.agent_id,
       w.rung,
       w.target,
       w.from_at,
       w.to_at,
       w.sent,
       w.received,
       w.late,
       CASE WHEN w.sent > 0 THEN 100.0 * (w.sent - w.received) / w.sent END AS loss_pct,
       w.rtt_min_ms,
       w.rtt_median_ms,
       w.rtt_max_ms,
       w.micro_outages,
       w.report_id
  FROM core.connectivity_window AS w
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.connectivity_window IS
	'How each rung of the ladder answered, window by window, in the last 40 days.';
