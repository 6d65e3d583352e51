-- A device knows whether a person said something of it, whoever writes that down.
BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
CREATE TEMP TABLE it AS
SELECT min(device_id::text)::uuid AS one, max(device_id::text)::uuid AS other, school_id FROM core.device GROUP BY school_id LIMIT 1;
CREATE FUNCTION pg_temp.corrected() RETURNS SETOF uuid LANGUAGE sql AS $$ SELECT device_id FROM core.device WHERE is_corrected $$;

SELECT plan(4);
SELECT is_empty($$ SELECT pg_temp.corrected() $$, 'nothing was said of any');
INSERT INTO core.device_correction (device_id, school_id, room, by_login) SELECT one, school_id, '7', 'x' FROM it;
SELECT results_eq($$ SELECT pg_temp.corrected() $$, $$ SELECT one FROM it $$, 'of one there was');
UPDATE core.device_correction SET device_id = (SELECT other FROM it);
SELECT results_eq($$ SELECT pg_temp.corrected() $$, $$ SELECT other FROM it $$, 'it holds for another');
DELETE FROM core.device_correction;
SELECT is_empty($$ SELECT pg_temp.corrected() $$, 'and is taken back');
SELECT * FROM finish();
ROLLBACK;
