BEGIN;
\ir lib/schools.psql
UPDATE core.school SET provider = 'P';
SELECT pg_temp.alert('A', 'agent_silent', 'x', 'firing', 4 + 256), pg_temp.alert('B', 'agent_silent', 'y', 'firing', 4 + 256);
SELECT plan(2);
SELECT results_eq('SELECT kind, provider, schools, alerts, open FROM api.incident', $$ VALUES ('provider', 'P', ARRAY['A', 'B'], 2::bigint, 2::bigint) $$, 'a provider''s incident with its schools');
CREATE ROLE page LOGIN;
GRANT parta_web TO page;
SELECT pg_temp.asks('A');
SET SESSION AUTHORIZATION page;
SELECT results_eq('SELECT schools, alerts FROM api.incident', $$ VALUES (ARRAY['A'], 1::bigint) $$, 'a school sees itself in it and no other');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
