BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT code, reason, size_bytes FROM api.quarantine WHERE school = 'A' $$, $$ VALUES ('malformed', 'no report', 1) $$, 'what was kept aside, without its bytes');
SELECT * FROM finish();
ROLLBACK;
