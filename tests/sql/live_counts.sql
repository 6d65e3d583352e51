BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(4);
SELECT report, change FROM core.live_marks() \gset
SELECT is_empty(format('SELECT * FROM core.live_counts(%s, %s, %s, %s) WHERE n > 0 AND list NOT IN (''agents'', ''schools'', ''alerts'', ''silences'')', :report, :report, :change, :change), 'nothing new, nothing counted');
SELECT pg_temp.speed('A', 77, 50);
SELECT results_eq(format('SELECT list, n FROM core.live_counts(%s, %s, %s, %s) WHERE list = ''speed''', :report, :report, :change, :change), $$ VALUES ('speed', 1::bigint) $$, 'a report counts for its list');
SELECT results_eq(format('SELECT n, n_next FROM core.live_counts(%s, %s, %s, %s) WHERE list = ''speed''', :report, :report + 1000, :change, :change), $$ VALUES (1::bigint, 0::bigint) $$, 'and from where counting will begin next');
UPDATE core.school SET name = 'Other' WHERE code = 'A';
SELECT cmp_ok((SELECT n FROM core.live_counts(:report, :report, :change, :change) WHERE list = 'schools'), '>', 1::bigint, 'a change by a person counts too');
SELECT * FROM finish();
ROLLBACK;
