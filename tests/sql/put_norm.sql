BEGIN;
\ir lib/schools.psql
DELETE FROM core.roll_mark;
SELECT set_config('app.account', pg_temp.account('anna', 'municipal')::text, true);
SELECT plan(14);
SET ROLE parta_web;
SELECT is(core.put_norm('urban', 'down', '2019-01-01', 300, 'act', 'anna'), NULL, 'a norm of the same day');
SELECT results_eq($$ SELECT norm_mbps, source, own FROM api.norm WHERE settlement = 'urban' AND direction = 'down' $$, $$ VALUES (300::numeric, 'act', true) $$, 'stands before that of the files');
SELECT is(core.put_norm('urban', 'down', '2024-09-01', 200, NULL, 'anna'), NULL, 'one of a later day');
RESET ROLE;
SELECT results_eq($$ SELECT core.norm_mbps('urban', 'down', d) FROM unnest(ARRAY['2018-12-31', '2024-08-31', '2024-09-01']::date[]) AS d $$,
	$$ VALUES (NULL::numeric), (300), (200) $$, 'holds from that day on');
SELECT is((SELECT a FROM core.policy_of(pg_temp.agent('A')) WHERE kind = 'target_down_mbps'), '200', 'agents measure against it');
SELECT ok(count(*) >= 12 AND bool_and(part = 'speed') AND bool_and(school_id = pg_temp.school('A')), 'schools of such places are judged anew') FROM core.roll_mark;
SELECT results_eq($$ SELECT DISTINCT actor FROM audit.change WHERE table_name = 'core.norm' $$, $$ VALUES ('anna') $$, 'the audit names the person');
SET ROLE parta_web;
SELECT is(core.put_norm('urban', 'down', '2024-09-01', NULL, NULL, 'anna') IS NULL AND core.put_norm('urban', 'down', '2019-01-01', NULL, NULL, 'anna') IS NULL, true, 'what a person set is taken back');
SELECT results_eq($$ SELECT norm_mbps, own FROM api.norm WHERE settlement = 'urban' AND direction = 'down' $$, $$ VALUES (100::numeric, false) $$, 'and that of the files holds again');
SELECT is(core.put_norm('urban', 'down', '2019-01-01', NULL, NULL, 'anna'), 'no_norm', 'which nobody takes back here');
SELECT is(core.put_norm('moon', 'down', '2024-09-01', 1, NULL, 'anna'), 'bad_norm', 'a place that is none');
SELECT is(core.put_norm('urban', 'down', '2024-09-01', 0, NULL, 'anna'), 'bad_norm', 'a rate that is none');
SELECT is(core.put_norm('urban', 'down', NULL, 10, NULL, 'anna'), 'bad_norm', 'no day');
RESET ROLE;
SELECT set_config('app.account', pg_temp.account('boris', 'municipal', NULL, 'Town')::text, true);
SET ROLE parta_web;
SELECT is(core.put_norm('urban', 'down', '2024-09-01', 10, NULL, 'boris'), 'not_all_schools', 'who is of one municipality sets no norm of all');
SELECT * FROM finish();
ROLLBACK;
