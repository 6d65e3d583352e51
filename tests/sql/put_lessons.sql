BEGIN;
\ir lib/schools.psql
CREATE FUNCTION pg_temp.put(p_code text, p_lessons text) RETURNS text LANGUAGE sql AS $$ SELECT core.put_lessons(p_code, p_lessons::jsonb) $$;
INSERT INTO core.connectivity_window (agent_id, from_at, to_at, rung, target, school_id, sent, received, late, micro_outages, report_id)
SELECT pg_temp.agent('A'), now() - interval '3 days', now() - interval '3 days' + interval '1 minute', 'internet', '9.9.9.9', pg_temp.school('A'), 60, 60, 0, 0,
       pg_temp.report('A', 'connectivity');
DELETE FROM core.roll_mark;
SELECT set_config('app.account', pg_temp.account('anna', 'municipal')::text, true);
SELECT plan(19);
SET ROLE parta_web;
SELECT is(pg_temp.put('A', '[{"weekday": 1, "from_minute": 480, "to_minute": 525}, {"weekday": 1, "from_minute": 525, "to_minute": 570}]'), NULL, 'bells of its own');
SELECT results_eq($$ SELECT weekday, from_minute, to_minute, own FROM api.school_lessons WHERE school = 'A' ORDER BY 1, 2 $$,
	$$ VALUES (1::smallint, 480::smallint, 525::smallint, true), (1::smallint, 525::smallint, 570::smallint, true) $$, 'stand in for the general ones as a whole');
SELECT results_eq($$ SELECT DISTINCT own FROM api.school_lessons WHERE school = 'B' $$, $$ VALUES (false) $$, 'of that school alone');
RESET ROLE;
SELECT results_eq($$ SELECT a, b, c FROM core.policy_of(pg_temp.agent('A')) WHERE kind = 'lesson' ORDER BY 2 $$, $$ VALUES ('1', '480', '525'), ('1', '525', '570') $$, 'its agents hear of it');
SELECT cmp_ok((SELECT count(*) FROM core.policy_of(pg_temp.agent('B')) WHERE kind = 'lesson'), '=', 6::bigint, 'the others do not');
SELECT ok(core.in_lesson(pg_temp.school('A'), 'Europe/Moscow', '2026-03-02 08:10+03') AND NOT core.in_lesson(pg_temp.school('B'), 'Europe/Moscow', '2026-03-02 08:10+03'), 'alerts go by it');
SELECT results_eq($$ SELECT lesson FROM core.alert_places(('2026-03-02 08:10'::timestamp) AT TIME ZONE (SELECT time_zone FROM core.school WHERE code = 'A')) WHERE school_id = pg_temp.school('A') $$, $$ VALUES (true) $$, 'for each school');
SELECT results_eq($$ SELECT part, from_at FROM core.roll_mark WHERE school_id = pg_temp.school('A') $$, $$ VALUES ('outage', now() - interval '2 days') $$, 'days whose windows are all kept are summed up again');
SELECT ok(count(*) = 2 AND bool_and(actor = 'anna'), 'the audit names the person') FROM audit.change WHERE table_name = 'core.school_lesson' AND action = 'insert';
SET ROLE parta_web;
SELECT is(pg_temp.put('A', '[{"weekday": 1, "from_minute": 480, "to_minute": 526}, {"weekday": 1, "from_minute": 525, "to_minute": 570}]'), 'lessons_overlap', 'lessons that overlap');
SELECT is(pg_temp.put('A', '[{"weekday": 1, "from_minute": 480, "to_minute": 500}, {"weekday": 1, "from_minute": 480, "to_minute": 500}]'), 'lessons_overlap', 'or are the same');
SELECT is(pg_temp.put('A', '[{"weekday": 8, "from_minute": 480, "to_minute": 500}]'), 'bad_lessons', 'a weekday that is none');
SELECT is(pg_temp.put('A', '[{"weekday": 1, "from_minute": 500, "to_minute": 480}]'), 'bad_lessons', 'an end before its beginning');
SELECT is(pg_temp.put('A', '[{"weekday": 1, "from_minute": 500}]'), 'bad_lessons', 'no end');
SELECT is(pg_temp.put('A', '[1, "x"]'), 'bad_lessons', 'what is no lesson');
SELECT is(pg_temp.put('Z', '[]'), 'no_school', 'a school that is not there');
SELECT is((SELECT count(*) FROM api.school_lessons WHERE school = 'A' AND own), 2::bigint, 'what is refused changes nothing');
SELECT is(pg_temp.put('A', '[]'), NULL, 'none');
SELECT results_eq($$ SELECT DISTINCT own FROM api.school_lessons WHERE school = 'A' $$, $$ VALUES (false) $$, 'is as all schools');
SELECT * FROM finish();
ROLLBACK;
