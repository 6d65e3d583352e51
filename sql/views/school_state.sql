-- What a minute changes is looked up, what 30 days make is read as it was summed up last.
CREATE OR REPLACE VIEW api.school_state AS
WITH agent AS (
	SELECT a.school_id, count(*) AS agents, max(t.last_heard_at) AS last_heard_at,
	       count(*) FILTER (WHERE t.last_heard_at IS NULL OR t.last_heard_at < now() - interval '75 seconds') AS silent
	  FROM core.agent AS a
	  LEFT JOIN core.agent_state AS t USING (agent_id)
	 WHERE a.revoked_at IS NULL
	 GROUP BY a.school_id
), open AS (
	SELECT o.school_id, min(o.onset_at) AS since
	  FROM core.outage AS o
	  JOIN reference.outage_class AS c USING (outage_class)
	  JOIN core.agent AS a ON a.agent_id = o.agent_id AND a.revoked_at IS NULL -- who could tell its end
	 WHERE o.end_at IS NULL AND c.is_internet
	 GROUP BY o.school_id
), maintenance AS (
	SELECT s.school_id, min(q.from_at) AS since
	  FROM core.silence AS q
	  JOIN core.school AS s ON q.school_id IS NULL OR q.school_id = s.school_id
	 WHERE q.is_maintenance AND q.from_at <= now() AND q.to_at > now() AND q.ended_at IS NULL
	   AND core.is_within(now(), s.time_zone, q.weekdays, q.from_minute, q.to_minute)
	 GROUP BY s.school_id
), alert AS (
	SELECT a.school_id, count(*) AS firing
	  FROM core.alert AS a
	 WHERE a.state = 'firing'
	 GROUP BY a.school_id
), known AS (
	SELECT s.*, f.*, o.since AS down_since, m.since AS maintenance_since, COALESCE(w.firing, 0) AS firing, COALESCE(a.agents, 0) AS agents, COALESCE(a.silent, 0) AS silent, a.last_heard_at,
	       CASE WHEN m.since IS NOT NULL THEN 'maintenance'
	            WHEN o.since IS NOT NULL THEN 'no_link'
	            WHEN COALESCE(a.agents, 0) <= COALESCE(a.silent, 0) THEN 'no_data'
	            ELSE COALESCE(f.pace, 'no_data') END AS state
	  FROM core.school AS s
	  LEFT JOIN (SELECT x.school_id AS of_school, x.pace, x.pace_since, x.norm_down_mbps, x.norm_up_mbps, x.median_down_mbps, x.median_up_mbps,
	                    x.p5_down_mbps, x.samples, x.known_s, x.down_s, x.outages, x.outage_lesson_s, x.leaks, x.overblocks, x.devices, x.pcs,
	                    x.compliance_down, x.compliance_up, x.contract_down, x.contract_up, x.share_down_pct, x.share_low_pct, x.share_high_pct,
	                    x.excluded, x.passive, x.journal_known_s, x.journal_down_s, x.long_outages
	               FROM core.school_figures AS x) AS f ON f.of_school = s.school_id
	  LEFT JOIN agent AS a USING (school_id)
	  LEFT JOIN open AS o USING (school_id)
	  LEFT JOIN maintenance AS m USING (school_id)
	  LEFT JOIN alert AS w USING (school_id)
	 WHERE s.closed_at IS NULL AND s.vantage = 'school'
)
SELECT k.code AS school,
       k.name,
       k.municipality,
       k.settlement,
       k.provider,
       k.state,
       CASE k.state WHEN 'maintenance' THEN k.maintenance_since
                    WHEN 'no_link' THEN k.down_since
                    WHEN 'no_data' THEN CASE WHEN k.agents <= k.silent THEN COALESCE(k.last_heard_at, k.added_at) ELSE COALESCE(k.pace_since, k.added_at) END
                    ELSE k.pace_since END AS since,
       k.norm_down_mbps,
       k.contract_down_mbps,
       k.median_down_mbps,
       k.p5_down_mbps,
       k.norm_up_mbps,
       k.contract_up_mbps,
       k.median_up_mbps,
       COALESCE(k.samples, 0) AS samples,
       round((100 * (k.known_s - k.down_s) / NULLIF(k.known_s, 0))::numeric, 2) AS availability_pct,
       COALESCE(k.outages, 0) AS outages,
       round(COALESCE(k.outage_lesson_s, 0) / 60)::bigint AS outage_lesson_min,
       COALESCE(k.leaks, 0) AS leaks,
       COALESCE(k.overblocks, 0) AS overblocks,
       COALESCE(k.devices, 0) AS devices,
       COALESCE(k.pcs, 0) AS pcs,
       k.pupils,
       floor(k.median_down_mbps / (SELECT c.video_mbps FROM api.counting AS c))::bigint AS enough_for,
       k.agents,
       k.silent AS agents_silent,
       k.firing AS alerts,
       k.last_heard_at,
       k.time_zone,
       COALESCE(k.compliance_down, 'no_data') AS compliance_down,
       COALESCE(k.compliance_up, 'no_data') AS compliance_up,
       COALESCE(k.contract_down, 'no_data') AS contract_compliance_down,
       COALESCE(k.contract_up, 'no_data') AS contract_compliance_up,
       k.share_down_pct,
       k.share_low_pct,
       k.share_high_pct,
       COALESCE(k.excluded, 0) AS excluded,
       COALESCE(k.passive, 0) AS passive,
       round(100 * k.median_down_mbps / NULLIF(k.pupils, 0), 1) AS mbps_per_100_pupils,
       round((100 * (k.journal_known_s - k.journal_down_s) / NULLIF(k.journal_known_s, 0))::numeric, 2) AS journal_available_pct,
       COALESCE(k.long_outages, 0) AS long_outages,
       round((100 * k.known_s / (30 * 86400))::numeric, 1) AS known_pct,
       k.contract_number,
       k.contract_day,
       k.contract_month_rub,
       k.address,
       round(100 * least(k.median_down_mbps / NULLIF(k.norm_down_mbps, 0), k.median_up_mbps / NULLIF(k.norm_up_mbps, 0))) AS of_norm_pct,
       CASE WHEN COALESCE(k.journal_known_s, 0) = 0 THEN 'no_data'
            WHEN k.long_outages > 1 OR k.journal_known_s - k.journal_down_s < k.journal_known_s * (SELECT c.journal_pct FROM api.counting AS c) / 100 THEN 'below'
            WHEN k.journal_known_s < 15 * 20 * 3600 THEN 'not_enough'
            ELSE 'pass' END AS journal_compliance
  FROM known AS k;

COMMENT ON VIEW api.school_state IS
	'How each school does, one row each; figures over the last 30 days. enough_for: on how many computers at once the measured rate carries lesson video (setting lesson_video_mbps each). known_pct: of the time, what is known of the line; the rest nobody watched. of_norm_pct: the worse of both directions. journal_compliance: whether an electronic journal can rely on the line (setting journal_available_pct, one outage of more than an hour at most); not_enough when less than half of its hours was watched.';
