BEGIN;
\ir lib/schools.psql
SELECT plan(8);
INSERT INTO core.token VALUES
	(sha256('one'), pg_temp.school('A'), now(), now() + interval '1 hour', 1),
	(sha256('old'), pg_temp.school('A'), now(), now() - interval '1 hour', 1);
SELECT is_empty($$ SELECT * FROM core.enrol(sha256('none'), sha256('k1'), 'h') $$, 'an unknown token enrols nobody');
SELECT is_empty($$ SELECT * FROM core.enrol(sha256('old'), sha256('k1'), 'h') $$, 'nor does one that ended');
SELECT results_eq($$ SELECT code, time_zone FROM core.enrol(sha256('one'), sha256('k1'), 'h') $$, $$ VALUES ('A', 'Asia/Yekaterinburg') $$, 'a good one does');
SELECT results_eq($$ SELECT agent_id FROM core.enrol(sha256('one'), sha256('k1'), 'h') $$, $$ SELECT agent_id FROM core.agent WHERE host_name = 'h' $$, 'the same key asks again and is the same agent');
SELECT is_empty($$ SELECT * FROM core.enrol(sha256('one'), sha256('k2'), 'h') $$, 'but the token is used up for another key');
INSERT INTO core.token VALUES (sha256('two'), pg_temp.school('B'), now(), now() + interval '1 hour', 5);
SELECT is_empty($$ SELECT * FROM core.enrol(sha256('two'), sha256('k1'), 'h') $$, 'a key that speaks for an agent becomes no second one');
UPDATE core.school SET closed_at = now() WHERE code = 'B';
SELECT is_empty($$ SELECT * FROM core.enrol(sha256('two'), sha256('k3'), 'h') $$, 'a closed school takes no agent');
SELECT results_eq('SELECT count(*) FROM core.agent', 'VALUES (3::bigint)', 'so there is one agent more');
SELECT * FROM finish();
ROLLBACK;
