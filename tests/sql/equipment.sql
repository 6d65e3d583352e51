BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(6);
SELECT results_eq($$ SELECT class, count, with_serial FROM api.equipment WHERE school = 'A' $$, $$ VALUES ('printer', 1::bigint, 1::bigint), ('switch', 1, 1) $$, 'devices by class');
UPDATE core.device SET last_seen = api.counted_since(now()) - interval '1 day', first_seen = now() - interval '200 days' WHERE class = 'printer';
SELECT results_eq($$ SELECT class FROM api.equipment WHERE school = 'A' $$, $$ VALUES ('switch') $$, 'what was not seen for 90 days does not count');
SELECT results_eq($$ SELECT class FROM api.equipment_at(now() - interval '30 days') WHERE school = 'A' $$, $$ VALUES ('printer') $$, 'on a past day it did, and what came later did not');
UPDATE core.device SET class = 'router', serial = '' WHERE class = 'switch';
SELECT results_eq($$ SELECT class, with_serial FROM api.equipment WHERE school = 'A' $$, $$ VALUES ('router', 0::bigint) $$, 'a class that changed counts as it is now');
SELECT results_eq($$ SELECT class, with_serial FROM api.equipment_at(now()) WHERE school = 'A' $$, $$ VALUES ('switch', 1::bigint) $$, 'and for a moment before the change as it was then');
UPDATE core.device SET units = 3, serial = 'SN1' WHERE class = 'router';
SELECT results_eq($$ SELECT class, count, with_serial FROM api.equipment WHERE school = 'A' $$, $$ VALUES ('router', 3::bigint, 3::bigint) $$, 'a stack counts as its units');
SELECT * FROM finish();
ROLLBACK;
