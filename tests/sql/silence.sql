BEGIN;
\ir lib/schools.psql
SELECT plan(17);
SELECT ok(core.is_within('2026-11-25 22:30Z', 'Asia/Yekaterinburg', '{4}', 120::smallint, 240::smallint), 'Thursday 03:30 by the school''s clock is within');
SELECT ok(NOT core.is_within('2026-11-25 22:30Z', 'UTC', '{4}', 120::smallint, 240::smallint), 'by another clock it is not');
SELECT ok(core.is_within(now(), 'UTC', NULL, NULL, NULL), 'without limits everything is within');
SELECT is(core.add_silence('A', 'filter_leak', now(), now() + interval '1 hour', 'known', 'me'), NULL, 'a silence of a kind of a school');
SELECT is(core.add_silence('Z', NULL, now(), now() + interval '1 hour', '', 'me'), 'no_school', 'not of a school that is not there');
SELECT is(core.add_silence('A', 'weather', now(), now() + interval '1 hour', '', 'me'), 'no_kind', 'nor of such a kind');
SELECT is(core.add_silence('A', NULL, now(), now(), '', 'me'), 'no_time', 'nor of no length');
SELECT is(core.add_silence('A', NULL, now() - interval '2 hours', now() - interval '1 hour', '', 'me'), 'no_time', 'nor of the past');
SELECT is(core.add_maintenance('A', now(), now() + interval '1 hour', 'works', 'me'), NULL, 'maintenance');
SELECT ok(core.in_maintenance(pg_temp.school('A'), now()) AND NOT core.in_maintenance(pg_temp.school('B'), now())
	AND NOT core.in_maintenance(pg_temp.school('A'), now() + interval '1 hour'), 'of that school and that time');
SELECT is(core.add_quiet('B', NULL, true, now() - interval '1 day', now() + interval '30 days', ARRAY[EXTRACT(isodow FROM now() AT TIME ZONE 'Europe/Moscow')::smallint], 0::smallint, 1440::smallint, 'weekly', 'me'), NULL, 'that comes again each week');
SELECT ok(core.in_maintenance(pg_temp.school('B'), now()) AND NOT core.in_maintenance(pg_temp.school('B'), now() + interval '1 day')
	AND core.in_maintenance(pg_temp.school('B'), now() + interval '7 days'), 'is there on its day');

CREATE ROLE page LOGIN;
GRANT parta_web TO page;
CREATE TEMP TABLE known AS SELECT silence_id, (SELECT code FROM core.school WHERE school_id = q.school_id) AS code FROM core.silence AS q WHERE is_maintenance;
GRANT SELECT ON known TO PUBLIC;
SELECT pg_temp.asks('A');
SET SESSION AUTHORIZATION page;
SELECT is(core.add_silence('B', NULL, now(), now() + interval '1 hour', '', 'page'), 'no_school', 'the page silences only whom it acts for');
SELECT is(core.add_silence(NULL, NULL, now(), now() + interval '1 hour', '', 'page'), 'no_school', 'and not everybody');
SELECT results_eq($$ SELECT code, core.end_silence(silence_id, 'page') FROM known ORDER BY code $$, $$ VALUES ('A', NULL), ('B', 'no_silence') $$, 'it takes back only theirs');
SELECT set_config('app.account', '', true);
SELECT is(core.add_silence(NULL, NULL, now(), now() + interval '1 hour', '', 'page'), 'no_school', 'for nobody it silences nobody');
RESET SESSION AUTHORIZATION;
SELECT ok(NOT core.in_maintenance(pg_temp.school('A'), now()), 'and then it is over');
SELECT * FROM finish();
ROLLBACK;
