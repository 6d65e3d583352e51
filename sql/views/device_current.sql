CREATE OR REPLACE VIEW api.device_current AS
SELECT s.code AS school,
       d.device_id,
       COALESCE(NULLIF(d.name, ''), NULLIF(concat_ws(' ', NULLIF(d.vendor, ''), NULLIF(d.model, '')), ''),
                (SELECT host(a.address) FROM core.device_address AS a
                  WHERE a.device_id = d.device_id AND a.ended_at IS NULL ORDER BY a.address LIMIT 1),
                d.device_id::text) AS label,
       COALESCE((c.said).class, d.class) AS class,
       CASE WHEN (c.said).class IS NULL THEN d.confidence ELSE 1 END AS confidence,
       CASE WHEN (c.said).class IS NULL THEN d.class_rule ELSE 'person' END AS class_rule,
       d.vendor,
       d.model,
       d.serial,
       d.firmware,
       d.os,
       d.name,
       d.location,
       ARRAY(SELECT host(a.address) FROM core.device_address AS a
              WHERE a.device_id = d.device_id AND a.ended_at IS NULL ORDER BY a.address) AS addresses,
       ARRAY(SELECT DISTINCT i.value FROM core.device_identifier AS i
              WHERE i.device_id = d.device_id AND i.ended_at IS NULL AND i.kind IN ('mac', 'chassis') ORDER BY i.value) AS macs,
       d.first_seen,
       d.last_seen,
       d.absent_since,
       d.agent_id,
       d.report_id,
       COALESCE((c.said).room, d.location) AS room,
       COALESCE((c.said).inventory_number, '') AS inventory_number,
       (c.said).class AS corrected_class,
       d.is_corrected AS corrected,
       s.name AS school_name,
       s.vantage,
       d.units,
       d.gone_at
  FROM core.device AS d
  JOIN core.school AS s USING (school_id)
 CROSS JOIN LATERAL (SELECT CASE WHEN d.is_corrected THEN (SELECT c FROM core.device_correction AS c WHERE c.device_id = d.device_id) END AS said) AS c
 WHERE d.merged_into IS NULL;

COMMENT ON VIEW api.device_current IS
	'Every device known, one row each, as evidence shows it now; what a person corrected wins. Personal devices under random addresses are not here: api.transient_day counts them.';
