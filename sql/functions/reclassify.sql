DROP FUNCTION IF EXISTS core.reclassify(uuid[], text[], text[], real[], text[], text[], text[], text[], text[]);

CREATE OR REPLACE FUNCTION core.reclassify(
	p_device uuid[], p_class text[], p_rule text[], p_confidence real[],
	p_vendor text[], p_model text[], p_serial text[], p_firmware text[], p_os text[], p_weighed text[])
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	v_changed integer;
BEGIN
	-- The rules' word holds, even where it takes a class away; an attribute nobody speaks of stays.
	UPDATE core.device AS d
	   SET class = u.class, class_rule = u.rule, confidence = u.confidence,
	       vendor = COALESCE(NULLIF(u.vendor, ''), d.vendor), model = COALESCE(NULLIF(u.model, ''), d.model),
	       serial = COALESCE(NULLIF(u.serial, ''), d.serial), firmware = COALESCE(NULLIF(u.firmware, ''), d.firmware),
	       os = COALESCE(NULLIF(u.os, ''), d.os)
	  FROM unnest(p_device, p_class, p_rule, p_confidence, p_vendor, p_model, p_serial, p_firmware, p_os)
	       AS u(device_id, class, rule, confidence, vendor, model, serial, firmware, os)
	  JOIN reference.device_class AS c ON c.class = u.class
	 WHERE d.device_id = u.device_id
	   AND (d.class, d.class_rule, d.confidence, d.vendor, d.model, d.serial, d.firmware, d.os)
	       IS DISTINCT FROM (u.class, u.rule, u.confidence, COALESCE(NULLIF(u.vendor, ''), d.vendor),
	                         COALESCE(NULLIF(u.model, ''), d.model), COALESCE(NULLIF(u.serial, ''), d.serial),
	                         COALESCE(NULLIF(u.firmware, ''), d.firmware), COALESCE(NULLIF(u.os, ''), d.os));
	GET DIAGNOSTICS v_changed = ROW_COUNT;

	-- Which rules were weighed is evidence of its own.
	DELETE FROM core.device_evidence AS e
	 USING unnest(p_device, p_weighed) AS u(device_id, weighed)
	 WHERE e.device_id = u.device_id AND e.source = 'rules' AND e.key = 'weighed' AND e.value <> u.weighed;
	INSERT INTO core.device_evidence (device_id, source, key, value, school_id, seen_at, report_id)
	SELECT d.device_id, 'rules', 'weighed', u.weighed, d.school_id, d.last_seen, d.report_id
	  FROM unnest(p_device, p_weighed) AS u(device_id, weighed)
	  JOIN core.device AS d USING (device_id)
	 WHERE u.weighed <> ''
	ON CONFLICT ON CONSTRAINT device_evidence_pk DO NOTHING;
	RETURN v_changed;
END
$$;

COMMENT ON FUNCTION core.reclassify(uuid[], text[], text[], real[], text[], text[], text[], text[], text[], text[]) IS
	'New verdicts over kept evidence. Returns how many devices changed; audit.change says who asked for it.';
