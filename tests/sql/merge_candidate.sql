BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT kind, value, decision FROM api.merge_candidate WHERE school = 'A' $$,
	$$ VALUES ('mac', '00:00:00:00:00:01', NULL::text) $$, 'what a person is asked');
SELECT * FROM finish();
ROLLBACK;
