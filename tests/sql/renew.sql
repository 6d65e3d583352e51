BEGIN;
\ir lib/schools.psql
SELECT plan(5);
SELECT ok(bool_and(core.renew(pg_temp.agent('A'), sha256(n::text::bytea), now() + make_interval(days => n))), 'an agent renews') FROM generate_series(1, 6) AS n;
SELECT results_eq('SELECT count(*) FROM core.agent_key', 'VALUES (4::bigint)', 'the newest four keys stay');
SELECT ok(NOT core.renew(pg_temp.agent('B'), (SELECT key_sha256 FROM core.agent_key LIMIT 1), now()), 'another agent''s key is refused');
UPDATE core.agent SET revoked_at = now() WHERE agent_id = pg_temp.agent('A');
SELECT ok(NOT core.renew(pg_temp.agent('A'), sha256('new'), now()), 'a revoked agent is');
SELECT ok(NOT core.renew(pg_temp.id(5), sha256('new'), now()), 'and an unknown one');
SELECT * FROM finish();
ROLLBACK;
