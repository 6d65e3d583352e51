BEGIN;
\ir lib/schools.psql
SELECT pg_temp.asks('A');
SELECT plan(5);
SET ROLE parta_web;
SELECT is(core.act_revoke_agent('00000000-0000-0000-0000-00000000000a', 'stolen'), NULL, 'an agent of a school that is seen');
SELECT is(core.act_revoke_agent('00000000-0000-0000-0000-00000000000a', 'stolen'), 'is_revoked', 'is revoked once');
SELECT is(core.act_revoke_agent('00000000-0000-0000-0000-00000000000b', 'stolen'), 'no_agent', 'one of another is not seen');
RESET ROLE;
SELECT results_eq($$ SELECT revoked_reason, revoked_at = now() FROM core.agent WHERE agent_id = pg_temp.agent('A') $$, $$ VALUES ('stolen', true) $$, 'the reason is kept');
SELECT results_eq($$ SELECT actor FROM audit.change WHERE table_name = 'core.agent' AND action = 'update' AND school_id = pg_temp.school('A') $$, $$ VALUES ('a') $$, 'and who did it');
SELECT * FROM finish();
ROLLBACK;
