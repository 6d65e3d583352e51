BEGIN;
\ir lib/schools.psql
CREATE ROLE school_a LOGIN;
GRANT parta_school TO school_a;
-- A policy may call it for those who may not; here they are let in to ask.
GRANT USAGE ON SCHEMA core TO PUBLIC;
INSERT INTO core.school_login VALUES ('school_a', pg_temp.school('A'));
CREATE TEMP TABLE number AS SELECT code, school_id FROM core.school;
GRANT SELECT ON number TO PUBLIC;
SELECT plan(4);
SET ROLE parta_auditor;
SELECT is(cardinality(core.visible_schools()), (SELECT count(*)::integer FROM number), 'an auditor: all');
SET ROLE parta_web;
SELECT is(core.visible_schools(), NULL, 'the page: none, unless it says for whom');
SET app.schools = '3,5';
SELECT is(core.visible_schools(), '{3,5}', 'then those');
RESET ROLE;
SET SESSION AUTHORIZATION school_a;
SELECT is(core.visible_schools(), ARRAY[(SELECT school_id FROM number WHERE code = 'A')], 'a school''s login: its own, whatever it says');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
