BEGIN;
\ir lib/schools.psql
UPDATE core.school SET municipality = 'M' WHERE code = 'A';
INSERT INTO core.exam (school_id, municipality, from_at, to_at, name, by_login) VALUES
	(pg_temp.school('A'), NULL, now() - interval '2 hours', now() - interval '1 hour', 'one', 'x'),
	(pg_temp.school('B'), NULL, now() - interval '1 hour', now() + interval '1 hour', 'two', 'x'),
	(NULL, 'M', now() + interval '1 hour', now() + interval '2 hours', 'three', 'x'),
	(NULL, 'gone', now() + interval '1 hour', now() + interval '2 hours', 'four', 'x');
CREATE ROLE page LOGIN;
GRANT parta_web TO page;
SELECT plan(2);
SELECT results_eq($$ SELECT school, municipality, name, state, schools, time_zone FROM api.exam_list ORDER BY from_at $$,
	$$ VALUES ('A', NULL, 'one', 'over', 1::bigint, 'Asia/Yekaterinburg'), ('B', NULL, 'two', 'held', 1, 'Europe/Moscow'), (NULL, 'M', 'three', 'coming', 1, 'Asia/Yekaterinburg') $$,
	'a row an examination, as long as it has a school');
SELECT pg_temp.asks('B');
SET SESSION AUTHORIZATION page;
SELECT results_eq($$ SELECT name FROM api.exam_list $$, $$ VALUES ('two') $$, 'that of another municipality is not shown');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
