BEGIN;
\ir lib/schools.psql
SELECT plan(7);
SELECT ok(core.put_setting(NULL, 'scan_every_s', '120'), 'a setting for all');
SELECT ok(core.put_setting('A', 'scan_every_s', '60'), 'and for one');
SELECT results_eq($$ SELECT core.setting(pg_temp.school('A'), 'scan_every_s'), core.setting(pg_temp.school('B'), 'scan_every_s') $$, $$ VALUES ('60', '120') $$, 'each has its own');
SELECT ok(core.put_setting('A', 'scan_every_s', NULL), 'it is taken back');
SELECT is(core.setting(pg_temp.school('A'), 'scan_every_s'), '120', 'and that for all holds');
SELECT ok(NOT core.put_setting(NULL, 'no_such', '1') AND NOT core.put_setting('Z', 'scan_every_s', '1'), 'what is not there is told');
SELECT throws_ok($$ SELECT core.put_setting('A', 'scan_every_s', 'soon') $$, 'P0001', NULL, 'a value must fit');
SELECT * FROM finish();
ROLLBACK;
