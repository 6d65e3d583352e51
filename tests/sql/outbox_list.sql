BEGIN;
\ir lib/schools.psql
SELECT core.put_receiver('hook', 'webhook', 'https://h/', 'secret', NULL, NULL, NULL, 'info', 'en', false);
SELECT pg_temp.fill();
SELECT plan(3);
SELECT results_eq('SELECT receiver, what, state, attempts FROM api.outbox_list', $$ VALUES ('hook', 'raised', 'waiting', 0), ('hook', 'raised', 'waiting', 0) $$, 'messages and what became of them');
CREATE ROLE page LOGIN;
GRANT parta_web TO page;
SELECT pg_temp.asks('A');
SET SESSION AUTHORIZATION page;
SELECT results_eq('SELECT count(*) FROM api.outbox_list', 'VALUES (1::bigint)', 'of one''s own schools');
SELECT throws_ok('SELECT secret FROM core.receiver', '42501', NULL, 'and no secret');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
