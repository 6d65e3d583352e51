BEGIN;
\ir lib/schools.psql
CREATE ROLE school_a LOGIN;
GRANT parta_school TO school_a;
-- A policy may call it for those who may not; here they are let in to ask.
GRANT USAGE ON SCHEMA core TO PUBLIC;
INSERT INTO core.school_login VALUES ('school_a', pg_temp.school('A'));
CREATE TEMP TABLE number AS SELECT code, school_id FROM core.school;
GRANT SELECT ON number TO PUBLIC;
SELECT pg_temp.account('all', 'viewer') AS all_id, pg_temp.account('b', 'school', '{B}') AS b_id,
       pg_temp.account('town', 'municipal', NULL, 'Town') AS town_id, pg_temp.account('gone', 'viewer') AS gone_id \gset
UPDATE core.school SET municipality = 'Town' WHERE code = 'A';
UPDATE core.account SET disabled_at = now() WHERE login = 'gone';
SELECT plan(9);
SET ROLE parta_auditor;
SELECT is(cardinality(core.visible_schools()), (SELECT count(*)::integer FROM number), 'an auditor: all');
SET ROLE parta_web;
SELECT is(core.visible_schools(), NULL, 'the page: none, unless it says for whom');
SELECT set_config('app.account', :'all_id', true);
SELECT is(cardinality(core.visible_schools()), (SELECT count(*)::integer FROM number), 'for somebody of all schools: all');
SELECT set_config('app.account', :'b_id', true);
SELECT is(core.visible_schools(), ARRAY[(SELECT school_id FROM number WHERE code = 'B')], 'for a school''s person: its own');
SELECT set_config('app.account', :'town_id', true);
SELECT is(core.visible_schools(), ARRAY[(SELECT school_id FROM number WHERE code = 'A')], 'for somebody of a municipality: its schools');
SELECT set_config('app.account', :'gone_id', true);
SELECT is(core.visible_schools(), NULL, 'for a disabled account: none');
SELECT set_config('app.account', '999999', true);
SELECT is(core.visible_schools(), NULL, 'for an account that is not there: none');
SELECT set_config('app.account', :'b_id', true);
SELECT results_eq('SELECT login, role, municipality FROM core.asker()', $$ VALUES ('b', 'school', NULL::text) $$, 'and who asks is known');
RESET ROLE;
SET SESSION AUTHORIZATION school_a;
SELECT is(core.visible_schools(), ARRAY[(SELECT school_id FROM number WHERE code = 'A')], 'a school''s login: its own, whatever it says');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
