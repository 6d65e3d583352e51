-- Which device of the school these claims speak of. Strongest first: one strong
-- match, or medium ones of two families where no strong one speaks against it;
-- never against a contradiction (both sides name serials or UUIDs of their
-- hardware and none is the same), unless a serial number and a name agree and the
-- UUID alone differs: a new board. What two devices seen at once have claimed tells
-- nothing apart, and a device that told the same in this very scan, under another key
-- of the agent, is another one. An address of a card that went over to another device (a dock, an
-- adapter, a swapped card) does not take its former holder along.
CREATE OR REPLACE FUNCTION core.match_device(
	p_school    integer,
	p_kind      text[],
	p_value     text[],
	p_qualifier text[],
	p_scan      uuid,
	p_agent     uuid,
	p_agent_key text)
RETURNS TABLE (device_id uuid, is_match boolean, kind text, value text)
LANGUAGE plpgsql
STABLE
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH claim AS MATERIALIZED (
		SELECT k.kind, k.family, k.strength, k.rank, k.contradicts, u.value, u.qualifier
		  FROM unnest(p_kind, p_value, p_qualifier) AS u(kind, value, qualifier)
		  JOIN reference.identifier_kind AS k ON k.kind = u.kind
		 WHERE NOT EXISTS (SELECT FROM core.device_identifier AS s
		                     JOIN reference.identifier_kind AS sk ON sk.kind = s.kind
		                    WHERE s.school_id = p_school AND s.value = u.value AND s.ended_at IS NULL
		                      AND s.is_shared AND sk.family = k.family)
	), hit AS (
		SELECT i.device_id, d.last_seen, i.claimed_at, c.kind, c.value, c.family, c.strength, c.rank
		  FROM claim AS c
		  JOIN core.device_identifier AS i ON i.school_id = p_school AND i.value = c.value AND i.ended_at IS NULL
		  JOIN reference.identifier_kind AS k ON k.kind = i.kind AND k.family = c.family
		  JOIN core.device AS d ON d.device_id = i.device_id AND d.merged_into IS NULL
		 WHERE (c.qualifier = '' OR i.qualifier = '' OR c.qualifier = i.qualifier)
		   AND ((d.scan_id = p_scan) IS NOT TRUE OR d.agent_id <> p_agent OR d.agent_key = p_agent_key OR i.seen_at < d.last_seen)
	), candidate AS MATERIALIZED (
		SELECT h.device_id,
		       max(h.last_seen) AS last_seen,
		       min(h.claimed_at) FILTER (WHERE h.kind = 'mac') AS card_claimed_at,
		       min(h.rank) AS rank,
		       bool_or(h.strength = 'strong') AS is_strong,
		       bool_or(h.family = 'serial') AS is_serial,
		       bool_and(h.family = 'uuid') AS is_uuid_alone,
		       NOT bool_or(h.strength = 'strong' AND h.family <> 'mac') AS is_mac_alone,
		       (array_agg(h.kind ORDER BY h.rank, h.value))[1] AS kind,
		       (array_agg(h.value ORDER BY h.rank, h.value))[1] AS value
		  FROM hit AS h
		 GROUP BY h.device_id
		HAVING bool_or(h.strength = 'strong') OR count(DISTINCT h.family) FILTER (WHERE h.strength = 'medium') >= 2
	), against AS MATERIALIZED (
		-- Families that both sides name, with nothing in common; is_hard: by what comes with the hardware.
		SELECT d.device_id, c.family, bool_or(k.contradicts) AND c.is_hard AS is_hard
		  FROM candidate AS d
		 CROSS JOIN (SELECT family, bool_or(contradicts) AS is_hard FROM claim WHERE strength = 'strong' GROUP BY family) AS c
		  JOIN core.device_identifier AS i ON i.device_id = d.device_id AND i.ended_at IS NULL AND NOT i.is_shared
		  JOIN reference.identifier_kind AS k ON k.kind = i.kind AND k.family = c.family
		 GROUP BY d.device_id, c.family, c.is_hard
		HAVING NOT bool_or(i.value IN (SELECT value FROM claim WHERE claim.family = c.family))
	), named AS MATERIALIZED (
		-- Both have names, domains aside: is one of them common?
		SELECT d.device_id,
		       bool_or(split_part(i.value, '.', 1) IN (SELECT split_part(c.value, '.', 1) FROM claim AS c WHERE c.kind = 'name')) AS is_same
		  FROM candidate AS d
		  JOIN core.device_identifier AS i ON i.device_id = d.device_id AND i.ended_at IS NULL AND NOT i.is_shared AND i.kind = 'name'
		 WHERE EXISTS (SELECT FROM claim AS c WHERE c.kind = 'name')
		 GROUP BY d.device_id
	), judged AS MATERIALIZED (
		SELECT d.*, n.is_same,
		       EXISTS (SELECT FROM against AS a WHERE a.device_id = d.device_id AND a.family = 'uuid') AS is_other_uuid,
		       EXISTS (SELECT FROM against AS a WHERE a.device_id = d.device_id AND a.is_hard
		                  AND NOT (a.family = 'uuid' AND d.is_serial AND COALESCE(n.is_same, false))) AS is_contradicted
		  FROM candidate AS d
		  LEFT JOIN named AS n USING (device_id)
	), moved AS MATERIALIZED (
		-- A card's address under another name or UUID: its holder now is who is better known by these claims, or,
		-- where the former holder has an older card in use that is not told here, somebody new.
		SELECT d.device_id,
		       EXISTS (SELECT FROM judged AS o WHERE o.device_id <> d.device_id AND o.is_strong AND NOT o.is_contradicted
		                  AND COALESCE(o.is_same, true) AND NOT o.is_other_uuid) AS is_anothers,
		       d.is_other_uuid AND NOT d.is_same
		       AND EXISTS (SELECT FROM core.device_identifier AS i
		                    WHERE i.device_id = d.device_id AND i.kind = 'mac' AND i.ended_at IS NULL AND NOT i.is_shared
		                      AND i.claimed_at < d.card_claimed_at AND i.seen_at > d.last_seen - interval '3 days'
		                      AND i.value NOT IN (SELECT value FROM claim WHERE family = 'mac')) AS is_strangers
		  FROM judged AS d
		 WHERE d.is_mac_alone AND NOT d.is_contradicted AND (d.is_other_uuid OR NOT d.is_same) IS TRUE
	)
	SELECT d.device_id,
	       NOT d.is_contradicted AND (d.is_same OR NOT d.is_uuid_alone) IS NOT FALSE AND m.is_strangers IS NOT TRUE,
	       d.kind,
	       d.value
	  FROM judged AS d
	  LEFT JOIN moved AS m USING (device_id)
	 WHERE (d.is_strong OR NOT EXISTS (SELECT FROM against AS a WHERE a.device_id = d.device_id))
	   AND m.is_anothers IS NOT TRUE
 ORDER BY 2 DESC, d.rank, d.device_id;
END
$$;

COMMENT ON FUNCTION core.match_device(integer, text[], text[], text[], uuid, uuid, text) IS
	'The devices that claims (parallel arrays) point at, best first. is_match is false where a serial number or UUID contradicts, and where all in common is a UUID under two names, or a card that a device has which was known by another: such a pair is for a person to decide.';
