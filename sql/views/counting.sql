CREATE OR REPLACE VIEW api.counting AS
SELECT (SELECT COALESCE(value, fallback)::integer FROM reference.setting WHERE name = 'equipment_seen_days') AS days,
       (SELECT COALESCE(value, fallback)::numeric FROM reference.setting WHERE name = 'bandwidth_pass_ratio') AS pass_ratio,
       (SELECT COALESCE(value, fallback)::integer FROM reference.setting WHERE name = 'gone_school_days') AS gone_days,
       (SELECT COALESCE(value, fallback)::integer FROM reference.setting WHERE name = 'idle_of_days') AS idle_of_days,
       (SELECT COALESCE(value, fallback)::integer FROM reference.setting WHERE name = 'idle_days_on') AS idle_days_on,
       (SELECT COALESCE(value, fallback)::integer FROM reference.setting WHERE name = 'compliance_min_tests') AS min_tests,
       (SELECT COALESCE(value, fallback)::numeric FROM reference.setting WHERE name = 'lesson_video_mbps') AS video_mbps,
       (SELECT COALESCE(value, fallback)::numeric FROM reference.setting WHERE name = 'journal_available_pct') AS journal_pct,
       (SELECT COALESCE(value, fallback)::integer FROM reference.setting WHERE name = 'journal_outage_s') AS journal_outage_s,
       (SELECT COALESCE(value, fallback)::integer FROM reference.setting WHERE name = 'claim_break_s') AS break_s,
       (SELECT COALESCE(value, fallback)::integer FROM reference.setting WHERE name = 'claim_break_window_s') AS break_window_s,
       (SELECT COALESCE(value, fallback)::integer FROM reference.setting WHERE name = 'claim_works_s') AS works_s;

COMMENT ON VIEW api.counting IS
	'By which rules reports count: within how many days a device must have been seen, which part of the norm passes, after how many missed school days it is gone, on how few of how many it is idle, how many tests a verdict needs, what a lesson video takes, how available an electronic journal must be, and what a claim leaves out.';

CREATE OR REPLACE FUNCTION api.counted_since(p_at timestamptz)
RETURNS timestamptz
LANGUAGE sql
STABLE
AS $$
	SELECT p_at - make_interval(days => d.ago)
	  FROM generate_series(1, 1100) AS d(ago)
	 WHERE NOT EXISTS (SELECT FROM api.holiday AS h WHERE (p_at - make_interval(days => d.ago))::date BETWEEN h.from_day AND h.to_day)
	 ORDER BY d.ago
	OFFSET (SELECT greatest(t.days, 1) - 1 FROM api.counting AS t)
	 LIMIT 1
$$;

COMMENT ON FUNCTION api.counted_since(timestamptz) IS
	'Since when a device must have been seen to be counted at a moment: the days of setting equipment_seen_days before it, holidays left out, so that a summer loses nobody.';
