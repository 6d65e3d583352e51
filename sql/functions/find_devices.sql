-- Runs as its owner: asking row-level security of each of a country's addresses and identifiers costs twenty times the
-- search. What it finds is no secret kept: the page alone may call it, and shows of it what api.device_list shows.
CREATE OR REPLACE FUNCTION core.find_devices(p_pattern text)
RETURNS SETOF uuid
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_seen integer[] := core.visible_schools();
	-- Of a MAC address people type AA-BB-CC, aabb.cc or aa:bb:cc.
	v_hex  text := lower(regexp_replace(p_pattern, '[^0-9A-Fa-f]', '', 'g'));
	v_mac  text := CASE WHEN p_pattern ~ '^%[0-9A-Fa-f]{2,4}([:.-][0-9A-Fa-f]{2,4})+%$' OR p_pattern ~ '^%[0-9A-Fa-f]{12}%$'
	                    THEN '%' || rtrim(regexp_replace(v_hex, '(..)', '\1:', 'g'), ':') || '%' END;
	v_all  boolean := cardinality(v_seen) > 20;
BEGIN
	RETURN QUERY
	SELECT d.device_id
	  FROM core.device AS d
	 WHERE (v_all OR d.school_id = ANY (v_seen)) AND d.merged_into IS NULL
	   AND (concat_ws(E'\n', d.name, d.vendor, d.model, d.serial, d.os, d.firmware, d.location, d.class) ILIKE p_pattern
	        OR d.class = ANY (ARRAY(SELECT c.class FROM reference.device_class AS c WHERE c.name_ru ILIKE p_pattern OR c.name_en ILIKE p_pattern)))
	 UNION
	SELECT c.device_id
	  FROM core.device_correction AS c
	  LEFT JOIN reference.device_class AS k USING (class)
	 WHERE concat_ws(E'\n', c.class, k.name_ru, k.name_en, c.room, c.inventory_number) ILIKE p_pattern
	 UNION
	SELECT i.device_id
	  FROM core.device_identifier AS i
	 WHERE (v_all OR i.school_id = ANY (v_seen)) AND i.ended_at IS NULL AND (i.value ILIKE p_pattern OR i.value ILIKE v_mac)
	 UNION
	SELECT a.device_id
	  FROM core.device_address AS a
	 WHERE (v_all OR a.school_id = ANY (v_seen)) AND a.ended_at IS NULL AND host(a.address) ILIKE p_pattern
	 UNION
	SELECT d.device_id
	  FROM core.school AS s
	  JOIN core.device AS d USING (school_id)
	 WHERE s.school_id = ANY (v_seen) AND concat_ws(E'\n', s.code, s.name) ILIKE p_pattern AND d.merged_into IS NULL;
END
$$;

COMMENT ON FUNCTION core.find_devices(text) IS
	'Devices of which some text, identifier, address, word or school is like a pattern. For the page, which shows of them what its asker may see.';
