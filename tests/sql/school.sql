BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(2);
SELECT results_eq($$ SELECT school, settlement, agents, last_heard_at FROM api.school WHERE school IN ('A', 'B') ORDER BY 1 $$,
	$$ VALUES ('A', 'urban', 1::bigint, now()), ('B', 'rural', 1, now()) $$, 'every school with its agents');
UPDATE core.agent SET revoked_at = now() WHERE agent_id = pg_temp.agent('A');
SELECT results_eq($$ SELECT agents FROM api.school WHERE school = 'A' $$, 'VALUES (0::bigint)', 'a revoked agent does not count');
SELECT * FROM finish();
ROLLBACK;
