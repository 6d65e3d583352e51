-- Which device of the school these claims speak of. Strongest first: one strong
-- match, or medium ones of two families; never against a contradiction (both
-- sides name serials or UUIDs and none is the same). A claim that another device
-- of this very scan made tells nothing apart and is set aside.
CREATE OR REPLACE FUNCTION core.match_device(
	p_school    integer,
	p_kind      text[],
	p_value     text[],
	p_qualifier text[],
	p_scan      uuid,
	p_agent     uuid,
	p_agent_key text)
RETURNS TABLE (device_id uuid, is_match boolean, kind text, value text)
LANGUAGE sql
STABLE
AS $$
	WITH claim AS (
		SELECT k.kind, k.family, k.strength, k.rank, u.value, u.qualifier
		  FROM unnest(p_kind, p_value, p_qualifier) AS u(kind, value, qualifier)
		  JOIN reference.identifier_kind AS k ON k.kind = u.kind
	), hit AS (
		SELECT i.device_id, c.kind, c.value, c.family, c.strength, c.rank
		  FROM claim AS c
		  JOIN core.device_identifier AS i ON i.school_id = p_school AND i.value = c.value AND i.ended_at IS NULL AND NOT i.is_shared
		  JOIN reference.identifier_kind AS k ON k.kind = i.kind AND k.family = c.family
		  JOIN core.device AS d ON d.device_id = i.device_id AND d.merged_into IS NULL
		 WHERE (c.qualifier = '' OR i.qualifier = '' OR c.qualifier = i.qualifier)
		   AND (d.scan_id IS DISTINCT FROM p_scan OR d.agent_id <> p_agent OR d.agent_key = p_agent_key)
	), candidate AS (
		SELECT h.device_id,
		       min(h.rank) AS rank,
		       (array_agg(h.kind ORDER BY h.rank, h.value))[1] AS kind,
		       (array_agg(h.value ORDER BY h.rank, h.value))[1] AS value
		  FROM hit AS h
		 GROUP BY h.device_id
		HAVING bool_or(h.strength = 'strong') OR count(DISTINCT h.family) FILTER (WHERE h.strength = 'medium') >= 2
	)
	SELECT candidate.device_id,
	       NOT EXISTS (
	           SELECT FROM claim AS c
	            WHERE c.family IN ('serial', 'uuid')
	              AND EXISTS (SELECT FROM core.device_identifier AS i
	                           WHERE i.device_id = candidate.device_id AND i.kind = c.family AND i.ended_at IS NULL)
	              AND NOT EXISTS (SELECT FROM core.device_identifier AS i
	                              JOIN claim AS same ON same.family = i.kind AND same.value = i.value
	                           WHERE i.device_id = candidate.device_id AND i.kind = c.family AND i.ended_at IS NULL)),
	       candidate.kind,
	       candidate.value
	  FROM candidate
	 ORDER BY 2 DESC, candidate.rank, candidate.device_id
$$;

COMMENT ON FUNCTION core.match_device(integer, text[], text[], text[], uuid, uuid, text) IS
	'The devices that claims (parallel arrays) point at, best first. is_match is false where a serial number or UUID contradicts: such a pair is for a person to decide.';
