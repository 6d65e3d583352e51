BEGIN;
\ir lib/schools.psql
SELECT plan(8);
DELETE FROM reference.holiday;
INSERT INTO reference.holiday VALUES ('2026-03-05', '2026-03-05', 'x');
SELECT results_eq($$ SELECT count(*), min(from_minute), max(to_minute) FROM api.lesson $$, $$ VALUES (6::bigint, 510::smallint, 900::smallint) $$, 'as the clerks say');
SELECT is(api.lesson_s('Asia/Yekaterinburg', '2026-03-02 00:00+05', '2026-03-03 00:00+05'), 23400::double precision, 'a Monday has six and a half hours');
SELECT is(api.lesson_s('Asia/Yekaterinburg', '2026-03-02 03:00+00', '2026-03-02 04:00+00'), 1800::double precision, 'lessons begin at half past eight of the school''s own clock');
SELECT is(api.lesson_s('Europe/Moscow', '2026-03-02 03:00+00', '2026-03-02 04:00+00'), 0::double precision, 'which is later in Moscow');
SELECT is(api.lesson_s('Asia/Kamchatka', '2026-03-01 00:00+12', '2026-03-02 00:00+12'), 0::double precision, 'a Sunday has none');
SELECT is(api.lesson_s('Europe/Moscow', '2026-03-04 00:00+03', '2026-03-07 00:00+03'), 46800::double precision, 'nor has a holiday');
SELECT results_eq($$ SELECT from_day FROM api.holiday $$, $$ VALUES ('2026-03-05'::date) $$, 'holidays are shown');
DELETE FROM reference.lesson;
SELECT is(api.lesson_s('Europe/Moscow', '2026-03-07 00:00+03', '2026-03-08 00:00+03'), 23400::double precision, 'what no clerk says is the usual week');
SELECT * FROM finish();
ROLLBACK;
