BEGIN;
\ir lib/schools.psql
SELECT plan(2);
INSERT INTO core.silence_part VALUES (pg_temp.agent('A'), pg_temp.school('A'), '2026-03-03 07:00+00', '2026-03-03 08:00+00', 'outage', 'isp_core'),
	(pg_temp.agent('B'), pg_temp.school('B'), '2026-03-03 07:00+00', '2026-03-03 07:02+00', 'agent', NULL);
SELECT results_eq('SELECT school, host_name, duration_s, cause, class FROM api.unheard ORDER BY 1', $$ VALUES ('A', 'host-a', 3600::float8, 'outage', 'isp_core'), ('B', 'host-b', 120, 'agent', NULL) $$, 'when an agent was not heard, and why');
SELECT is_empty($$ SELECT w.key FROM (VALUES ('collector'), ('transit'), ('outage'), ('agent'), ('unknown')) AS w(key) EXCEPT SELECT key FROM reference.word WHERE dictionary = 'silence_cause' $$, 'in words');
SELECT * FROM finish();
ROLLBACK;
