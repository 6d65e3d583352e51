BEGIN;
\ir lib/schools.psql
SELECT pg_temp.account('boss', 'municipal') AS boss, pg_temp.account('anna', 'school', '{B,A}', 'Town') AS anna \gset
SELECT plan(4);
SET ROLE parta_web;
SELECT is_empty('SELECT * FROM api.me', 'nobody asks');
SELECT set_config('app.account', :'anna', true);
SELECT results_eq('SELECT * FROM api.me', $$ VALUES ('anna', 'anna', 'school', '{A,B}'::text[], 'Town', 'ru', false) $$, 'a school''s person and its schools');
SELECT set_config('app.account', :'boss', true);
SELECT results_eq('SELECT login, schools FROM api.me', $$ VALUES ('boss', NULL::text[]) $$, 'somebody of all schools');
RESET ROLE;
INSERT INTO core.demo (schools, days, seed) VALUES (1, 1, 1);
SET ROLE parta_web;
SELECT is((SELECT demo FROM api.me), true, 'made-up schools are said to be so');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
