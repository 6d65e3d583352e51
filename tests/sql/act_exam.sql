BEGIN;
\ir lib/schools.psql
UPDATE core.school SET municipality = 'M', time_zone = 'Europe/Moscow' WHERE code = 'A';
UPDATE core.school SET municipality = 'N' WHERE code = 'B';
INSERT INTO core.school (code, name, settlement, time_zone, municipality) VALUES ('C', 'School C', 'urban', 'Europe/Moscow', 'M');
CREATE FUNCTION pg_temp.add(p_schools text[], p_municipality text, p_days integer, p_from text DEFAULT '09:00', p_to text DEFAULT '14:00', p_name text DEFAULT 'ЕГЭ') RETURNS text LANGUAGE sql AS
	$$ SELECT core.act_add_exams(p_schools, p_municipality, CURRENT_DATE + 7, CURRENT_DATE + 6 + p_days, p_from::time, p_to::time, p_name) $$;
SELECT pg_temp.account('anna', 'municipal')::text AS anna, pg_temp.account('boris', 'municipal', NULL, 'M')::text AS boris \gset
SELECT plan(20);

SET ROLE parta_web;
SELECT is(pg_temp.add('{A}', NULL, 1), 'no_school', 'for nobody there is none');
SELECT set_config('app.account', :'anna', true);
SELECT is(pg_temp.add('{A,B}', NULL, 2), NULL, 'two schools, two days');
SELECT results_eq($$ SELECT school, from_at, to_at, state, schools, "by" FROM api.exam_list ORDER BY school, from_at $$,
	$$ SELECT s.code, (d + time '09:00') AT TIME ZONE 'Europe/Moscow', (d + time '14:00') AT TIME ZONE 'Europe/Moscow', 'coming', 1::bigint, 'anna'
	     FROM (VALUES ('A'), ('B')) AS s(code), generate_series((CURRENT_DATE + 7)::timestamp, (CURRENT_DATE + 8)::timestamp, interval '1 day') AS t(d) ORDER BY 1, 2 $$, 'each day its own, by the clock of the school');
RESET ROLE;
SELECT results_eq($$ SELECT DISTINCT actor FROM audit.change WHERE table_name = 'core.exam' $$, $$ VALUES ('anna') $$, 'the audit names the person');
DELETE FROM core.exam;
SET ROLE parta_web;
SELECT is(pg_temp.add('{A,Z}', NULL, 1), 'no_school', 'one of them is not there');
SELECT is(pg_temp.add('{A}', 'M', 1), 'no_school', 'schools or a municipality');
SELECT is(pg_temp.add('{}', NULL, 1), 'bad_exam', 'it is somebody''s');
SELECT is(pg_temp.add('{A}', NULL, 0), 'bad_exam', 'the last day is not before the first');
SELECT is(pg_temp.add('{A}', NULL, 32), 'bad_exam', 'nor more than a month on');
SELECT is(pg_temp.add('{A}', NULL, 1, '14:00', '09:00'), 'bad_exam', 'it ends when it has begun');
SELECT is(pg_temp.add('{A}', NULL, 1, p_name => repeat('ы', 51)), 'bad_exam', 'its name is short');
SELECT is(core.act_add_exams('{A,B}', NULL, CURRENT_DATE - 3, CURRENT_DATE + 3, '09:00', '14:00', 'x'), 'bad_exam', 'and it is not over');
SELECT is_empty($$ SELECT FROM api.exam_list $$, 'what was refused is not there');

SELECT set_config('app.account', :'boris', true);
SELECT is(pg_temp.add('{B}', NULL, 1), 'no_school', 'who is of a municipality declares none elsewhere');
SELECT is(pg_temp.add(NULL, 'N', 1), 'no_school', 'nor for another municipality');
SELECT is(pg_temp.add(NULL, 'M', 1), NULL, 'but for their own');
SELECT results_eq($$ SELECT school, municipality, schools FROM api.exam_list $$, $$ VALUES (NULL::text, 'M', 2::bigint) $$, 'which is all its schools''');
RESET ROLE;
SELECT core.add_exam('B', NULL, CURRENT_DATE + time '09:00' + interval '7 days', CURRENT_DATE + time '10:00' + interval '7 days', 'x', 'y');
SELECT min(exam_id) AS mine, max(exam_id) AS other FROM core.exam \gset
SET ROLE parta_web;
SELECT is(core.act_remove_exam(:other, 'boris'), 'no_exam', 'another''s stays');
SELECT is(core.act_remove_exam(:mine, 'boris'), NULL, 'their own is taken back');
RESET ROLE;
SELECT results_eq($$ SELECT actor FROM audit.change WHERE table_name = 'core.exam' AND action = 'delete' AND was ->> 'municipality' = 'M' $$, $$ VALUES ('boris') $$, 'by name');
SELECT * FROM finish();
ROLLBACK;
