-- The figures of schools, as core.roll_up() would make them.

ANALYZE core.school, core.agent, core.agent_state, core.device, core.device_identifier, core.device_address, core.device_evidence, core.outage, core.outage_evidence,
	core.speed_test, core.speed_direction, core.speed_day, core.line_day, core.line_hour, core.filter_run, core.filter_observation, core.connectivity_window, audit.change;
CREATE TEMP TABLE demo_part AS
SELECT s.school_id, m.month::date AS month, c.*
  FROM generate_series(date_trunc('month', now()) - interval '11 months', now(), interval '1 month') AS m(month)
 CROSS JOIN LATERAL api.compliance_parts(m.month::date, (m.month + interval '1 month - 1 day')::date) AS c
  JOIN demo_school AS s ON s.code = c.school;
INSERT INTO core.school_month (school_id, month, is_judged, is_norm)
SELECT p.school_id, p.month, bool_or(p.direction = 'down' AND p.verdict IN ('pass', 'fail_isp')), bool_and(p.verdict = 'pass' OR p.norm_mbps IS NULL)
  FROM demo_part AS p
 WHERE p.lesson = 'all'
 GROUP BY p.school_id, p.month
HAVING sum(p.samples) > 0;
INSERT INTO core.line_month (school_id, month, direction, lesson, norm_mbps, contract_mbps, samples, median_mbps, p5_mbps, passed, compliance,
                             contract_samples, contract_passed, contract_compliance, excluded, passive)
SELECT p.school_id, p.month, p.direction, p.lesson, p.norm_mbps, p.contract_mbps, p.counted, CASE WHEN p.counted > 0 THEN p.median_mbps END,
       CASE WHEN p.counted > 0 THEN p.p5_mbps END, p.passed, p.compliance, p.contract_samples, p.contract_passed, p.contract_compliance, p.excluded_why, p.passive
  FROM demo_part AS p
 WHERE p.counted + p.excluded + p.passive > 0;
DO $$
BEGIN
	PERFORM core.roll_figures(s.school_id) FROM (SELECT school_id FROM demo_school ORDER BY school_id) AS s;
END
$$;
UPDATE core.school_figures AS f SET pace_since = now() - make_interval(hours => (pg_temp.u(s.n, 171) * 2000)::integer)
  FROM demo_school AS s WHERE s.school_id = f.school_id;
UPDATE core.agent_state SET last_heard_at = now() WHERE agent_id IN (SELECT agent_id FROM demo_school) AND last_heard_at > now() - interval '50 minutes';
ANALYZE core.school_figures, core.school_month, core.line_month, core.school_equipment, core.school_filter;
