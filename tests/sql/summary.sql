BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(4);
DELETE FROM reference.plan;
INSERT INTO reference.plan VALUES ('2020-01-01', 50, 'x'), ('2999-01-01', 100, 'y');
UPDATE core.agent_state SET last_heard_at = now() - interval '1 day' WHERE school_id = pg_temp.school('B');
DELETE FROM core.speed_stream; DELETE FROM core.speed_direction WHERE direction = 'up';
SELECT core.roll_again(school_id, now() - interval '2 days', now()) FROM core.school;
SELECT pg_temp.roll();
SELECT results_eq($$ SELECT schools, in_norm, plan, agents, agents_silent, devices FROM api.summary $$,
	$$ VALUES (2::bigint, 1::bigint, 1::bigint, 2::bigint, 1::bigint, 4::bigint) $$, 'schools, the plan that holds today, agents, devices');
SELECT is((SELECT states FROM api.summary), '{"norm": 1, "below": 0, "no_data": 1, "no_link": 0, "critical": 0, "maintenance": 0}'::jsonb, 'every state is there');
CREATE ROLE page LOGIN;
GRANT parta_web TO page;
SET SESSION AUTHORIZATION page;
SELECT is((SELECT schools FROM api.summary), 0::bigint, 'the page counts nothing before it says for whom it asks');
RESET SESSION AUTHORIZATION;
SELECT pg_temp.asks('A');
SET SESSION AUTHORIZATION page;
SELECT is((SELECT schools FROM api.summary), 1::bigint, 'and then only what may be seen');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
