BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(3);
SELECT results_eq($$ SELECT school, kind, comment, "by", is_maintenance, is_open FROM api.silence_list WHERE school = 'A' $$, $$ VALUES ('A', 'filter_leak', 'known', 'x', false, true) $$, 'a silence');
SELECT core.add_silence(NULL, NULL, now(), now() + interval '1 hour', 'all', 'x');
CREATE ROLE page LOGIN;
GRANT parta_web TO page;
SELECT pg_temp.asks('A');
SET SESSION AUTHORIZATION page;
SELECT results_eq($$ SELECT school, comment FROM api.silence_list ORDER BY comment $$, $$ VALUES (NULL, 'all'), ('A', 'known') $$, 'a school sees its own and those of all');
RESET SESSION AUTHORIZATION;
SELECT core.end_silence(silence_id, 'y') FROM core.silence;
SELECT is_empty('SELECT * FROM api.silence_list WHERE is_open', 'what was taken back is over');
SELECT * FROM finish();
ROLLBACK;
