BEGIN;
\ir lib/schools.psql
SELECT plan(2);
SELECT generation AS g FROM core.agent_generation \gset
UPDATE core.agent SET revoked_at = now() WHERE agent_id = pg_temp.agent('A');
SELECT results_eq('SELECT generation FROM core.agent_generation', format('SELECT %s::bigint + 1', :g), 'a revocation is told');
SET ROLE parta_ingest;
SELECT lives_ok($$ SELECT core.renew(pg_temp.agent('B'), sha256('x'), now()) $$, 'by the collector''s own role too');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
