BEGIN;
\ir lib/schools.psql
SELECT plan(3);
SELECT pg_temp.filter('A', 1, 'e1', 'block', 'allowed', 'leak');
SELECT results_eq('SELECT entry_id, outcome, flags, dns_addresses, tls_error, tls_chain_sha256, http_fingerprints FROM core.filter_observation',
	$$ VALUES ('e1', 'leak', '{intercepted}'::text[], '{192.0.2.7,192.0.2.8}'::inet[], NULL::integer, NULL::bytea[], NULL::text[]) $$,
	'an observation with what each layer showed; a layer that was not reached is empty');
SELECT pg_temp.filter('A', 1, 'e2', 'allow', 'allowed', 'pass');
SELECT results_eq('SELECT count(*), (SELECT count(*) FROM core.filter_run) FROM core.filter_observation', 'VALUES (2::bigint, 1::bigint)', 'a run may come in parts');
SELECT throws_ok($$ SELECT pg_temp.filter('A', 2, 'e1', 'block', 'eaten', 'leak') $$, '23503', NULL, 'an unknown verdict is refused');
SELECT * FROM finish();
ROLLBACK;
