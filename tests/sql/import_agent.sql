BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(6);
SELECT is(core.import_agent('nowhere'), NULL, 'there is no import of a school that is not there');
SELECT isnt(core.import_agent(s.school), NULL, 'a school has an import') FROM api.school AS s ORDER BY s.school LIMIT 1;
SELECT is(core.import_agent(s.school), core.import_agent(s.school), 'and one only') FROM api.school AS s ORDER BY s.school LIMIT 1;
SELECT is((SELECT count(*) FROM core.agent WHERE kind = 'import' AND revoked_at IS NULL), 0::bigint, 'nobody may speak as it');
SELECT is((SELECT count(*) FROM api.agent_health AS a JOIN core.agent AS g USING (agent_id) WHERE g.kind = 'import'), 0::bigint, 'it is no agent to people');
SELECT lives_ok($$ SELECT core.take_reports(ARRAY[g.agent_id], ARRAY[gen_random_uuid()], '{0}', '{inventory}', ARRAY[now()], ARRAY[now()], '{import}', '{false}', ARRAY['\x00'::bytea],
	'{}', '{}', '{}', '{}') FROM core.agent AS g WHERE g.kind = 'import' $$, 'its report is taken');
SELECT * FROM finish();
ROLLBACK;
