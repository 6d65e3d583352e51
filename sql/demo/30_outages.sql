-- Outages by class, one incident of a provider, and three schools that have no link now.

INSERT INTO core.outage (agent_id, outage_id, school_id, outage_class, state, onset_at, end_at, told_at, report_id)
SELECT s.agent_id, ('de30' || lpad(to_hex(k), 4, '0') || '-0000-4000-8000-' || lpad(to_hex(s.n), 12, '0'))::uuid, s.school_id,
       (ARRAY['isp_access', 'isp_access', 'isp_access', 'isp_core', 'gateway', 'lan_link', 'dns_all', 'dns_local', 'destination', 'collector_only', 'agent_down', 'portal'])[1 + floor(pg_temp.u(s.n * 1000 + k, 51) * 12)::integer],
       'down', t.onset, t.onset + t.lasted, t.onset + t.lasted, s.report_id
  FROM demo_school AS s
 CROSS JOIN LATERAL generate_series(1, (current_setting('demo.days')::integer / 365.0 * CASE WHEN s.quality < 1 THEN 60 ELSE 16 END * (0.5 + pg_temp.u(s.n, 52)))::integer) AS k
 CROSS JOIN LATERAL (
       SELECT now() - interval '2 days' - make_interval(secs => pg_temp.u(s.n * 1000 + k, 53) * greatest(current_setting('demo.days')::integer - 3, 0) * 86400) AS onset,
              make_interval(secs => 20 + 3600 * 8 * pg_temp.u(s.n * 1000 + k, 54) ^ 6) AS lasted) AS t;
-- The provider with the most schools was away for three hours of a working day.
INSERT INTO core.outage (agent_id, outage_id, school_id, outage_class, state, onset_at, end_at, told_at, report_id)
SELECT s.agent_id, ('de30ffff-0000-4000-8000-' || lpad(to_hex(s.n), 12, '0'))::uuid, s.school_id, 'isp_core', 'down',
       t.at + make_interval(secs => pg_temp.u(s.n, 55) * 40), t.at + interval '3 hours' + make_interval(secs => pg_temp.u(s.n, 56) * 300), t.at + interval '4 hours', s.report_id
  FROM demo_school AS s
 CROSS JOIN (SELECT date_trunc('week', now() - interval '9 days') + interval '2 days 6 hours 12 minutes' AS at) AS t
 WHERE s.provider_n = 1 AND s.is_town AND current_setting('demo.days')::integer >= 20;
INSERT INTO core.outage (agent_id, outage_id, school_id, outage_class, state, onset_at, end_at, told_at, report_id)
SELECT s.agent_id, ('de30fffe-0000-4000-8000-' || lpad(to_hex(s.n), 12, '0'))::uuid, s.school_id, (ARRAY['isp_access', 'gateway', 'portal'])[1 + s.n % 3], 'down',
       now() - make_interval(mins => 20 + (pg_temp.u(s.n, 57) * 200)::integer), NULL, now(), s.report_id
  FROM demo_school AS s
  JOIN core.agent_state AS a USING (agent_id)
 WHERE a.last_heard_at >= now() - interval '1 minute'
 ORDER BY pg_temp.u(s.n, 58)
 LIMIT greatest(1, (SELECT count(*) FROM demo_school) / 300);

INSERT INTO core.outage_evidence (agent_id, outage_id, school_id, rung, target, observed, observed_at, report_id)
SELECT o.agent_id, o.outage_id, o.school_id, e.rung, e.target, CASE WHEN e.rung = ANY (e.broken) THEN e.bad ELSE 'answers' END, o.onset_at + interval '2 seconds', o.report_id
  FROM core.outage AS o
  JOIN demo_school AS s USING (school_id)
 CROSS JOIN LATERAL (SELECT x.rung, x.target, x.bad, CASE o.outage_class
              WHEN 'lan_link' THEN ARRAY['carrier', 'gateway', 'internet'] WHEN 'gateway' THEN ARRAY['gateway', 'internet']
              WHEN 'isp_access' THEN ARRAY['isp', 'internet'] WHEN 'isp_core' THEN ARRAY['internet'] WHEN 'dns_local' THEN ARRAY['dns_local']
              WHEN 'dns_all' THEN ARRAY['dns_local', 'dns_public'] WHEN 'collector_only' THEN ARRAY['collector'] ELSE ARRAY['internet'] END AS broken
              FROM (VALUES ('carrier', 'eth0', 'no carrier'), ('gateway', '10.0.0.1', 'timeout'), ('isp', 'first hop', 'timeout'),
                           ('internet', '77.88.8.8', 'timeout'), ('dns_local', '10.0.0.1', 'SERVFAIL'), ('dns_public', '77.88.8.1', 'timeout'), ('collector', 'collector', 'ECONNREFUSED')) AS x(rung, target, bad)) AS e
 WHERE e.rung = ANY (e.broken) OR e.rung = 'gateway';
