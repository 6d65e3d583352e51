BEGIN;
\ir lib/schools.psql
SELECT plan(3);
SELECT core.heartbeat(pg_temp.agent('A'), pg_temp.id(0), 5, now() + interval '2 seconds', 9, 3, now());
SELECT results_eq('SELECT beat, lost_beats, clock_ahead_ms, spool_reports FROM core.agent_state', 'VALUES (5::bigint, 0::bigint, 2000::bigint, 3::bigint)', 'a heartbeat is noted');
SELECT core.heartbeat(pg_temp.agent('A'), pg_temp.id(0), 9, now(), 9, 3, now());
SELECT results_eq('SELECT lost_beats FROM core.agent_state', 'VALUES (3::bigint)', 'a jump counts what never came');
SELECT core.heartbeat(pg_temp.agent('A'), pg_temp.id(1), 1, now(), 9, 3, now() - interval '1 hour');
SELECT results_eq('SELECT lost_beats, last_heard_at FROM core.agent_state', 'SELECT 3::bigint, now()', 'a restart loses none, and time does not run back');
SELECT * FROM finish();
ROLLBACK;
