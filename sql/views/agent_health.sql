CREATE OR REPLACE VIEW api.agent_health AS
SELECT s.code AS school,
       a.agent_id,
       a.host_name,
       CASE WHEN a.revoked_at IS NOT NULL THEN 'revoked'
            WHEN t.last_heard_at IS NULL THEN 'never_heard'
            WHEN t.last_heard_at < now() - interval '75 seconds' THEN 'silent'
            ELSE 'alive' END AS state,
       a.enrolled_at,
       a.revoked_at,
       t.last_heard_at,
       t.last_report_at,
       t.agent_version,
       t.os,
       t.spool_reports,
       t.spool_bytes,
       t.spool_limit_bytes,
       t.rss_bytes,
       t.uptime_s,
       t.clock_ahead_ms,
       t.lost_beats,
       t.policy_version,
       t.certificate_ends_at,
       COALESCE(t.warnings, '{}') AS warnings,
       (SELECT jsonb_object_agg(c.name, c.value) FROM core.agent_counter AS c WHERE c.agent_id = a.agent_id) AS counters,
       s.name AS school_name,
       s.vantage,
       COALESCE(a.revoked_at IS NULL AND t.last_heard_at < now() - interval '180 seconds', false) AS is_down
  FROM core.agent AS a
  JOIN core.school AS s USING (school_id)
  LEFT JOIN core.agent_state AS t USING (agent_id)
 WHERE a.kind = 'agent';

COMMENT ON VIEW api.agent_health IS
	'Every agent and how it does. An agent is silent when nothing was heard of it for 75 seconds, and down after 180.';
