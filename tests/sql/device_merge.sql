BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT core.merge_devices(a.device_id, b.device_id, 'said', NULL) FROM core.device AS a JOIN core.device AS b USING (school_id)
 WHERE a.serial = 'SN1' AND b.serial = 'SN2' AND school_id = pg_temp.school('A');
SELECT core.split_device(device_id, ARRAY['SN2'], 'no') FROM core.device WHERE serial = 'SN1' AND school_id = pg_temp.school('A');
SELECT results_eq($$ SELECT act, reason, undone_at IS NULL FROM api.device_merge WHERE school = 'A' ORDER BY act $$,
	$$ VALUES ('merge', 'said', true), ('split', 'no', true) $$, 'what was taken for one and told apart');
SELECT * FROM finish();
ROLLBACK;
