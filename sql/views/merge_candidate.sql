CREATE OR REPLACE VIEW api.merge_candidate AS
SELECT s.code AS school,
       m.candidate_id,
       m.device_id,
       m.other_id,
       m.kind,
       m.value,
       m.reason,
       m.noted_at,
       m.report_id,
       m.decided_at,
       m.decision
  FROM core.merge_candidate AS m
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.merge_candidate IS
	'Pairs of devices that share a key although serial numbers or UUIDs contradict: a person decides.';
