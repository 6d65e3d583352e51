BEGIN;
\ir lib/schools.psql
SELECT plan(4);
SELECT pg_temp.fill();
INSERT INTO core.school (code, name) VALUES ('demo-0001', 'x');
INSERT INTO core.agent (agent_id, school_id) SELECT pg_temp.id(n), school_id FROM core.school, generate_series(1, 2) AS n WHERE code = 'demo-0001';
UPDATE core.agent_state SET last_heard_at = now() - interval '1 minute';
INSERT INTO core.agent_state (agent_id, school_id, last_heard_at) SELECT agent_id, school_id, now() - CASE agent_id WHEN pg_temp.id(1) THEN interval '1 minute' ELSE interval '2 hours' END
  FROM core.agent WHERE agent_id IN (pg_temp.id(1), pg_temp.id(2));
SELECT core.demo_beat();
SELECT is((SELECT count(*) FROM core.agent_state WHERE last_heard_at = now()), 0::bigint, 'without demo data nobody is said to live');
INSERT INTO core.demo (schools, days, seed) VALUES (1, 1, 1);
SELECT core.roll_up(1);
SELECT is((SELECT last_heard_at FROM core.agent_state WHERE agent_id = pg_temp.id(1)), now(), 'an agent of demo data lives on');
SELECT is((SELECT last_heard_at FROM core.agent_state WHERE agent_id = pg_temp.id(2)), now() - interval '2 hours', 'a silent one stays silent');
SELECT is((SELECT count(*) FROM core.agent_state WHERE last_heard_at = now()), 1::bigint, 'and real ones are left alone');
SELECT * FROM finish();
ROLLBACK;
