BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(4);
SELECT results_eq($$ SELECT state, spool_reports, counters FROM api.agent_health WHERE school = 'A' $$,
	$$ VALUES ('alive', 5::bigint, '{"decode.arp.malformed": 7}'::jsonb) $$, 'an agent that was heard now is alive');
UPDATE core.agent_state SET last_heard_at = now() - interval '76 seconds' WHERE agent_id = pg_temp.agent('A');
SELECT results_eq($$ SELECT state FROM api.agent_health WHERE school = 'A' $$, $$ VALUES ('silent') $$, 'after 75 seconds it is silent');
UPDATE core.agent SET revoked_at = now() WHERE agent_id = pg_temp.agent('A');
SELECT results_eq($$ SELECT state FROM api.agent_health WHERE school = 'A' $$, $$ VALUES ('revoked') $$, 'revoked is told first');
INSERT INTO core.agent (school_id, host_name) VALUES (pg_temp.school('B'), 'new');
SELECT results_eq($$ SELECT state FROM api.agent_health WHERE host_name = 'new' $$, $$ VALUES ('never_heard') $$, 'one that never spoke is no silent one');
SELECT * FROM finish();
ROLLBACK;
