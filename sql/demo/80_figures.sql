-- The figures of schools, as core.roll_up() would make them.

ANALYZE core.school, core.agent, core.agent_state, core.device, core.device_identifier, core.device_address, core.device_evidence, core.outage, core.outage_evidence,
	core.speed_test, core.speed_direction, core.speed_day, core.line_day, core.line_hour, core.filter_run, core.filter_observation, core.connectivity_window, audit.change;
INSERT INTO core.school_month (school_id, month, is_judged, is_norm)
SELECT s.school_id, m.month::date, COALESCE(bool_or(b.direction = 'down' AND b.verdict IN ('pass', 'fail_isp')), false), bool_and(b.verdict = 'pass' OR b.norm_mbps IS NULL)
  FROM generate_series(date_trunc('month', now()) - interval '11 months', now(), interval '1 month') AS m(month)
 CROSS JOIN LATERAL api.bandwidth_between(m.month::date, (m.month + interval '1 month - 1 day')::date) AS b
  JOIN demo_school AS s ON s.code = b.school
 GROUP BY s.school_id, m.month
HAVING sum(b.samples) > 0;
DO $$
BEGIN
	PERFORM core.roll_figures(s.school_id) FROM (SELECT school_id FROM demo_school ORDER BY school_id) AS s;
END
$$;
UPDATE core.school_figures AS f SET pace_since = now() - make_interval(hours => (pg_temp.u(s.n, 171) * 2000)::integer)
  FROM demo_school AS s WHERE s.school_id = f.school_id;
UPDATE core.agent_state SET last_heard_at = now() WHERE agent_id IN (SELECT agent_id FROM demo_school) AND last_heard_at > now() - interval '50 minutes';
ANALYZE core.school_figures, core.school_month, core.school_equipment, core.school_filter;
