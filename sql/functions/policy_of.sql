CREATE OR REPLACE FUNCTION core.setting(p_school integer, p_name text)
RETURNS text
LANGUAGE sql
STABLE
AS $$
	SELECT COALESCE((SELECT s.value FROM core.school_setting AS s WHERE s.school_id = p_school AND s.name = p_name), d.value, d.fallback)
	  FROM reference.setting AS d
	 WHERE d.name = p_name
$$;

COMMENT ON FUNCTION core.setting(integer, text) IS
	'What holds for a school: its own value, else the one for all schools, else the fallback.';

CREATE OR REPLACE FUNCTION core.norm_mbps(p_settlement text, p_direction text, p_day date)
RETURNS numeric
LANGUAGE sql
STABLE
AS $$
	SELECT n.norm_mbps
	  FROM (SELECT o.*, true AS own FROM core.norm AS o UNION ALL SELECT r.*, false FROM reference.norm AS r) AS n
	 WHERE n.settlement = p_settlement AND n.direction = p_direction AND n.valid_from <= p_day
	 ORDER BY n.valid_from DESC, n.own DESC
	 LIMIT 1
$$;

COMMENT ON FUNCTION core.norm_mbps(text, text, date) IS
	'The rate that a school in such a place must have on a day, in Mbit/s, as a person or else the files say; empty where no norm stands.';

-- One row a thing, a control's after its entry's, so that a longer policy is a row here and a line in store_policy.c.
CREATE OR REPLACE FUNCTION core.policy_of(p_agent uuid)
RETURNS TABLE (kind text, a text, b text, c text, d text, e text)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
	v_school core.school;
BEGIN
	SELECT s.* INTO v_school
	  FROM core.agent AS g
	  JOIN core.school AS s USING (school_id)
	 WHERE g.agent_id = p_agent AND g.revoked_at IS NULL;
	IF NOT FOUND THEN
		RETURN;
	END IF;

	RETURN QUERY
	SELECT 'time_zone', v_school.time_zone, NULL, NULL, NULL, NULL
	UNION ALL
	SELECT 'issued_ms', (EXTRACT(epoch FROM now()) * 1000)::bigint::text, NULL, NULL, NULL, NULL
	UNION ALL
	SELECT n.name,
	       COALESCE(NULLIF(core.setting(v_school.school_id, n.name), ''),
	                core.norm_mbps(v_school.settlement, n.direction, CURRENT_DATE)::text),
	       NULL, NULL, NULL, NULL
	  FROM (VALUES ('target_down_mbps', 'down'), ('target_up_mbps', 'up')) AS n(name, direction)
	UNION ALL
	SELECT n, core.setting(v_school.school_id, n), NULL, NULL, NULL, NULL
	  FROM unnest(ARRAY['speed_backend', 'speed_every_s', 'speed_budget_bytes_a_day', 'speed_budget_bytes_a_month', 'scan_every_s', 'report_every_s',
	                    'filter_canary_url', 'filter_canary_sha256']) AS n
	UNION ALL
	-- A control serves for an hour, so it is taken anew well before that ends.
	SELECT 'filter_every_s',
	       CASE WHEN v_school.vantage = 'control' THEN least(NULLIF(w.every_s, 0), 1800) ELSE w.every_s END::text, NULL, NULL, NULL, NULL
	  FROM (SELECT NULLIF(core.setting(v_school.school_id, 'filter_every_s'), '')::bigint) AS w(every_s)
	UNION ALL
	SELECT n.kind, v.value, NULL, NULL, NULL, NULL
	  FROM (VALUES ('speed_server', COALESCE(NULLIF(core.setting(v_school.school_id, 'speed_servers'), ''),
	                                         core.setting(v_school.school_id, 'measure_url'))),
	               ('range', core.setting(v_school.school_id, 'ranges')),
	               ('community', core.setting(v_school.school_id, 'communities')),
	               ('block_address', core.setting(v_school.school_id, 'filter_block_addresses')),
	               ('block_host', core.setting(v_school.school_id, 'filter_block_hosts'))) AS n(kind, list),
	       unnest(string_to_array(n.list, ',')) AS v(value)
	 WHERE v.value <> '';

	RETURN QUERY
	SELECT 'speed_slots', slot::text, slots::text, length_s::text, NULL::text, NULL::text
	  FROM core.take_slot(v_school.school_id);
	RETURN QUERY
	SELECT 'lesson', weekday::text, from_minute::text, to_minute::text, NULL::text, NULL::text
	  FROM core.lesson_of(v_school.school_id) ORDER BY weekday, from_minute;
	RETURN QUERY
	SELECT 'holiday', to_char(from_day, 'YYYYMMDD'), to_char(to_day, 'YYYYMMDD'), NULL::text, NULL::text, NULL::text
	  FROM reference.holiday ORDER BY from_day;
	RETURN QUERY
	SELECT 'exam', (EXTRACT(epoch FROM from_at) * 1000)::bigint::text, (EXTRACT(epoch FROM to_at) * 1000)::bigint::text, name, NULL::text, NULL::text
	  FROM core.exams_of(v_school.school_id)
	 WHERE to_at > now()
	 ORDER BY from_at, exam_id LIMIT 16;
	RETURN QUERY
	SELECT 'target', host(address), t.kind, NULL::text, NULL::text, NULL::text
	  FROM reference.internet_target AS t ORDER BY address, t.kind;
	RETURN QUERY
	SELECT 'filter_version', COALESCE(substr(md5(string_agg(f::text, ' ' ORDER BY entry_id)), 1, 16), ''), NULL::text, NULL::text, NULL::text, NULL::text
	  FROM reference.filter_entry AS f;
	RETURN QUERY
	WITH seen AS (
		SELECT c.* FROM core.control_of(v_school.school_id) AS c
	)
	SELECT x.kind, x.a, x.b, x.c, x.d, x.e
	  FROM (SELECT f.entry_id, 0, 0::bigint, 'filter', f.entry_id, f.url, f.expect, f.max_stage, f.category
	          FROM reference.filter_entry AS f
	         UNION ALL
	        SELECT s.entry_id, 1, 0, 'control', (EXTRACT(epoch FROM s.observed_at) * 1000)::bigint::text, s.reachable::integer::text,
	               s.status::text, s.body_bytes::text, s.title
	          FROM seen AS s
	         UNION ALL
	        SELECT s.entry_id, 2, 0, 'control_body', encode(s.body_sha256, 'hex'), NULL, NULL, NULL, NULL
	          FROM seen AS s WHERE s.body_sha256 <> ''
	         UNION ALL
	        SELECT s.entry_id, 3, n.n, 'control_address', host(n.address), NULL, NULL, NULL, NULL
	          FROM seen AS s, unnest(s.addresses) WITH ORDINALITY AS n(address, n)
	         UNION ALL
	        SELECT s.entry_id, 4, n.n, 'control_chain', encode(n.sha256, 'hex'), NULL, NULL, NULL, NULL
	          FROM seen AS s, unnest(s.chain_sha256) WITH ORDINALITY AS n(sha256, n)
	       ) AS x(entry_id, part, place, kind, a, b, c, d, e)
	 ORDER BY x.entry_id, x.part, x.place;
END
$$;

COMMENT ON FUNCTION core.policy_of(uuid) IS
	'What the agents of a school are asked to do, one row a thing; no row for an agent that is revoked or unknown. Its school takes its slot at the measuring server.';
