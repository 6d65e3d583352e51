BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
INSERT INTO core.device_correction (device_id, school_id, class, by_login) SELECT device_id, school_id, 'mfp', 'x' FROM core.device WHERE class = 'printer';
SELECT plan(2);
SELECT results_eq($$ SELECT school, found_class, class FROM api.class_correction ORDER BY 1 $$, $$ VALUES ('A', 'printer', 'mfp'), ('B', 'printer', 'mfp') $$, 'a device classed otherwise than the rules do');
UPDATE core.device SET class = 'mfp' WHERE class = 'printer';
SELECT is_empty($$ SELECT FROM api.class_correction $$, 'is none any more when the rules have learnt');
SELECT * FROM finish();
ROLLBACK;
