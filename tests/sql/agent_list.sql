BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(2);
SELECT cmp_ok((SELECT count(*) FROM api.agent_list), '>', 1::bigint, 'there is something to list');
SELECT results_eq($$ SELECT to_jsonb(v) - 'school_name' - 'vantage', school_name FROM api.agent_list AS v ORDER BY 1 $$,
	$$ SELECT to_jsonb(v) - 'school_name' - 'vantage' - 'agent_id' - 'report_id' - 'location' - 'corrected_class' || CASE WHEN 'agent_list' = 'agent_list' THEN jsonb_build_object('agent_id', to_jsonb(v) -> 'agent_id') ELSE '{}' END,
	   'School ' || school FROM api.agent_health AS v ORDER BY 1 $$, 'the list is api.agent_health with the names of schools');
SELECT * FROM finish();
ROLLBACK;
