CREATE OR REPLACE VIEW api.device_identifier AS
SELECT s.code AS school,
       i.device_id,
       i.kind,
       i.value,
       i.qualifier,
       i.claimed_at,
       i.seen_at,
       i.ended_at,
       i.is_shared,
       i.report_id
  FROM core.device_identifier AS i
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.device_identifier IS
	'What tells devices apart, each a claim from a date to a date.';
