-- Passes over the filter list, one a day: a few schools let something through, more block what is needed.

INSERT INTO core.filter_run (agent_id, run_id, school_id, started_at, finished_at, list_version, report_id)
SELECT s.agent_id, ('de3f' || lpad(to_hex(d), 4, '0') || '-0000-4000-8000-' || lpad(to_hex(s.n), 12, '0'))::uuid, s.school_id, t.at, t.at + interval '40 seconds', 'demo', s.report_id
  FROM demo_school AS s
 CROSS JOIN generate_series(0, least(current_setting('demo.days')::integer, 35) - 1) AS d
 CROSS JOIN LATERAL (SELECT now() - make_interval(days => d, mins => 20 + (pg_temp.u(s.n, 131) * 600)::integer) AS at) AS t;

INSERT INTO core.filter_observation (report_id, ordinal, agent_id, run_id, school_id, entry_id, url, expect, verdict, outcome, layer, rule_id, confidence, flags, observed_at, dns_rcode, dns_rtt_ms, http_status)
SELECT s.report_id, row_number() OVER (PARTITION BY s.n ORDER BY r.started_at, e.entry_id), s.agent_id, r.run_id, s.school_id, e.entry_id, e.url, e.expect,
       CASE WHEN x.lost THEN 'site_down' WHEN x.blocked THEN 'blocked_page' ELSE 'allowed' END,
       CASE WHEN x.lost THEN 'excluded' WHEN x.blocked = (e.expect = 'block') THEN 'pass' WHEN x.blocked THEN 'overblock' ELSE 'leak' END,
       CASE WHEN x.blocked THEN 'http' ELSE '' END, CASE WHEN x.lost THEN 'site-down' WHEN x.blocked THEN 'block-page' ELSE 'open' END, 0.95, '{}', r.started_at + interval '1 second',
       0, 3 + 10 * pg_temp.u(s.n, 132), CASE WHEN x.lost THEN NULL ELSE 200 END
  FROM demo_school AS s
  JOIN core.filter_run AS r ON r.school_id = s.school_id
  JOIN reference.filter_entry AS e ON e.expect IN ('block', 'allow')
 CROSS JOIN LATERAL (
       SELECT pg_temp.u(s.n * 1000 + hashtext(e.entry_id) % 1000 + EXTRACT(epoch FROM r.started_at)::bigint / 86400 * 7, 133) < 0.01 AS lost,
              CASE e.expect WHEN 'block' THEN pg_temp.u(s.n * 100 + hashtext(e.entry_id) % 97, 134) >= CASE WHEN pg_temp.u(s.n, 135) < 0.08 THEN 0.4 ELSE 0.004 END
                            ELSE pg_temp.u(s.n * 100 + hashtext(e.entry_id) % 97, 136) < CASE WHEN pg_temp.u(s.n, 137) < 0.15 THEN 0.25 ELSE 0.005 END END AS blocked) AS x;
