BEGIN;
\ir lib/schools.psql
SELECT pg_temp.asks('A');
SELECT plan(5);
SET ROLE parta_web;
SELECT results_eq($$ SELECT problem, ends_at = now() + interval '72 hours' FROM core.act_make_token('A', sha256('x')) $$, $$ VALUES (NULL::text, true) $$, 'a token for a school of one''s own');
SELECT results_eq($$ SELECT problem FROM core.act_make_token('B', sha256('y')) $$, $$ VALUES ('no_school') $$, 'and for no other');
RESET ROLE;
SELECT results_eq($$ SELECT uses_left, made_by FROM core.token WHERE school_id = pg_temp.school('A') $$, $$ VALUES (1, 'a') $$, 'it is good for one agent, and says who made it');
SELECT is((SELECT count(*) FROM core.token WHERE school_id = pg_temp.school('B')), 0::bigint, 'nothing was made for the other');
UPDATE core.school SET closed_at = now() WHERE code = 'A';
SELECT results_eq($$ SELECT problem FROM core.act_make_token('A', sha256('z')) $$, $$ VALUES ('no_school') $$, 'nor for a school that is closed');
SELECT * FROM finish();
ROLLBACK;
