BEGIN;
\ir lib/schools.psql
\ir lib/claim.psql
SELECT plan(8);
-- From the 11th on another contract, for 80: the tests are of the 10th.
SELECT core.put_contract('A', '13/35', '2026-03-09', 9000, NULL, 'clerk', '2026-03-11', NULL, 80, NULL, 'Other');
SELECT results_eq($$ SELECT school, valid_from, valid_to, provider, contract_number, contract_down_mbps FROM api.contract WHERE school = 'A' ORDER BY 2 NULLS FIRST $$,
	$$ VALUES ('A', NULL::date, '2026-03-10'::date, '', '12/34', 120::numeric), ('A', '2026-03-11', NULL, 'Other', '13/35', 80) $$, 'contracts and their days');
SELECT results_eq($$ SELECT DISTINCT contract_mbps FROM api.claim_tests('A', '2026-03-01', '2026-03-31') WHERE started_at < '2026-03-11' $$, 'VALUES (120::numeric)', 'a test is held against the contract of its day');
SELECT is((SELECT contract_passed FROM api.compliance_parts('2026-03-01', '2026-03-31') WHERE school = 'A' AND direction = 'down' AND lesson = 'all'), 1::bigint, 'here too, though the last day''s promises less');
SELECT results_eq($$ SELECT contract_number, contract_down_mbps, is_whole FROM api.claim_contract('A', '2026-03-01', '2026-03-10') $$, $$ VALUES ('12/34', 120::numeric, true) $$, 'a claim has the contract of its days');
SELECT results_eq($$ SELECT contract_number, is_whole FROM api.claim_contract('A', '2026-03-01', '2026-03-31') $$, $$ VALUES ('13/35', false) $$, 'or of the last of them, when it is not of all');
SELECT results_eq($$ SELECT is_whole FROM api.claim_contract('B', '2026-03-01', '2026-03-31') $$, 'VALUES (true)', 'no contract at all is one thing too');
SELECT results_eq($$ SELECT f ->> 'contract_number', f ->> 'contract_down', f ->> 'month_rub' FROM api.claim_facts('A', '2026-03-11', '2026-03-31') AS f $$, $$ VALUES ('13/35', '80', '9000') $$, 'papers print it');
SELECT is((SELECT line::jsonb ->> 'contract_number' FROM api.claim_data('A', '2026-03-01', '2026-03-10') LIMIT 1), '12/34', 'and data have it, whatever was contracted since');
SELECT * FROM finish();
ROLLBACK;
