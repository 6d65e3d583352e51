CREATE OR REPLACE VIEW api.agent_list AS
SELECT a.school,
       a.school_name,
       a.agent_id,
       a.host_name,
       a.state,
       a.enrolled_at,
       a.revoked_at,
       a.last_heard_at,
       a.last_report_at,
       a.agent_version,
       a.os,
       a.spool_reports,
       a.spool_bytes,
       a.spool_limit_bytes,
       a.rss_bytes,
       a.uptime_s,
       a.clock_ahead_ms,
       a.lost_beats,
       a.policy_version,
       a.certificate_ends_at,
       a.warnings,
       a.counters,
       a.vantage,
       a.is_down
  FROM api.agent_health AS a;

COMMENT ON VIEW api.agent_list IS
	'Agents as the page lists them: api.agent_health with the school''s name; vantage says whether an agent stands in a school or is a control outside the filters.';
