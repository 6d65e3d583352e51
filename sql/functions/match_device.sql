-- Which device of the school these claims speak of. Strongest first: one strong
-- match, or medium ones of two families where no strong one speaks against it;
-- never against a contradiction (both sides name serials or UUIDs and none is the
-- same). What two devices seen at once have claimed tells nothing apart, and a
-- device that this very scan showed already under another key is another one.
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
		SELECT k.kind, k.family, k.strength, k.rank, u.value, u.qualifier
		  FROM unnest(p_kind, p_value, p_qualifier) AS u(kind, value, qualifier)
		  JOIN reference.identifier_kind AS k ON k.kind = u.kind
		 WHERE NOT EXISTS (SELECT FROM core.device_identifier AS s
		                     JOIN reference.identifier_kind AS sk ON sk.kind = s.kind
		                    WHERE s.school_id = p_school AND s.value = u.value AND s.ended_at IS NULL
		                      AND s.is_shared AND sk.family = k.family)
	), hit AS (
		SELECT i.device_id, c.kind, c.value, c.family, c.strength, c.rank
		  FROM claim AS c
		  JOIN core.device_identifier AS i ON i.school_id = p_school AND i.value = c.value AND i.ended_at IS NULL
		  JOIN reference.identifier_kind AS k ON k.kind = i.kind AND k.family = c.family
		  JOIN core.device AS d ON d.device_id = i.device_id AND d.merged_into IS NULL
		 WHERE (c.qualifier = '' OR i.qualifier = '' OR c.qualifier = i.qualifier)
		   AND (d.scan_id IS DISTINCT FROM p_scan OR d.agent_id <> p_agent OR d.agent_key = p_agent_key)
	), candidate AS (
		SELECT h.device_id,
		       min(h.rank) AS rank,
		       bool_or(h.strength = 'strong') AS is_strong,
		       bool_and(h.family = 'uuid') AS is_uuid_alone,
		       (array_agg(h.kind ORDER BY h.rank, h.value))[1] AS kind,
		       (array_agg(h.value ORDER BY h.rank, h.value))[1] AS value
		  FROM hit AS h
		 GROUP BY h.device_id
		HAVING bool_or(h.strength = 'strong') OR count(DISTINCT h.family) FILTER (WHERE h.strength = 'medium') >= 2
	), against AS (
		-- Families that both sides name, with nothing in common.
		SELECT d.device_id, c.family
		  FROM candidate AS d
		 CROSS JOIN (SELECT DISTINCT family FROM claim WHERE strength = 'strong') AS c
		  JOIN core.device_identifier AS i ON i.device_id = d.device_id AND i.ended_at IS NULL AND NOT i.is_shared
		  JOIN reference.identifier_kind AS k ON k.kind = i.kind AND k.family = c.family
		 GROUP BY d.device_id, c.family
		HAVING NOT bool_or(i.value IN (SELECT value FROM claim WHERE claim.family = c.family))
	), renamed AS (
		-- Both have names, domains aside, and none in common: computers made from one image share a UUID.
		SELECT d.device_id
		  FROM candidate AS d
		  JOIN core.device_identifier AS i ON i.device_id = d.device_id AND i.ended_at IS NULL AND NOT i.is_shared AND i.kind = 'name'
		 WHERE d.is_uuid_alone AND EXISTS (SELECT FROM claim AS c WHERE c.kind = 'name')
		 GROUP BY d.device_id
		HAVING NOT bool_or(split_part(i.value, '.', 1) IN (SELECT split_part(c.value, '.', 1) FROM claim AS c WHERE c.kind = 'name'))
	)
	SELECT d.device_id,
	       NOT EXISTS (SELECT FROM against AS a WHERE a.device_id = d.device_id AND a.family IN ('serial', 'uuid'))
	       AND NOT (d.is_uuid_alone AND EXISTS (SELECT FROM renamed AS r WHERE r.device_id = d.device_id)),
	       d.kind,
	       d.value
	  FROM candidate AS d
	 WHERE d.is_strong OR NOT EXISTS (SELECT FROM against AS a WHERE a.device_id = d.device_id)
	 ORDER BY 2 DESC, d.rank, d.device_id;
END
$$;

COMMENT ON FUNCTION core.match_device(integer, text[], text[], text[], uuid, uuid, text) IS
	'The devices that claims (parallel arrays) point at, best first. is_match is false where a serial number or UUID contradicts, and where all in common is a UUID under two names: such a pair is for a person to decide.';
