BEGIN;
\ir lib/schools.psql
SELECT plan(5);
SELECT results_eq($$ SELECT key, failures FROM access.lock_attempts('{login:b,address:a}') $$, $$ VALUES ('address:a', 0), ('login:b', 0) $$, 'who never failed has failed 0 times');
SELECT access.set_attempts('login:b', 3), access.set_attempts('address:a', 7);
SELECT results_eq($$ SELECT key, failures, abs(failed_ms - extract(epoch FROM now()) * 1000) < 1000 FROM access.lock_attempts('{login:b,address:a}') $$,
	$$ VALUES ('address:a', 7, true), ('login:b', 3, true) $$, 'failures are remembered with their time');
SELECT access.forgive_attempt('login:b', 'address:a');
SELECT results_eq('SELECT key, failures FROM core.login_attempt', $$ VALUES ('address:a', 6) $$, 'a good one clears the login and counts once less for the address');
SELECT access.forgive_attempt('login:b', 'address:x');
SELECT is((SELECT count(*) FROM core.login_attempt), 1::bigint, 'forgiving a stranger makes nothing');
UPDATE core.login_attempt SET failed_at = now() - interval '2 days';
SELECT core.keep_house(now());
SELECT is_empty('SELECT * FROM core.login_attempt', 'old ones go');
SELECT * FROM finish();
ROLLBACK;
