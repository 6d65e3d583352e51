CREATE OR REPLACE FUNCTION core.in_lesson(p_school integer, p_zone text, p_at timestamptz)
RETURNS boolean
LANGUAGE sql
STABLE
AS $$
	SELECT NOT EXISTS (SELECT FROM reference.holiday WHERE l.day BETWEEN from_day AND to_day)
	   AND EXISTS (SELECT FROM core.lesson_of(p_school) AS r
	                WHERE r.weekday = l.weekday AND l.minute >= r.from_minute AND l.minute < r.to_minute)
	  FROM (SELECT (p_at AT TIME ZONE p_zone)::date AS day,
	               EXTRACT(isodow FROM p_at AT TIME ZONE p_zone)::integer AS weekday,
	               EXTRACT(hour FROM p_at AT TIME ZONE p_zone)::integer * 60 + EXTRACT(minute FROM p_at AT TIME ZONE p_zone)::integer AS minute) AS l
$$;

COMMENT ON FUNCTION core.in_lesson(integer, text, timestamptz) IS
	'Has a school (0: one without bells of its own) lessons at a moment, by the clock of a time zone?';

-- Every school with what all its facts share. A control's line is no line of the schools' provider.
CREATE OR REPLACE FUNCTION core.alert_places(p_now timestamptz)
RETURNS TABLE (school_id integer, time_zone text, closed boolean, provider integer, provider_schools integer, lesson boolean)
LANGUAGE sql
STABLE
AS $$
	WITH place AS MATERIALIZED (
		SELECT s.*, COALESCE(l.school_id, 0) AS bells
		  FROM core.school AS s
		  LEFT JOIN (SELECT DISTINCT l.school_id FROM core.school_lesson AS l) AS l USING (school_id)
	), zone AS MATERIALIZED (
		SELECT z.bells, z.time_zone, core.in_lesson(z.bells, z.time_zone, p_now) AS lesson
		  FROM (SELECT DISTINCT p.bells, p.time_zone FROM place AS p) AS z)
	SELECT s.school_id, s.time_zone, s.closed_at IS NOT NULL,
	       CASE WHEN s.provider <> '' AND s.vantage = 'school' THEN hashtext(s.provider) ELSE 0 END,
	       (count(*) FILTER (WHERE s.closed_at IS NULL AND s.provider <> '' AND s.vantage = 'school' AND g.heard) OVER (PARTITION BY s.provider))::integer,
	       z.lesson
	  FROM place AS s
	  JOIN zone AS z USING (bells, time_zone)
	  LEFT JOIN (SELECT t.school_id, true AS heard FROM core.agent_state AS t GROUP BY t.school_id) AS g USING (school_id)
$$;

COMMENT ON FUNCTION core.alert_places(timestamptz) IS
	'Schools as the facts of alerts need them: closed, in lessons now, whose line it is (0 not known) and how many schools of that provider are watched.';

-- What may change within seconds: silence, outages, clocks, spools. Only what is near its threshold or has an open alert.
CREATE OR REPLACE FUNCTION core.alert_facts_now(p_now timestamptz)
RETURNS TABLE (kind text, school_id integer, subject text, value double precision, at timestamptz, since timestamptz, moot boolean, reach integer)
LANGUAGE sql
STABLE
AS $$
	WITH open AS MATERIALIZED (
		SELECT a.kind, a.school_id, a.subject FROM core.alert AS a
		 WHERE a.state <> 'resolved' AND a.kind IN ('agent_silent', 'connectivity_drop', 'clock_wrong', 'spool_full')
	), agent AS MATERIALIZED (
		SELECT a.agent_id::text AS subject, a.agent_id, a.school_id, a.revoked_at IS NOT NULL AS revoked, t.*,
		       EXTRACT(epoch FROM p_now - t.heard)::double precision AS silence_s,
		       EXTRACT(epoch FROM p_now - max(t.heard) FILTER (WHERE a.revoked_at IS NULL) OVER (PARTITION BY a.school_id)) AS school_silence_s,
		       max(t.heard) FILTER (WHERE a.revoked_at IS NULL) OVER (PARTITION BY a.school_id) AS school_heard
		  FROM core.agent AS a
		 CROSS JOIN LATERAL (
		       SELECT s.last_heard_at AS heard, s.last_report_at, abs(s.clock_ahead_ms) / 1000.0 AS clock_s,
		              100.0 * s.spool_bytes / NULLIF(s.spool_limit_bytes, 0) AS spool_pct
		         FROM core.agent_state AS s WHERE s.agent_id = a.agent_id) AS t
	), broken AS MATERIALIZED (
		-- Of an agent only its newest outage can still last.
		SELECT o.school_id, count(*) AS outages, min(o.onset_at) AS onset, max(g.heard) AS heard,
		       bool_or(c.party = 'provider' AND NOT EXISTS (
		           SELECT FROM core.outage_evidence AS e
		            WHERE e.agent_id = o.agent_id AND e.outage_id = o.outage_id AND e.rung = 'power')) AS by_provider
		  FROM core.outage AS o
		  JOIN reference.outage_class AS c USING (outage_class)
		  JOIN agent AS g ON g.agent_id = o.agent_id AND NOT g.revoked
		 WHERE o.end_at IS NULL AND c.is_internet
		   AND NOT EXISTS (SELECT FROM core.outage AS n WHERE n.agent_id = o.agent_id AND n.school_id = o.school_id AND n.onset_at > o.onset_at)
		 GROUP BY o.school_id
	)
	SELECT 'agent_silent', g.school_id, g.subject, g.silence_s, p_now, CASE WHEN g.silence_s >= 60 THEN g.heard END, g.revoked,
	       CASE WHEN g.revoked OR g.school_silence_s < 35 THEN 0 WHEN g.school_silence_s < 75 THEN 1 ELSE 2 END
	  FROM agent AS g
	 WHERE (NOT g.revoked AND g.silence_s >= 35) OR (g.school_id, g.subject) IN (SELECT o.school_id, o.subject FROM open AS o WHERE o.kind = 'agent_silent')
	 UNION ALL
	SELECT 'connectivity_drop', w.school_id, '', COALESCE(b.outages, 0)::double precision,
	       COALESCE(b.heard, (SELECT max(g.school_heard) FROM agent AS g WHERE g.school_id = w.school_id)),
	       COALESCE(b.onset, (SELECT max(o.end_at) FROM core.outage AS o WHERE o.school_id = w.school_id AND o.onset_at > p_now - interval '30 days')),
	       NOT EXISTS (SELECT FROM agent AS g WHERE g.school_id = w.school_id AND NOT g.revoked),
	       CASE WHEN b.by_provider THEN 2 ELSE 0 END
	  FROM (SELECT b.school_id FROM broken AS b UNION SELECT o.school_id FROM open AS o WHERE o.kind = 'connectivity_drop') AS w
	  LEFT JOIN broken AS b USING (school_id)
	 UNION ALL
	SELECT 'clock_wrong', g.school_id, g.subject, g.clock_s::double precision, g.heard, NULL, g.revoked, 0
	  FROM agent AS g
	 WHERE (NOT g.revoked AND g.clock_s >= 10) OR (g.school_id, g.subject) IN (SELECT o.school_id, o.subject FROM open AS o WHERE o.kind = 'clock_wrong')
	 UNION ALL
	SELECT 'spool_full', g.school_id, g.subject, COALESCE(g.spool_pct, 0)::double precision, g.last_report_at, NULL, g.revoked, 0
	  FROM agent AS g
	 WHERE (NOT g.revoked AND g.spool_pct >= 60) OR (g.school_id, g.subject) IN (SELECT o.school_id, o.subject FROM open AS o WHERE o.kind = 'spool_full')
$$;

COMMENT ON FUNCTION core.alert_facts_now(timestamptz) IS
	'Facts that change within seconds, near their threshold or of an open alert: silence of agents, open outages, clocks, spools. reach: the school is off (2) or perhaps (1) for its provider.';

-- What changes with a report or with the days: rates, the filter, devices, certificates.
CREATE OR REPLACE FUNCTION core.alert_facts_slow(p_now timestamptz, p_since timestamptz)
RETURNS TABLE (kind text, school_id integer, subject text, value double precision, at timestamptz, since timestamptz, moot boolean, reach integer)
LANGUAGE sql
STABLE
AS $$
	WITH open AS MATERIALIZED (
		SELECT a.kind, a.school_id, a.subject FROM core.alert AS a WHERE a.state <> 'resolved'
	), came AS MATERIALIZED (
		SELECT DISTINCT r.school_id, r.kind FROM core.report AS r WHERE r.received_at >= p_since AND r.kind IN ('speed', 'filter')
	), line AS (
		SELECT w.school_id FROM came AS w WHERE w.kind = 'speed'
		 UNION SELECT o.school_id FROM open AS o WHERE o.kind IN ('line_below_norm', 'line_below_contract')
	), pace AS MATERIALIZED (
		SELECT s.school_id, d.direction, m.median, m.at, m.since,
		       core.norm_mbps(s.settlement, d.direction, p_now::date)::double precision AS norm,
		       CASE d.direction WHEN 'down' THEN s.contract_down_mbps ELSE s.contract_up_mbps END::double precision AS contract
		  FROM line AS w
		  JOIN core.school AS s USING (school_id)
		 CROSS JOIN (VALUES ('down'), ('up')) AS d(direction)
		 CROSS JOIN LATERAL (
		       SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x.ip_mbps) AS median, max(x.started_at) AS at, min(x.started_at) AS since, count(*) AS n
		         FROM (SELECT v.ip_mbps, t.started_at
		                 FROM core.speed_test AS t
		                 JOIN core.speed_direction AS v USING (agent_id, test_id)
		                 JOIN reference.speed_verdict AS j USING (verdict)
		                WHERE t.school_id = s.school_id AND t.started_at > p_now - interval '35 days' AND v.direction = d.direction AND j.is_judged AND t.mode <> 'light'
		                ORDER BY t.started_at DESC LIMIT 3) AS x) AS m
		 WHERE m.n = 3
	), checked AS MATERIALIZED (
		SELECT w.school_id, r.at, c.leak, c.overblock
		  FROM (SELECT w.school_id FROM came AS w WHERE w.kind = 'filter'
		         UNION SELECT o.school_id FROM open AS o WHERE o.kind IN ('filter_leak', 'filter_overblock')) AS w
		 CROSS JOIN LATERAL (
		       SELECT f.agent_id, f.run_id, f.started_at, least(f.finished_at, p_now) AS at
		         FROM core.filter_run AS f WHERE f.school_id = w.school_id ORDER BY f.started_at DESC LIMIT 1) AS r
		 CROSS JOIN LATERAL (
		       SELECT count(*) FILTER (WHERE v.outcome = 'leak') AS leak, count(*) FILTER (WHERE v.outcome = 'overblock') AS overblock
		         FROM core.filter_observation AS v
		        WHERE v.school_id = w.school_id AND v.observed_at >= r.started_at - interval '1 hour'
		          AND v.agent_id = r.agent_id AND v.run_id = r.run_id AND v.confidence >= 0.5) AS c
	), heard AS MATERIALIZED (
		SELECT t.school_id, max(t.last_report_at) AS at FROM core.agent_state AS t GROUP BY t.school_id
	), absent AS MATERIALIZED (
		-- What always works is missed within the hour; what people switch off and on, when school days go by without it.
		SELECT d.school_id, d.device_id::text AS subject, CASE WHEN k.is_infrastructure THEN d.absent_since ELSE d.gone_at END AS since, k.is_infrastructure
		  FROM core.device AS d
		 CROSS JOIN LATERAL (VALUES (d.class IN ('switch', 'router', 'firewall', 'modem', 'wifi_ap', 'wlan_controller', 'wireless_bridge',
		                                         'server', 'nas', 'nvr', 'ups', 'pbx', 'skud'))) AS k(is_infrastructure)
		 WHERE d.merged_into IS NULL AND d.absent_since IS NOT NULL
		   AND CASE WHEN k.is_infrastructure THEN d.absent_since > p_now - interval '90 days' AND d.absent_since <= p_now - interval '1 hour'
		            ELSE d.gone_at > p_now - interval '90 days' END
	)
	SELECT 'line_below_norm', p.school_id, p.direction, 100 * (1 - p.median / p.norm), p.at, p.since, false, 0 FROM pace AS p WHERE p.norm IS NOT NULL
	 UNION ALL
	SELECT 'line_below_contract', p.school_id, p.direction, 100 * (1 - p.median / p.contract), p.at, p.since, false, 0
	  FROM pace AS p WHERE p.contract IS NOT NULL
	 UNION ALL
	-- A contract whose rate is not known any more cannot be broken.
	SELECT o.kind, o.school_id, o.subject, 0, p_now, NULL, true, 0
	  FROM open AS o JOIN core.school AS s USING (school_id)
	 WHERE o.kind = 'line_below_contract' AND CASE o.subject WHEN 'down' THEN s.contract_down_mbps ELSE s.contract_up_mbps END IS NULL
	 UNION ALL
	SELECT 'filter_leak', c.school_id, '', c.leak, c.at, c.at, false, 0 FROM checked AS c
	 UNION ALL
	SELECT 'filter_overblock', c.school_id, '', c.overblock, c.at, c.at, false, 0 FROM checked AS c
	 UNION ALL
	SELECT 'device_gone', a.school_id, a.subject, 100, h.at, a.since, false, 0
	  FROM absent AS a JOIN heard AS h USING (school_id) WHERE a.is_infrastructure
	 UNION ALL
	SELECT 'device_gone', a.school_id, '', 100, max(h.at), min(a.since), false, 0
	  FROM absent AS a JOIN heard AS h USING (school_id) WHERE NOT a.is_infrastructure GROUP BY a.school_id
	 UNION ALL
	SELECT o.kind, o.school_id, o.subject, 0, h.at, d.last_seen, o.subject <> '' AND (d.device_id IS NULL OR d.merged_into IS NOT NULL OR d.absent_since <= p_now - interval '90 days'), 0
	  FROM open AS o
	  JOIN heard AS h USING (school_id)
	  LEFT JOIN core.device AS d ON d.device_id = CASE WHEN o.kind = 'device_gone' THEN NULLIF(o.subject, '')::uuid END
	 WHERE o.kind = 'device_gone'
	   AND NOT EXISTS (SELECT FROM absent AS a WHERE a.school_id = o.school_id AND CASE WHEN o.subject = '' THEN NOT a.is_infrastructure ELSE a.subject = o.subject AND a.is_infrastructure END)
	 UNION ALL
	-- The first look at a network finds everything new.
	SELECT 'device_new_unknown', w.school_id, '', COALESCE(n.devices, 0), p_now, n.since, false, 0
	  FROM (SELECT DISTINCT d.school_id FROM core.device AS d WHERE d.merged_into IS NULL AND d.class = 'unknown' AND d.first_seen > p_now - interval '1 day'
	         UNION SELECT o.school_id FROM open AS o WHERE o.kind = 'device_new_unknown') AS w
	 CROSS JOIN LATERAL (
	       SELECT count(*) AS devices, min(d.first_seen) AS since
	         FROM core.device AS d
	        WHERE d.school_id = w.school_id AND d.merged_into IS NULL AND d.class = 'unknown' AND d.first_seen > p_now - interval '1 day'
	          AND d.first_seen > (SELECT min(f.finished_at) FROM core.scan AS f WHERE f.school_id = w.school_id) + interval '1 day'
	          AND NOT EXISTS (SELECT FROM core.device_correction AS c WHERE c.device_id = d.device_id AND c.class IS NOT NULL)) AS n
	 UNION ALL
	SELECT 'certificate_ending', a.school_id, a.agent_id::text, EXTRACT(epoch FROM p_now - k.ends_at) / 86400, p_now, NULL, a.revoked_at IS NOT NULL, 0
	  FROM (SELECT k.agent_id, max(k.ends_at) AS ends_at FROM core.agent_key AS k GROUP BY k.agent_id) AS k
	  JOIN core.agent AS a USING (agent_id)
	 WHERE (a.revoked_at IS NULL AND k.ends_at < p_now + interval '90 days')
	    OR (a.school_id, a.agent_id::text) IN (SELECT o.school_id, o.subject FROM open AS o WHERE o.kind = 'certificate_ending')
$$;

COMMENT ON FUNCTION core.alert_facts_slow(timestamptz, timestamptz) IS
	'Facts that change with a report or with the days, of schools whose reports came since then and of open alerts: rates, the filter, devices, certificates.';

CREATE OR REPLACE FUNCTION core.alert_facts(p_now timestamptz, p_since timestamptz)
RETURNS TABLE (kind text, school_id integer, subject text, value double precision, at_ms bigint, since_ms bigint,
               lesson integer, silenced integer, moot integer, reach integer, provider integer, provider_schools integer)
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
	RETURN QUERY
	WITH place AS MATERIALIZED (SELECT * FROM core.alert_places(p_now)),
	quiet AS MATERIALIZED (SELECT * FROM core.silence AS q WHERE q.ended_at IS NULL AND p_now >= q.from_at AND p_now < q.to_at),
	fact AS (
		SELECT * FROM core.alert_facts_now(p_now)
		 UNION ALL
		SELECT f.* FROM core.alert_facts_slow(p_now, p_since) AS f WHERE p_since IS NOT NULL)
	SELECT f.kind, f.school_id, f.subject, f.value,
	       COALESCE((EXTRACT(epoch FROM f.at) * 1000)::bigint, 0), COALESCE((EXTRACT(epoch FROM f.since) * 1000)::bigint, 0),
	       p.lesson::integer,
	       EXISTS (SELECT FROM quiet AS q
	                WHERE (q.school_id IS NULL OR q.school_id = f.school_id) AND (q.kind IS NULL OR q.kind = f.kind)
	                  AND core.is_within(p_now, p.time_zone, q.weekdays, q.from_minute, q.to_minute))::integer,
	       (COALESCE(f.moot, false) OR n.nobodys)::integer, f.reach, p.provider, p.provider_schools
	  FROM fact AS f
	  JOIN place AS p USING (school_id)
	  JOIN core.school AS s USING (school_id)
	 -- Of a control only its silence is anybody's to mend.
	 CROSS JOIN LATERAL (VALUES (p.closed OR (s.vantage = 'control' AND f.kind <> 'agent_silent'))) AS n(nobodys)
	 WHERE NOT n.nobodys OR EXISTS (SELECT FROM core.alert AS a WHERE a.school_id = f.school_id AND a.state <> 'resolved');
END
$$;

COMMENT ON FUNCTION core.alert_facts(timestamptz, timestamptz) IS
	'What the alert engine judges at a moment; p_since null: without what changes slowly, else also that of schools whose reports came since then.';
