BEGIN;
\ir lib/schools.psql
SELECT plan(4);
DELETE FROM reference.holiday;
SELECT pg_temp.outage('A', 9, 'gateway', '2026-03-02 03:00+00', '2026-03-02 04:00+00');
SELECT pg_temp.outage('B', 10, 'portal', now() - interval '10 minutes', NULL);
SELECT results_eq($$ SELECT school_name, class, party, duration_s, lesson_s FROM api.outage_list WHERE school = 'A' $$,
	$$ VALUES ('School A', 'gateway', 'school', 3600::double precision, 1800::double precision) $$, 'how long, and how much of it in lessons of the school''s own clock');
SELECT results_eq($$ SELECT duration_s, "end" IS NULL FROM api.outage_list WHERE school = 'B' $$, 'VALUES (600::double precision, true)', 'what lasts counts to this moment');
SELECT is((SELECT evidence -> 0 ->> 'observed' FROM api.outage_list WHERE school = 'A'), 'timeout', 'with its evidence');
INSERT INTO core.school_lesson VALUES (pg_temp.school('A'), 1, 485, 490), (pg_temp.school('B'), 1, 480, 540);
SELECT results_eq($$ SELECT lesson_s FROM api.outage_list WHERE school = 'A' $$, $$ VALUES (300::double precision) $$, 'in lessons of its own bells, where it has some');
SELECT * FROM finish();
ROLLBACK;
