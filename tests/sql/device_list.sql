BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(2);
SELECT cmp_ok((SELECT count(*) FROM api.device_list), '>', 1::bigint, 'there is something to list');
SELECT results_eq($$ SELECT to_jsonb(v) - 'school_name', school_name FROM api.device_list AS v ORDER BY 1 $$,
	$$ SELECT to_jsonb(v) - 'agent_id' - 'report_id' - 'school_name' - 'vantage' - 'location' - 'corrected_class' || CASE WHEN 'device_list' = 'agent_list' THEN jsonb_build_object('agent_id', to_jsonb(v) -> 'agent_id') ELSE '{}' END,
	   'School ' || school FROM api.device_current AS v ORDER BY 1 $$, 'the list is api.device_current with the names of schools');
SELECT * FROM finish();
ROLLBACK;
