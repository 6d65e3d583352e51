-- What a claim to a provider rests on. A figure here favours the provider where facts leave it open: planned works, short breaks,
-- outages of others, outages that are not told to be over and tests that say nothing of the contract do not count.

-- Each occurrence of a rule is works of its own.
CREATE OR REPLACE FUNCTION api.claim_works(p_school text, p_from date, p_to date)
RETURNS TABLE (from_at timestamptz, to_at timestamptz, excluded_to timestamptz, comment text, "by" text, noted_at timestamptz)
LANGUAGE sql
STABLE
AS $$
	WITH place AS (
		SELECT s.time_zone, p_from::timestamp AT TIME ZONE s.time_zone AS first, (p_to + 1)::timestamp AT TIME ZONE s.time_zone AS last
		  FROM api.school AS s WHERE s.school = p_school
	), works AS (
		SELECT q.*, p.* FROM place AS p, api.silence_list AS q
		 WHERE q.is_maintenance AND (q.school = p_school OR q.school IS NULL) AND q."from" < p.last AND q."to" > p.first
	), span AS (
		SELECT w.comment, w."by", w.made_at, w.first, w.last, greatest(w."from", o.from_at) AS from_at, least(w."to", o.to_at) AS to_at
		  FROM works AS w
		 CROSS JOIN LATERAL (
		       SELECT w."from" AS from_at, w."to" AS to_at WHERE w.weekdays IS NULL AND w.from_minute IS NULL
		        UNION ALL
		       SELECT (d.day + make_interval(mins => COALESCE(w.from_minute, 0))) AT TIME ZONE w.time_zone,
		              (d.day + make_interval(mins => COALESCE(w.to_minute, 1440))) AT TIME ZONE w.time_zone
		         FROM generate_series(date_trunc('day', greatest(w."from", w.first) AT TIME ZONE w.time_zone) - interval '1 day',
		                              least(w."to", w.last) AT TIME ZONE w.time_zone, interval '1 day') AS d(day)
		        WHERE (w.weekdays IS NOT NULL OR w.from_minute IS NOT NULL)
		          AND (w.weekdays IS NULL OR EXTRACT(isodow FROM d.day)::smallint = ANY (w.weekdays))) AS o
	)
	SELECT s.from_at, s.to_at, least(s.to_at, s.from_at + make_interval(secs => (SELECT c.works_s FROM api.counting AS c))), s.comment, s."by", s.made_at
	  FROM span AS s
	 WHERE s.from_at < s.to_at AND s.from_at < s.last AND s.to_at > s.first
	 ORDER BY 1, 2, 4
$$;

COMMENT ON FUNCTION api.claim_works(text, date, date) IS
	'Planned works at a school that touch the days from one to another, and until when their time is left out: at most as long as contracts allow (setting claim_works_s).';

-- Agents of one school see the same outage: short breaks are judged and time is summed over what all of them saw.
CREATE OR REPLACE FUNCTION api.claim_outages(p_school text, p_from date, p_to date)
RETURNS TABLE (agent_id uuid, outage_id uuid, class text, party text, onset timestamptz, "end" timestamptz, duration_s double precision,
               lesson_s double precision, end_inferred boolean, excluded text, counted tstzmultirange)
LANGUAGE sql
STABLE
AS $$
	WITH place AS (
		SELECT s.time_zone, tstzrange(p_from::timestamp AT TIME ZONE s.time_zone, (p_to + 1)::timestamp AT TIME ZONE s.time_zone) AS period
		  FROM api.school AS s WHERE s.school = p_school
	), works AS (
		SELECT COALESCE(range_agg(tstzrange(w.from_at, w.excluded_to)), '{}') AS spans FROM api.claim_works(p_school, p_from, p_to) AS w
	), seen AS (
		SELECT o.*, p.period, o.party = 'provider' AND o.is_internet AS is_providers,
		       CASE WHEN o."end" IS NOT NULL THEN tstzmultirange(tstzrange(o.onset, o."end") * p.period) ELSE '{}' END AS span,
		       CASE WHEN o."end" IS NOT NULL THEN tstzmultirange(tstzrange(o.onset, o."end") * p.period) - w.spans ELSE '{}' END AS rest
		  FROM place AS p
		 CROSS JOIN works AS w
		  JOIN api.outage AS o ON o.school = p_school AND o.onset < upper(p.period) AND COALESCE(o."end", 'infinity') > lower(p.period)
	), away AS (
		SELECT COALESCE(range_agg(r), '{}') AS spans FROM seen AS s, unnest(s.rest) AS r WHERE s.is_providers
	), judged AS (
		SELECT s.*, CASE WHEN NOT s.is_providers THEN 'party'
		                 WHEN s."end" IS NULL THEN 'open'
		                 WHEN isempty(s.rest) THEN 'works'
		                 WHEN (SELECT sum(EXTRACT(epoch FROM upper(r) - lower(r)))
		                         FROM unnest(a.spans * tstzmultirange(tstzrange(s."end" - make_interval(secs => c.break_window_s), s."end"))) AS r) <= c.break_s THEN 'short' END AS excluded
		  FROM seen AS s CROSS JOIN away AS a CROSS JOIN api.counting AS c
	)
	SELECT j.agent_id, j.outage_id, j.class, j.party, j.onset, j."end",
	       (SELECT sum(EXTRACT(epoch FROM upper(r) - lower(r))) FROM unnest(j.span) AS r)::double precision,
	       CASE WHEN NOT isempty(j.span) THEN api.lesson_s(p_school, j.time_zone, lower(j.span), upper(j.span)) END,
	       j.end_inferred, j.excluded, CASE WHEN j.excluded IS NULL THEN j.rest ELSE '{}' END
	  FROM judged AS j
	 ORDER BY j.onset, j.agent_id, j.outage_id
$$;

COMMENT ON FUNCTION api.claim_outages(text, date, date) IS
	'Outages of a school that touch the days from one to another, cut to them, and what of each counts against the provider. Why it does not (excluded): party, it was not the provider''s or the Internet was there; open, it is not told to be over; works, planned works; short, the line was away for at most claim_break_s in the claim_break_window_s before its end.';

CREATE OR REPLACE FUNCTION api.claim_contract(p_school text, p_from date, p_to date)
RETURNS TABLE (provider text, contract_number text, contract_day date, contract_down_mbps numeric, contract_up_mbps numeric, contract_month_rub numeric,
               valid_from date, valid_to date, is_whole boolean)
LANGUAGE sql
STABLE
AS $$
	SELECT COALESCE(NULLIF(c.provider, ''), s.provider), COALESCE(c.contract_number, ''), c.contract_day, c.contract_down_mbps, c.contract_up_mbps, c.contract_month_rub,
	       c.valid_from, c.valid_to, COALESCE(c.days @> d.days, NOT EXISTS (SELECT FROM api.contract AS x WHERE x.school = s.school AND x.days && d.days))
	  FROM api.school AS s
	 CROSS JOIN (VALUES (daterange(p_from, p_to, '[]'))) AS d(days)
	  LEFT JOIN api.contract AS c ON c.school = s.school AND p_to <@ c.days
	 WHERE s.school = p_school
$$;

COMMENT ON FUNCTION api.claim_contract(text, date, date) IS
	'The contract of a school that is in force on the last of some days, and whether it is so on all of them (is_whole): a claim is one of one contract.';

CREATE OR REPLACE FUNCTION api.claim_tests(p_school text, p_from date, p_to date)
RETURNS TABLE (agent_id uuid, test_id uuid, direction text, started_at timestamptz, lesson text, mode text, ip_mbps double precision,
               contract_mbps numeric, norm_mbps numeric, server text, backend text, verdict text, excluded text, reached boolean)
LANGUAGE sql
STABLE
AS $$
	SELECT t.agent_id, t.test_id, t.direction, t.started_at, t.lesson, t.mode, t.ip_mbps, c.contract_mbps, n.norm_mbps, t.server, t.backend, t.verdict,
	       CASE WHEN t.mode = 'passive' THEN 'passive'
	            WHEN NOT t.is_judged THEN t.verdict
	            WHEN t.started_at <@ w.spans THEN 'works'
	            WHEN t.mode = 'verify' AND 1.1 * t.target_mbps < r.pass_ratio * c.contract_mbps AND t.ip_mbps >= 0.97 * t.target_mbps THEN 'capped' END,
	       t.ip_mbps >= r.pass_ratio * c.contract_mbps
	  FROM api.school AS s
	  JOIN api.speed_sample AS t ON t.school = s.school
	   AND t.started_at >= p_from::timestamp AT TIME ZONE s.time_zone AND t.started_at < (p_to + 1)::timestamp AT TIME ZONE s.time_zone
	  LEFT JOIN api.contract AS k ON k.school = s.school AND t.day <@ k.days
	 CROSS JOIN LATERAL (SELECT CASE t.direction WHEN 'down' THEN k.contract_down_mbps ELSE k.contract_up_mbps END AS contract_mbps) AS c
	  LEFT JOIN LATERAL (
	       SELECT m.norm_mbps FROM api.norm AS m
	        WHERE m.settlement = s.settlement AND m.direction = t.direction AND m.valid_from <= p_to ORDER BY m.valid_from DESC LIMIT 1) AS n ON true
	 CROSS JOIN (SELECT COALESCE(range_agg(tstzrange(w.from_at, w.excluded_to)), '{}') AS spans FROM api.claim_works(p_school, p_from, p_to) AS w) AS w
	 CROSS JOIN api.counting AS r
	 WHERE s.school = p_school
	 ORDER BY t.started_at, t.agent_id, t.test_id, t.direction
$$;

COMMENT ON FUNCTION api.claim_tests(text, date, date) IS
	'Tests of a school''s line from one day to another (both included, in its time zone) against the contract of its day; excluded says why one does not count: its verdict, passive, works, or capped, when it was held at a target below the contract.';

CREATE OR REPLACE FUNCTION api.claim_data(p_school text, p_from date, p_to date)
RETURNS TABLE (n bigint, line text)
LANGUAGE sql
STABLE
SET timezone = 'UTC'
SET extra_float_digits = 1
AS $$
	WITH part AS (
		SELECT 1 AS part, 0::bigint AS n, jsonb_build_object('kind', 'claim', 'format', 2, 'school', s.school, 'from', p_from, 'to', p_to, 'time_zone', s.time_zone,
		       'provider', k.provider, 'contract_number', k.contract_number, 'contract_day', k.contract_day, 'contract_month_rub', k.contract_month_rub,
		       'contract_down_mbps', k.contract_down_mbps, 'contract_up_mbps', k.contract_up_mbps, 'pass_ratio', c.pass_ratio, 'min_tests', c.min_tests,
		       'break_s', c.break_s, 'break_window_s', c.break_window_s, 'works_s', c.works_s) AS line
		  FROM api.school AS s, api.claim_contract(p_school, p_from, p_to) AS k, api.counting AS c WHERE s.school = p_school
		 UNION ALL
		SELECT 2, row_number() OVER (ORDER BY t.started_at, t.agent_id, t.test_id, t.direction),
		       jsonb_build_object('kind', 'test', 'agent', t.agent_id, 'test', t.test_id, 'direction', t.direction, 'at', t.started_at, 'lesson', t.lesson, 'mode', t.mode,
		       'backend', t.backend, 'server', t.server, 'server_address', r.server_address, 'target_mbps', x.target_mbps, 'ip_mbps', t.ip_mbps, 'goodput_mbps', x.goodput_mbps,
		       'duration_s', x.duration_s, 'size_bytes', x.size_bytes, 'verdict', t.verdict, 'confidence', x.confidence, 'excluded', t.excluded, 'norm_mbps', t.norm_mbps,
		       'lan_speed_mbps', r.lan_speed_mbps, 'cpu_pct', r.cpu_pct, 'congestion_control', r.congestion_control, 'mss_bytes', r.mss_bytes, 'sample_ms', r.sample_ms,
		       'warmup_samples', r.warmup_samples, 'sample_bytes', r.sample_bytes, 'runs', r.runs, 'streams', r.streams, 'server_record', r.server_record,
		       'agent_version', r.agent_version, 'clock_synchronised', r.clock_synchronised)
		  FROM api.claim_tests(p_school, p_from, p_to) AS t
		  JOIN api.speed_sample AS x ON x.school = p_school AND x.agent_id = t.agent_id AND x.test_id = t.test_id AND x.direction = t.direction
		  JOIN api.speed_raw AS r ON r.school = p_school AND r.agent_id = t.agent_id AND r.test_id = t.test_id AND r.direction = t.direction
		 UNION ALL
		SELECT 3, row_number() OVER (ORDER BY o.onset, o.agent_id, o.outage_id),
		       jsonb_build_object('kind', 'outage', 'agent', o.agent_id, 'outage', o.outage_id, 'class', o.class, 'party', o.party, 'onset', o.onset, 'end', o."end",
		       'end_inferred', o.end_inferred, 'excluded', o.excluded, 'counted_s', (SELECT COALESCE(sum(EXTRACT(epoch FROM upper(r) - lower(r))), 0) FROM unnest(o.counted) AS r),
		       'evidence', e.evidence)
		  FROM api.claim_outages(p_school, p_from, p_to) AS o
		  JOIN api.outage AS e ON e.school = p_school AND e.agent_id = o.agent_id AND e.outage_id = o.outage_id
		 UNION ALL
		SELECT 4, row_number() OVER (ORDER BY w.from_at, w.to_at, w.comment, w.noted_at),
		       jsonb_build_object('kind', 'works', 'from', w.from_at, 'to', w.to_at, 'excluded_to', w.excluded_to, 'comment', w.comment, 'by', w."by", 'noted', w.noted_at)
		  FROM api.claim_works(p_school, p_from, p_to) AS w
	)
	SELECT row_number() OVER (ORDER BY p.part, p.n), p.line::text FROM part AS p ORDER BY 1
$$;

COMMENT ON FUNCTION api.claim_data(text, date, date) IS
	'The raw data of a claim, a JSON object a line: the contract and the rules, each test with its runs and their samples, each outage with its evidence, planned works. The same facts give the same bytes.';

CREATE OR REPLACE FUNCTION api.claim_digest(p_school text, p_from date, p_to date, OUT sha256 text, OUT tests bigint, OUT outages bigint)
LANGUAGE sql
STABLE
AS $$
	SELECT encode(sha256(convert_to(string_agg(d.line || E'\n', '' ORDER BY d.n), 'UTF8')), 'hex'),
	       count(*) FILTER (WHERE d.line::jsonb ->> 'kind' = 'test'), count(*) FILTER (WHERE d.line::jsonb ->> 'kind' = 'outage')
	  FROM api.claim_data(p_school, p_from, p_to) AS d
$$;

COMMENT ON FUNCTION api.claim_digest(text, date, date) IS
	'SHA-256 of the lines of api.claim_data(), each with its line feed, as sha256sum says of the file; how many are tests and outages.';

CREATE OR REPLACE VIEW api.claim AS
SELECT c.claim_id,
       s.code AS school,
       c.from_day,
       c.to_day,
       c.sha256,
       c.tests,
       c.outages,
       c.made_at,
       c.made_by
  FROM core.claim AS c
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.claim IS 'Claims that papers were made of: the days, the SHA-256 of the raw data, and who made the first.';

CREATE OR REPLACE VIEW api.claim_file AS
SELECT f.file_sha256,
       f.claim_id,
       s.code AS school,
       f.paper,
       f.format,
       f.made_at,
       f.made_by
  FROM core.claim_file AS f
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.claim_file IS 'Files of papers for claims as they left the collector, by their SHA-256.';
