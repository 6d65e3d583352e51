BEGIN;
\ir lib/schools.psql
SELECT plan(15);
CREATE FUNCTION pg_temp.school_contract() RETURNS text LANGUAGE sql STABLE AS
	$$ SELECT concat_ws(' ', contract_number, contract_day, contract_down_mbps, contract_month_rub) FROM api.school WHERE school = 'A' $$;
CREATE FUNCTION pg_temp.today() RETURNS date LANGUAGE sql STABLE AS $$ SELECT (now() AT TIME ZONE 'Asia/Yekaterinburg')::date $$;
SELECT results_eq($$ SELECT valid_from, valid_to, contract_down_mbps, in_force FROM api.contract WHERE school = 'A' $$, 'VALUES (NULL::date, NULL::date, 120::numeric, true)',
	'what a school says of its contract is one since ever');
SELECT is_empty($$ SELECT FROM api.contract WHERE school = 'B' $$, 'a school that says nothing has none');
SELECT results_eq($$ SELECT core.put_contract('A', '5', '2026-01-01', 100, 'somewhere', 'me'), core.put_contract('A', NULL, NULL, -1, NULL, 'me'), core.put_contract('Z', NULL, NULL, NULL, NULL, 'me') $$,
	$$ VALUES (NULL::text, 'bad_contract', 'no_school') $$, 'a contract has its words');
SELECT results_eq($$ SELECT pg_temp.school_contract(), address FROM api.school WHERE school = 'A' $$, $$ VALUES ('5 2026-01-01 120 100', 'somewhere') $$, 'which papers print');

-- Another one since thirty days, and one that begins in ten.
SELECT core.put_contract('A', '6', NULL, 200, NULL, 'me', pg_temp.today() - 30, NULL, 240, NULL, 'Other', 'wired');
SELECT is(pg_temp.school_contract(), '6 240 200', 'one that began is the school''s');
SELECT core.put_contract('A', NULL, '2026-02-02', NULL, NULL, 'me', pg_temp.today() + 10, NULL, 300);
SELECT is(pg_temp.school_contract(), '6 240 200', 'one that did not begin yet is not');
SELECT results_eq($$ SELECT valid_from - pg_temp.today(), valid_to - pg_temp.today(), contract_number, provider, contract_down_mbps, contract_month_rub, access, in_force FROM api.contract WHERE school = 'A' ORDER BY valid_from NULLS FIRST $$,
	$$ VALUES (NULL::integer, -31, '5', '', 120::numeric, 100::numeric, '', false), (-30, 9, '6', 'Other', 240, 200, 'wired', true), (10, NULL, '', 'Other', 300, NULL, 'wired', false) $$,
	'each ends where the next begins; provider, rates and kind of line go on, number, day and price are its own');
SELECT core.renew_contracts(now() + interval '11 days');
SELECT is(pg_temp.school_contract(), ' 2026-02-02 300', 'on its day the school takes it over');
SELECT core.renew_contracts(now());
SELECT is(pg_temp.school_contract(), '6 240 200', 'whatever the day is');
UPDATE core.school SET contract_down_mbps = 250 WHERE code = 'A';
SELECT results_eq($$ SELECT contract_down_mbps FROM api.contract WHERE school = 'A' ORDER BY valid_from NULLS FIRST $$, 'VALUES (120::numeric), (250), (300)', 'who changes the school means the contract of today');
SELECT core.put_contract('A', NULL, NULL, NULL, NULL, 'me', NULL, pg_temp.today() + 5);
SELECT results_eq($$ SELECT valid_to - pg_temp.today() FROM api.contract WHERE school = 'A' AND in_force $$, 'VALUES (5)', 'a contract may end before the next begins');
SELECT core.renew_contracts(now() + interval '7 days');
SELECT results_eq($$ SELECT pg_temp.school_contract(), provider FROM api.school WHERE school = 'A' $$, $$ VALUES ('', 'Other') $$, 'then there is none');
SELECT is(core.put_contract('A', NULL, NULL, NULL, NULL, 'me', pg_temp.today(), pg_temp.today() - 1), 'bad_contract', 'nothing ends before it begins');
SELECT pg_temp.asks('B');
SET LOCAL ROLE parta_web;
SELECT is(core.put_contract('A', '7', NULL, NULL, NULL, 'me'), 'no_school', 'another''s school');
SELECT is_empty($$ SELECT FROM api.contract WHERE school = 'A' $$, 'and another''s contracts');
SELECT * FROM finish();
ROLLBACK;
