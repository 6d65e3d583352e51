BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(1);
SELECT results_eq($$ SELECT kind, count(*) FROM api.report WHERE school = 'A' GROUP BY 1 ORDER BY 1 $$,
	$$ VALUES ('connectivity', 1::bigint), ('filter', 1), ('gap', 1), ('health', 1), ('inventory', 2), ('measurements', 1), ('speed', 1) $$, 'every report');
SELECT * FROM finish();
ROLLBACK;
