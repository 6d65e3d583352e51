-- One reported device becomes one row of core.device. Fields that the report
-- leaves empty stay as they were: a failed query blanks nothing. A report older
-- than what is known fills gaps only.
CREATE OR REPLACE FUNCTION core.take_device(
	p_report     bigint,
	p_school     integer,
	p_agent      uuid,
	p_scan       uuid,
	p_agent_key  text,
	p_first      timestamptz,
	p_last       timestamptz,
	p_class      text,
	p_rule       text,
	p_confidence real,
	p_vendor     text,
	p_model      text,
	p_serial     text,
	p_firmware   text,
	p_os         text,
	p_name       text,
	p_location   text,
	p_addresses  inet[],
	i_kind       text[],
	i_value      text[],
	i_qualifier  text[],
	i_shared     boolean[])
RETURNS uuid
LANGUAGE plpgsql
AS $$
DECLARE
	v_device uuid;
	v_former uuid;
	v_others uuid[] := '{}';
	v_pair   record;
	v_against_id    uuid[] := '{}';
	v_against_kind  text[] := '{}';
	v_against_value text[] := '{}';
	v_class  text;
	v_is_new boolean := false;
	v_kind      text[];
	v_value     text[];
	v_qualifier text[];
BEGIN
	SELECT class INTO v_class FROM reference.device_class WHERE class = p_class;
	v_class := COALESCE(v_class, 'unknown');
	SELECT COALESCE(array_agg(u.kind), '{}'), COALESCE(array_agg(u.value), '{}'), COALESCE(array_agg(u.qualifier), '{}')
	  INTO v_kind, v_value, v_qualifier
	  FROM unnest(i_kind, i_value, i_qualifier, i_shared) AS u(kind, value, qualifier, shared)
	 WHERE NOT u.shared;

	FOR v_pair IN
		SELECT m.* FROM core.match_device(p_school, v_kind, v_value, v_qualifier, p_scan, p_agent, p_agent_key) AS m
	LOOP
		IF NOT v_pair.is_match THEN
			v_against_id := v_against_id || v_pair.device_id;
			v_against_kind := v_against_kind || v_pair.kind;
			v_against_value := v_against_value || v_pair.value;
		ELSIF v_device IS NULL THEN
			v_device := v_pair.device_id;
		ELSE
			v_others := v_others || v_pair.device_id;
		END IF;
	END LOOP;

	IF v_device IS NULL THEN
		v_device := core.match_weakly(p_school, p_agent, p_agent_key, p_addresses, v_kind, v_value, p_scan);
	END IF;

	IF v_device IS NULL THEN
		INSERT INTO core.device (school_id, class, class_rule, confidence, classed_at, vendor, model, serial, firmware, os, name, location,
		                         first_seen, last_seen, agent_id, agent_key, scan_id, report_id)
		VALUES (p_school, v_class, p_rule, p_confidence, p_last, p_vendor, p_model, p_serial, p_firmware, p_os, p_name, p_location,
		        p_first, p_last, p_agent, p_agent_key, p_scan, p_report)
		RETURNING device_id INTO v_device;
		v_is_new := true;
	ELSE
		-- The same class confirms itself; another one must be surer, or the old one a week without evidence.
		UPDATE core.device AS d
		   SET (class, class_rule, confidence, classed_at) = (
		           SELECT v_class, p_rule, p_confidence, p_last
		            WHERE p_last >= d.classed_at
		              AND (v_class = d.class OR (v_class <> 'unknown'
		                   AND (p_confidence >= d.confidence OR d.classed_at < p_last - interval '7 days')))
		           UNION ALL
		           SELECT d.class, d.class_rule, d.confidence, d.classed_at
		            LIMIT 1),
		       vendor   = CASE WHEN p_vendor   <> '' AND (p_last >= d.last_seen OR d.vendor   = '') THEN p_vendor   ELSE d.vendor   END,
		       model    = CASE WHEN p_model    <> '' AND (p_last >= d.last_seen OR d.model    = '') THEN p_model    ELSE d.model    END,
		       serial   = CASE WHEN p_serial   <> '' AND (p_last >= d.last_seen OR d.serial   = '') THEN p_serial   ELSE d.serial   END,
		       firmware = CASE WHEN p_firmware <> '' AND (p_last >= d.last_seen OR d.firmware = '') THEN p_firmware ELSE d.firmware END,
		       os       = CASE WHEN p_os       <> '' AND (p_last >= d.last_seen OR d.os       = '') THEN p_os       ELSE d.os       END,
		       name     = CASE WHEN p_name     <> '' AND (p_last >= d.last_seen OR d.name     = '') THEN p_name     ELSE d.name     END,
		       location = CASE WHEN p_location <> '' AND (p_last >= d.last_seen OR d.location = '') THEN p_location ELSE d.location END,
		       absent_since = CASE WHEN p_last >= d.absent_since THEN NULL ELSE d.absent_since END,
		       gone_at      = CASE WHEN p_last >= d.absent_since THEN NULL ELSE d.gone_at END,
		       -- An imported inventory (its computer's key is facts-...) takes no device from the agent that sees it.
		       (agent_id, agent_key, scan_id) = (
		           SELECT p_agent, p_agent_key, p_scan
		            WHERE p_last >= d.last_seen AND (p_agent_key NOT LIKE 'facts-%' OR d.agent_key LIKE 'facts-%')
		           UNION ALL
		           SELECT d.agent_id, d.agent_key, d.scan_id
		            LIMIT 1),
		       first_seen = least(d.first_seen, p_first),
		       last_seen  = greatest(d.last_seen, p_last),
		       report_id  = p_report
		 WHERE d.device_id = v_device;
	END IF;

	-- What shares a key and yet contradicts: unless it is known already who it is, a person decides, and is asked once about a pair.
	IF cardinality(v_against_id) > 0 AND v_is_new THEN
		INSERT INTO core.merge_candidate (school_id, device_id, other_id, kind, value, reason, noted_at, report_id)
		SELECT p_school, v_device, u.id, u.kind, u.value, 'they share this key, but their serial numbers, UUIDs or names differ', p_last, p_report
		  FROM unnest(v_against_id, v_against_kind, v_against_value) AS u(id, kind, value)
		 WHERE u.id <> v_device
		   AND NOT EXISTS (SELECT FROM core.merge_candidate AS c
		                    WHERE (c.device_id = v_device AND c.other_id = u.id) OR (c.device_id = u.id AND c.other_id = v_device))
		ON CONFLICT ON CONSTRAINT merge_candidate_once DO NOTHING;
	END IF;
	PERFORM core.merge_devices(v_device, o, 'one report showed what identifies both', p_report)
	   FROM unnest(v_others) AS o
	  WHERE NOT EXISTS (SELECT FROM core.merge_candidate AS c
	                     WHERE c.decision = 'different'
	                       AND ((c.device_id = v_device AND c.other_id = o) OR (c.device_id = o AND c.other_id = v_device)));
	v_former := core.claim(p_report, p_school, v_device, p_scan, p_agent, p_last, i_kind, i_value, i_qualifier, i_shared, p_addresses);
	IF v_former IS NOT NULL THEN
		PERFORM core.merge_devices(v_former, v_device, 'all cards of the one are the other''s', p_report);
		UPDATE core.device AS k SET (name, os, agent_key, scan_id, absent_since, gone_at) = (g.name, g.os, g.agent_key, g.scan_id, NULL, NULL)
		  FROM core.device AS g WHERE k.device_id = v_former AND g.device_id = v_device;
		v_device := v_former;
	END IF;
	RETURN v_device;
END
$$;

COMMENT ON FUNCTION core.take_device(bigint, integer, uuid, uuid, text, timestamptz, timestamptz, text, text, real, text, text, text, text,
	text, text, text, inet[], text[], text[], text[], boolean[]) IS
	'Finds or makes the device that a report speaks of, brings it up to date and returns its number.';

CREATE OR REPLACE FUNCTION core.match_weakly(
	p_school integer, p_agent uuid, p_agent_key text, p_addresses inet[], i_kind text[], i_value text[], p_scan uuid)
RETURNS uuid
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
	RETURN (
	WITH strong AS MATERIALIZED (
		SELECT k.family, u.value
		  FROM unnest(i_kind, i_value) AS u(kind, value)
		  JOIN reference.identifier_kind AS k ON k.kind = u.kind
		 WHERE k.strength = 'strong'
	), candidate AS (
		SELECT d.device_id, d.agent_key = p_agent_key AND p_agent_key <> '' AS is_key, d.last_seen
		  FROM core.device AS d
		 WHERE d.school_id = p_school AND d.merged_into IS NULL
		   -- What hangs on a computer has one key, whoever tells it.
		   AND (d.agent_id = p_agent OR (d.agent_key = p_agent_key AND p_agent_key ~ '^(edid|facts|usb)-'))
		   AND ((d.scan_id = p_scan) IS NOT TRUE OR d.agent_key = p_agent_key)
		   AND ((d.agent_key = p_agent_key AND p_agent_key <> '')
		        OR d.device_id IN (SELECT a.device_id FROM core.device_address AS a
		                            WHERE a.school_id = p_school AND a.ended_at IS NULL AND a.address = ANY (p_addresses)))
	)
	SELECT c.device_id
	  FROM candidate AS c
	 WHERE NOT EXISTS (
	           -- What it is known by: for the agent's key nothing may speak against it, for an address there may be nothing at all.
	           SELECT FROM core.device_identifier AS i
	             JOIN reference.identifier_kind AS k ON k.kind = i.kind AND k.strength = 'strong'
	            WHERE i.device_id = c.device_id AND i.ended_at IS NULL AND NOT i.is_shared
	              AND (NOT c.is_key OR (k.family IN (SELECT family FROM strong)
	                                    AND NOT EXISTS (SELECT FROM core.device_identifier AS same
	                                                      JOIN reference.identifier_kind AS sk ON sk.kind = same.kind AND sk.family = k.family
	                                                      JOIN strong ON strong.family = sk.family AND strong.value = same.value
	                                                     WHERE same.device_id = c.device_id AND same.ended_at IS NULL))))
	   AND (c.is_key OR NOT EXISTS (SELECT FROM strong))
	 ORDER BY c.is_key DESC, c.last_seen DESC
	 LIMIT 1);
END
$$;

COMMENT ON FUNCTION core.match_weakly(integer, uuid, text, inet[], text[], text[], uuid) IS
	'Where nothing strong points at a device: the one that the agent keeps under the same key, if nothing strong speaks against it; else, for a device without anything strong (behind a router, say), one of the same kind at the same address.';

CREATE OR REPLACE FUNCTION core.claim(
	p_report bigint, p_school integer, p_device uuid, p_scan uuid, p_agent uuid, p_at timestamptz,
	i_kind text[], i_value text[], i_qualifier text[], i_shared boolean[], p_addresses inet[])
RETURNS uuid
LANGUAGE plpgsql
AS $$
DECLARE
	v_robbed uuid[];
BEGIN
	INSERT INTO core.device_identifier AS i (device_id, kind, value, school_id, qualifier, claimed_at, seen_at, is_shared, report_id)
	SELECT DISTINCT ON (u.kind, u.value) p_device, u.kind, u.value, p_school, u.qualifier, p_at, p_at, u.shared, p_report
	  FROM unnest(i_kind, i_value, i_qualifier, i_shared) AS u(kind, value, qualifier, shared)
	 ORDER BY u.kind, u.value, u.qualifier DESC
	ON CONFLICT ON CONSTRAINT device_identifier_pk DO UPDATE
	   SET seen_at = greatest(i.seen_at, excluded.seen_at),
	       qualifier = CASE WHEN excluded.qualifier <> '' THEN excluded.qualifier ELSE i.qualifier END,
	       is_shared = i.is_shared OR excluded.is_shared,
	       ended_at = NULL;

	-- Another device of this scan, perhaps of another of its parts, has claimed the same, and in this scan.
	UPDATE core.device_identifier AS i SET is_shared = true
	  FROM reference.identifier_kind AS k
	 WHERE i.device_id = p_device AND NOT i.is_shared AND k.kind = i.kind AND k.strength <> 'weak'
	   AND i.value = ANY (i_value)
	   AND EXISTS (SELECT FROM core.device_identifier AS o
	                 JOIN reference.identifier_kind AS ok ON ok.kind = o.kind AND ok.family = k.family
	                 JOIN core.device AS d ON d.device_id = o.device_id
	                WHERE o.school_id = p_school AND o.value = i.value AND o.ended_at IS NULL AND o.device_id <> p_device
	                  AND (o.qualifier = '' OR i.qualifier = '' OR o.qualifier = i.qualifier)
	                  AND d.merged_into IS NULL AND d.scan_id = p_scan AND d.agent_id = p_agent AND o.seen_at >= d.last_seen);

	-- A card's address is one device's: who is seen with it last.
	WITH ended AS (
		UPDATE core.device_identifier AS o SET ended_at = p_at
		 WHERE o.school_id = p_school AND o.kind = 'mac' AND o.ended_at IS NULL AND o.device_id <> p_device AND o.seen_at < p_at
		   AND o.value IN (SELECT u.value FROM unnest(i_kind, i_value) AS u(kind, value) WHERE u.kind = 'mac')
		   AND NOT EXISTS (SELECT FROM core.device_identifier AS s
		                    WHERE s.school_id = p_school AND s.value = o.value AND s.ended_at IS NULL AND s.is_shared)
		RETURNING o.device_id
	)
	SELECT array_agg(DISTINCT e.device_id) INTO v_robbed FROM ended AS e;

	INSERT INTO core.device_address AS a (device_id, address, school_id, claimed_at, seen_at, report_id)
	SELECT DISTINCT p_device, u, p_school, p_at, p_at, p_report
	  FROM unnest(p_addresses) AS u
	ON CONFLICT ON CONSTRAINT device_address_pk DO UPDATE
	   SET claimed_at = CASE WHEN a.ended_at IS NULL THEN a.claimed_at ELSE excluded.claimed_at END,
	       seen_at = greatest(a.seen_at, excluded.seen_at),
	       ended_at = NULL,
	       report_id = CASE WHEN a.ended_at IS NULL THEN a.report_id ELSE excluded.report_id END;

	-- Link-local addresses are many devices'; any other belongs to who was seen at it last.
	UPDATE core.device_address AS a SET ended_at = p_at
	 WHERE a.school_id = p_school AND a.address = ANY (p_addresses) AND a.ended_at IS NULL
	   AND a.device_id <> p_device AND a.seen_at < p_at
	   AND NOT a.address <<= inet 'fe80::/10' AND NOT a.address <<= inet '169.254.0.0/16';

	-- One that has lost all its cards to a device which has no others, and was never seen beside it, was that device before it
	-- was installed anew.
	RETURN (SELECT d.device_id
	          FROM core.device AS d
	         WHERE d.device_id = ANY (v_robbed) AND d.merged_into IS NULL
	           AND d.last_seen < (SELECT k.first_seen FROM core.device AS k WHERE k.device_id = p_device)
	           AND NOT EXISTS (SELECT FROM core.device_identifier AS i
	                            WHERE i.device_id = d.device_id AND i.ended_at IS NULL AND i.kind IN ('mac', 'chassis'))
	           AND NOT EXISTS (SELECT FROM core.device_identifier AS i
	                            WHERE i.device_id = p_device AND i.ended_at IS NULL AND i.kind IN ('mac', 'chassis')
	                              AND NOT EXISTS (SELECT FROM core.device_identifier AS w
	                                               WHERE w.device_id = d.device_id AND w.kind = 'mac' AND w.value = i.value))
	           AND NOT core.is_contradicted(d.device_id, p_device)
	         ORDER BY d.first_seen LIMIT 1);
END
$$;

COMMENT ON FUNCTION core.claim(bigint, integer, uuid, uuid, uuid, timestamptz, text[], text[], text[], boolean[], inet[]) IS
	'Dates what identifies a device and where it was reached; an address that another device held ends there, and what two devices of one scan claim is marked as shared. Returns a device that this one was before, or null.';

CREATE OR REPLACE FUNCTION core.is_contradicted(p_one uuid, p_other uuid)
RETURNS boolean
LANGUAGE sql
STABLE
AS $$
	SELECT EXISTS (SELECT FROM core.merge_candidate AS c
	                WHERE c.decision = 'different' AND ((c.device_id, c.other_id) = (p_one, p_other) OR (c.device_id, c.other_id) = (p_other, p_one)))
	    OR EXISTS (SELECT k.family
	                 FROM core.device_identifier AS a
	                 JOIN reference.identifier_kind AS k ON k.kind = a.kind AND k.contradicts
	                WHERE a.device_id = p_one AND a.ended_at IS NULL AND NOT a.is_shared
	                  AND EXISTS (SELECT FROM core.device_identifier AS b WHERE b.device_id = p_other AND b.kind = a.kind AND b.ended_at IS NULL AND NOT b.is_shared)
	                GROUP BY k.family
	               HAVING NOT bool_or(EXISTS (SELECT FROM core.device_identifier AS b
	                                           WHERE b.device_id = p_other AND b.kind = a.kind AND b.value = a.value AND b.ended_at IS NULL)))
$$;

COMMENT ON FUNCTION core.is_contradicted(uuid, uuid) IS
	'Two devices that cannot be one: a person told them apart, or serial numbers or hardware UUIDs do.';

-- A whole part of an inventory. Arrays run in parallel; ..._of says which device
-- (from 1) a row belongs to.
CREATE OR REPLACE FUNCTION core.take_inventory(
	p_report bigint, p_school integer, p_agent uuid,
	p_scan uuid, p_part integer, p_parts integer, p_started timestamptz, p_finished timestamptz, p_ranges text[], p_complete boolean,
	d_key text[], d_first timestamptz[], d_last timestamptz[],
	d_class text[], d_rule text[], d_confidence real[], d_vendor text[], d_model text[], d_serial text[], d_firmware text[],
	d_os text[], d_name text[], d_location text[],
	a_of integer[], a_address inet[],
	i_of integer[], i_kind text[], i_value text[], i_qualifier text[],
	e_of integer[], e_source text[], e_key text[], e_value text[], e_seen timestamptz[],
	p_of integer[], p_index bigint[], p_name text[], p_alias text[], p_type integer[], p_mac macaddr[], p_speed bigint[],
	p_admin smallint[], p_oper smallint[],
	n_of integer[], n_protocol text[], n_local text[], n_chassis text[], n_port text[], n_system text[],
	t_mac macaddr[], t_seen timestamptz[])
RETURNS void
LANGUAGE plpgsql
-- The same few statements for every device: planning them anew would cost more than running them.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
	v_devices uuid[] := '{}';
	v_shared  text[];
	-- What was seen so long before the round is told with it and yet was not seen with the others.
	v_at_once constant interval := interval '15 minutes';
BEGIN
	PERFORM set_config('parta.report_id', p_report::text, true);

	INSERT INTO core.scan AS s (agent_id, scan_id, school_id, started_at, finished_at, ranges, parts, parts_seen, is_complete, devices, transient, report_id)
	VALUES (p_agent, p_scan, p_school, p_started, p_finished, p_ranges::cidr[], greatest(p_parts, 1), 1, p_complete,
	        COALESCE(cardinality(d_key), 0), COALESCE(cardinality(t_mac), 0), p_report)
	ON CONFLICT ON CONSTRAINT scan_pk DO UPDATE
	   SET parts_seen = s.parts_seen + 1,
	       finished_at = greatest(s.finished_at, excluded.finished_at),
	       is_complete = s.is_complete AND excluded.is_complete,
	       devices = s.devices + excluded.devices,
	       transient = s.transient + excluded.transient,
	       report_id = excluded.report_id;

	PERFORM core.count_transient(p_school, t.seen, t.mac) FROM unnest(t_mac, t_seen) AS t(mac, seen);

	-- What two devices of one report claim at once is no key for either.
	SELECT COALESCE(array_agg(twice.family_value), '{}') INTO v_shared
	  FROM (SELECT k.family || ' ' || u.value AS family_value
	          FROM unnest(i_of, i_kind, i_value) AS u(of, kind, value)
	          JOIN reference.identifier_kind AS k ON k.kind = u.kind
	         WHERE k.strength <> 'weak' AND d_last[u.of] >= p_started - v_at_once
	         GROUP BY 1
	        HAVING count(DISTINCT u.of) > 1) AS twice;

	FOR n IN 1 .. COALESCE(cardinality(d_key), 0) LOOP
		v_devices := v_devices || core.take_device(p_report, p_school, p_agent,
			CASE WHEN d_last[n] >= p_started - v_at_once THEN p_scan END, d_key[n], d_first[n], d_last[n],
			d_class[n], d_rule[n], d_confidence[n], d_vendor[n], d_model[n], d_serial[n], d_firmware[n], d_os[n], d_name[n], d_location[n],
			ARRAY(SELECT a.address FROM unnest(a_of, a_address) AS a(of, address) WHERE a.of = n),
			i.kinds, i.vals, i.qualifiers, i.shared)
		  FROM (SELECT COALESCE(array_agg(u.kind ORDER BY k.rank, u.value), '{}') AS kinds,
		               COALESCE(array_agg(u.value ORDER BY k.rank, u.value), '{}') AS vals,
		               COALESCE(array_agg(u.qualifier ORDER BY k.rank, u.value), '{}') AS qualifiers,
		               COALESCE(array_agg(k.family || ' ' || u.value = ANY (v_shared) ORDER BY k.rank, u.value), '{}') AS shared
		          FROM unnest(i_of, i_kind, i_value, i_qualifier) AS u(of, kind, value, qualifier)
		          JOIN reference.identifier_kind AS k ON k.kind = u.kind
		         WHERE u.of = n) AS i;
	END LOOP;

	PERFORM core.note_days(p_school, v_devices, d_last);
	PERFORM core.take_evidence(p_report, p_school, v_devices, e_of, e_source, e_key, e_value, e_seen);
	PERFORM core.take_ports(p_report, p_school, p_finished, v_devices, p_of, p_index, p_name, p_alias, p_type, p_mac, p_speed, p_admin, p_oper);
	PERFORM core.take_neighbors(p_report, p_school, p_finished, v_devices, n_of, n_protocol, n_local, n_chassis, n_port, n_system);
	INSERT INTO core.roll_mark (school_id, part, from_at, to_at) VALUES (p_school, 'device', p_finished, p_finished);
	PERFORM core.note_absent(p_agent, p_scan);
	PERFORM set_config('parta.report_id', '', true);
END
$$;

COMMENT ON FUNCTION core.take_inventory(bigint, integer, uuid, uuid, integer, integer, timestamptz, timestamptz, text[], boolean,
	text[], timestamptz[], timestamptz[], text[], text[], real[], text[], text[], text[], text[], text[], text[], text[],
	integer[], inet[], integer[], text[], text[], text[], integer[], text[], text[], text[], timestamptz[],
	integer[], bigint[], text[], text[], integer[], macaddr[], bigint[], smallint[], smallint[],
	integer[], text[], text[], text[], text[], text[], macaddr[], timestamptz[]) IS
	'Stores one part of an inventory: devices (d_), their addresses (a_), identifiers (i_), evidence (e_), ports (p_), neighbors (n_), and personal devices to be counted (t_).';

CREATE OR REPLACE FUNCTION core.take_evidence(
	p_report bigint, p_school integer, p_devices uuid[],
	e_of integer[], e_source text[], e_key text[], e_value text[], e_seen timestamptz[])
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	PERFORM core.note_evidence(p_report, p_school, p_devices, e_of, e_source, e_key, e_value, e_seen);
	WITH given AS MATERIALIZED (
		SELECT p_devices[u.of] AS device_id, u.source, u.key, array_agg(DISTINCT u.value) AS vals, max(u.seen) AS seen_at
		  FROM unnest(e_of, e_source, e_key, e_value, e_seen) AS u(of, source, key, value, seen)
		 GROUP BY 1, 2, 3
	), newest AS MATERIALIZED (
		-- What was said later than this report says it stays.
		SELECT g.*
		  FROM given AS g
		 WHERE g.seen_at >= COALESCE((SELECT max(e.seen_at) FROM core.device_evidence AS e
		                               WHERE e.device_id = g.device_id AND e.source = g.source AND e.key = g.key), '-infinity')
	), gone AS (
		DELETE FROM core.device_evidence AS e
		 USING newest AS n
		 WHERE e.device_id = n.device_id AND e.source = n.source AND e.key = n.key AND e.value <> ALL (n.vals)
	)
	INSERT INTO core.device_evidence AS e (device_id, source, key, value, school_id, seen_at, report_id)
	SELECT n.device_id, n.source, n.key, v.value, p_school, n.seen_at, p_report
	  FROM newest AS n, unnest(n.vals) AS v(value)
	ON CONFLICT ON CONSTRAINT device_evidence_pk DO UPDATE
	   SET seen_at = excluded.seen_at, report_id = excluded.report_id;

	-- A stack tells a serial number of each unit; those that are keys have become identifiers.
	UPDATE core.device AS d SET units = u.units
	  FROM (SELECT e.device_id, greatest(count(DISTINCT i.value), 1) AS units
	          FROM core.device_evidence AS e
	          LEFT JOIN core.device_identifier AS i ON i.device_id = e.device_id AND i.kind = 'serial' AND i.value = upper(replace(e.value, ' ', ''))
	         WHERE e.device_id = ANY (p_devices) AND e.source = 'entity' AND e.key = 'chassis_serial'
	         GROUP BY e.device_id) AS u
	 WHERE d.device_id = u.device_id AND d.units <> u.units;
END
$$;

COMMENT ON FUNCTION core.take_evidence(bigint, integer, uuid[], integer[], text[], text[], text[], timestamptz[]) IS
	'What sources say now replaces what the same sources said under the same keys.';

CREATE OR REPLACE FUNCTION core.take_ports(
	p_report bigint, p_school integer, p_at timestamptz, p_devices uuid[],
	p_of integer[], p_index bigint[], p_name text[], p_alias text[], p_type integer[], p_mac macaddr[], p_speed bigint[],
	p_admin smallint[], p_oper smallint[])
RETURNS void
LANGUAGE sql
AS $$
	WITH given AS MATERIALIZED (
		SELECT DISTINCT ON (1, 2) p_devices[u.of] AS device_id, u.index, u.name, u.alias, u.type, u.mac, u.speed, u.admin, u.oper
		  FROM unnest(p_of, p_index, p_name, p_alias, p_type, p_mac, p_speed, p_admin, p_oper)
		       AS u(of, index, name, alias, type, mac, speed, admin, oper)
		 ORDER BY 1, 2
	), gone AS (
		DELETE FROM core.port AS p
		 WHERE p.device_id IN (SELECT device_id FROM given) AND p.seen_at <= p_at
		   AND NOT EXISTS (SELECT FROM given AS g WHERE g.device_id = p.device_id AND g.index = p.if_index)
	)
	INSERT INTO core.port AS p (device_id, if_index, school_id, name, alias, if_type, mac, speed_bps, admin_status, oper_status, seen_at, report_id)
	SELECT device_id, index, p_school, name, alias, type, mac, speed, admin, oper, p_at, p_report
	  FROM given
	ON CONFLICT ON CONSTRAINT port_pk DO UPDATE
	   SET name = excluded.name, alias = excluded.alias, if_type = excluded.if_type, mac = excluded.mac, speed_bps = excluded.speed_bps,
	       admin_status = excluded.admin_status, oper_status = excluded.oper_status, seen_at = excluded.seen_at, report_id = excluded.report_id
	 WHERE p.seen_at <= excluded.seen_at
$$;

COMMENT ON FUNCTION core.take_ports(bigint, integer, timestamptz, uuid[], integer[], bigint[], text[], text[], integer[], macaddr[],
	bigint[], smallint[], smallint[]) IS
	'The ports of devices as they are now. A device whose ports were not told keeps those it has.';

CREATE OR REPLACE FUNCTION core.take_neighbors(
	p_report bigint, p_school integer, p_at timestamptz, p_devices uuid[],
	n_of integer[], n_protocol text[], n_local text[], n_chassis text[], n_port text[], n_system text[])
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	DELETE FROM core.neighbor
	 WHERE device_id IN (SELECT p_devices[u] FROM unnest(n_of) AS u) AND seen_at <= p_at;
	INSERT INTO core.neighbor (device_id, protocol, local_port, chassis_id, port_id, system_name, school_id, seen_at, report_id)
	SELECT DISTINCT p_devices[u.of], u.protocol, u.local, u.chassis, u.port, u.system, p_school, p_at, p_report
	  FROM unnest(n_of, n_protocol, n_local, n_chassis, n_port, n_system) AS u(of, protocol, local, chassis, port, system)
	 WHERE NOT EXISTS (SELECT FROM core.neighbor AS n WHERE n.device_id = p_devices[u.of]);
END
$$;

COMMENT ON FUNCTION core.take_neighbors(bigint, integer, timestamptz, uuid[], integer[], text[], text[], text[], text[], text[]) IS
	'The neighbors of devices as they are now. A device whose neighbors were not told keeps those it has.';

CREATE OR REPLACE FUNCTION core.note_absent(p_agent uuid, p_scan uuid)
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	v_scan   core.scan;
	v_absent integer;
	v_days   integer := (SELECT greatest(COALESCE(value, fallback)::integer, 1) FROM reference.setting WHERE name = 'gone_school_days');
BEGIN
	SELECT * INTO v_scan FROM core.scan
	 WHERE agent_id = p_agent AND scan_id = p_scan AND is_complete AND parts_seen >= parts;
	IF NOT FOUND THEN
		RETURN 0;
	END IF;
	UPDATE core.device AS d SET absent_since = v_scan.started_at
	 WHERE d.school_id = v_scan.school_id AND d.agent_id = p_agent AND d.merged_into IS NULL
	   AND d.absent_since IS NULL AND d.last_seen < v_scan.started_at
	   AND EXISTS (SELECT FROM core.device_address AS a
	                WHERE a.device_id = d.device_id AND a.address <<= ANY (v_scan.ranges));
	GET DIAGNOSTICS v_absent = ROW_COUNT;

	-- Gone is who has missed so many school days: who was last seen before the first of the last so many.
	PERFORM core.note_look(v_scan.school_id, v_scan.finished_at);
	UPDATE core.device AS d SET gone_at = v_scan.started_at
	  FROM (SELECT min(x.day)::timestamp AT TIME ZONE s.time_zone AS from_at
	          FROM core.school AS s, core.school_days(v_scan.school_id, v_scan.finished_at, v_days) AS x(day)
	         WHERE s.school_id = v_scan.school_id
	         GROUP BY s.time_zone HAVING count(*) = v_days) AS w
	 WHERE d.school_id = v_scan.school_id AND d.merged_into IS NULL AND d.absent_since IS NOT NULL AND d.gone_at IS NULL
	   AND d.last_seen < w.from_at;
	RETURN v_absent;
END
$$;

COMMENT ON FUNCTION core.note_absent(uuid, uuid) IS
	'When all parts of a complete scan are there: devices of its ranges that it did not see are absent since its start, and gone when they have missed setting gone_school_days. Returns how many became absent.';
