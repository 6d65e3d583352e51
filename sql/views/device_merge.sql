CREATE OR REPLACE VIEW api.device_merge AS
SELECT s.code AS school,
       'merge' AS act,
       m.merge_id AS act_id,
       m.kept_id AS device_id,
       m.gone_id AS other_id,
       m.merged_at AS at,
       m.reason,
       m.moved,
       m.report_id,
       m.undone_at
  FROM core.device_merge AS m
  JOIN core.school AS s USING (school_id)
 UNION ALL
SELECT s.code, 'split', p.split_id, p.device_id, p.new_id, p.split_at, p.reason, p.moved, NULL, p.undone_at
  FROM core.device_split AS p
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.device_merge IS
	'Devices that were taken for one (device_id stayed) and devices that a person told apart (other_id is new), with what moved. Either can be undone.';
