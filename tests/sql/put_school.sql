BEGIN;
SELECT plan(6);
SELECT is(core.put_school('X1', 'Name', NULL, 'rural', 'Asia/Omsk', NULL, 50, NULL, NULL), 1, 'a school is added');
SELECT is(core.put_school('X1', 'Name', NULL, NULL, NULL, NULL, NULL, NULL, NULL), 0, 'the same again changes nothing');
SELECT is(core.put_school('X1', 'Other', NULL, NULL, NULL, NULL, NULL, NULL, 300), 2, 'another name does');
SELECT results_eq($$ SELECT name, settlement, time_zone, contract_down_mbps, pupils FROM core.school WHERE code = 'X1' $$,
	$$ VALUES ('Other', 'rural', 'Asia/Omsk', 50::numeric, 300) $$, 'and the rest stays');
SELECT throws_ok($$ SELECT core.put_school('X2', 'N', NULL, NULL, 'Mars/Base', NULL, NULL, NULL, NULL) $$, 'P0001', NULL, 'a time zone must be one');
SELECT throws_ok($$ SELECT core.put_school('X 2', 'N', NULL, NULL, NULL, NULL, NULL, NULL, NULL) $$, 'P0001', NULL, 'a code has a form');
SELECT * FROM finish();
ROLLBACK;
