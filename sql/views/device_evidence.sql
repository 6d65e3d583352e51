CREATE OR REPLACE VIEW api.device_evidence AS
SELECT s.code AS school,
       e.device_id,
       e.source,
       e.key,
       e.value,
       e.seen_at,
       e.report_id
  FROM core.device_evidence AS e
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.device_evidence IS
	'What sources last said about each device: why it has its class, maker and serial number.';
