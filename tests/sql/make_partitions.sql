BEGIN;
SELECT plan(4);
SELECT results_eq($$ SELECT core.make_partitions('2031-01-01', '2031-01-03') $$, 'VALUES (9)', 'three tables, three days');
SELECT results_eq($$ SELECT core.make_partitions('2031-01-01', '2031-01-03') $$, 'VALUES (0)', 'and never twice');
SELECT lives_ok($$ INSERT INTO core.measurement VALUES (1, 1, '2031-01-03 23:59:59.999+00', 1, 1) $$, 'a day reaches to its end');
SELECT throws_ok($$ SELECT core.make_partitions('2031-01-01', '2039-01-01') $$, 'P0001', NULL, 'not a thousand days at once');
SELECT * FROM finish();
ROLLBACK;
