BEGIN;
SELECT plan(2);
SELECT results_eq($$ SELECT party, is_internet FROM api.outage_class WHERE class = 'isp_access' $$, $$ VALUES ('provider', true) $$, 'whose an outage is to mend');
SELECT results_eq($$ SELECT is_pc FROM api.device_class WHERE class IN ('laptop', 'switch') ORDER BY class $$, 'VALUES (true), (false)', 'what is a computer');
SELECT * FROM finish();
ROLLBACK;
