CREATE OR REPLACE VIEW api.class_correction AS
SELECT s.code AS school,
       c.device_id,
       d.class AS found_class,
       d.class_rule,
       d.confidence,
       c.class,
       d.vendor,
       d.model,
       d.os,
       c.by_login AS by,
       c.corrected_at AS changed_at,
       (SELECT jsonb_agg(jsonb_build_object('source', e.source, 'key', e.key, 'value', e.value) ORDER BY e.source, e.key, e.value)
          FROM core.device_evidence AS e WHERE e.device_id = c.device_id) AS evidence
  FROM core.device_correction AS c
  JOIN core.device AS d ON d.device_id = c.device_id
  JOIN core.school AS s ON s.school_id = c.school_id
 WHERE c.class <> d.class;

COMMENT ON VIEW api.class_correction IS
	'Devices that a person classed otherwise than the rules do, with their evidence.';
