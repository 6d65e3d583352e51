BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(3);
SELECT is_empty('SELECT FROM api.equipment_list', 'nothing is summed up yet');
SELECT pg_temp.roll();
SELECT cmp_ok((SELECT count(*) FROM api.equipment_list), '>', 1::bigint, 'there is something to list');
SELECT results_eq($$ SELECT to_jsonb(v) - 'school_name', school_name FROM api.equipment_list AS v ORDER BY 1 $$,
	$$ SELECT to_jsonb(v) - 'agent_id' - 'report_id' - 'location' - 'corrected_class' || CASE WHEN 'equipment_list' = 'agent_list' THEN jsonb_build_object('agent_id', to_jsonb(v) -> 'agent_id') ELSE '{}' END,
	   'School ' || school FROM api.equipment AS v ORDER BY 1 $$, 'the list is api.equipment with the names of schools');
SELECT * FROM finish();
ROLLBACK;
