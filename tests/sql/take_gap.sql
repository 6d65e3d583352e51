BEGIN;
\ir lib/schools.psql
SELECT plan(2);
SELECT core.take_gap(pg_temp.report('A', 'gap'), pg_temp.school('A'), pg_temp.agent('A'), 3, 5, now(), now(), 3, 100, 'budget');
SELECT results_eq('SELECT first_seq, last_seq, reason FROM core.gap', $$ VALUES (3::bigint, 5::bigint, 'budget') $$, 'a gap is noted');
SELECT throws_ok($$ SELECT core.take_gap(pg_temp.report('A', 'gap'), pg_temp.school('A'), pg_temp.agent('A'), 5, 3, NULL, NULL, 1, 1, 'age') $$, '23514', NULL, 'one that ends before it begins is refused');
SELECT * FROM finish();
ROLLBACK;
