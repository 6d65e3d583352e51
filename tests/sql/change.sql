BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(2);
INSERT INTO core.token VALUES (sha256('x'), pg_temp.school('A'), now(), now(), 1);
SELECT is_empty($$ SELECT FROM api.change WHERE table_name IN ('core.token', 'core.agent_key') $$, 'tokens are not shown');
SELECT results_eq($$ SELECT DISTINCT table_name FROM api.change WHERE school = 'A' ORDER BY 1 $$,
	$$ VALUES ('core.agent'), ('core.contract'), ('core.device'), ('core.device_place'), ('core.exam'), ('core.merge_candidate'), ('core.school') $$, 'every change that concerns a school');
SELECT * FROM finish();
ROLLBACK;
