BEGIN;
\ir lib/schools.psql
SELECT plan(11);
UPDATE core.school SET vantage = 'control' WHERE code = 'B';
INSERT INTO reference.filter_entry (entry_id, url, expect, max_stage, category) VALUES
	('e1', 'https://example.org/', 'block', 'tls', 'test'), ('e2', 'https://elsewhere.example.org/', 'block', 'tls', 'test');
CREATE FUNCTION pg_temp.seen() RETURNS SETOF text LANGUAGE sql AS
	$$ SELECT c.entry_id FROM core.control_of(pg_temp.school('A')) AS c $$;
SELECT is_empty('SELECT pg_temp.seen()', 'without a control there is none');
SELECT pg_temp.filter('A', 1, 'e1', 'block', 'allowed', 'leak');
SELECT is_empty('SELECT pg_temp.seen()', 'another school is no control');
SELECT pg_temp.filter('B', 1, 'e1', 'block', 'allowed', 'leak', now() - interval '61 minutes');
SELECT is_empty('SELECT pg_temp.seen()', 'an hour ago is too long ago');
SELECT pg_temp.filter('B', 2, 'e1', 'block', 'blocked_page', 'pass', now() - interval '5 minutes');
SELECT pg_temp.filter('B', 3, 'e1', 'block', 'not_measured', 'excluded', now() - interval '4 minutes');
SELECT pg_temp.filter('B', 7, 'e1', 'block', 'anomaly', 'excluded', now() - interval '4 minutes');
UPDATE core.filter_observation SET dns_rcode = -1 WHERE run_id = pg_temp.id(7);
SELECT is_empty('SELECT pg_temp.seen()', 'a control that is blocked or sick says nothing');
SELECT pg_temp.filter('B', 4, 'e2', 'block', 'allowed', 'leak');
SELECT is_empty('SELECT pg_temp.seen()', 'another address under the same name is not the same site');
SELECT pg_temp.filter('B', 5, 'e1', 'block', 'anomaly', 'excluded', now() - interval '3 minutes');
SELECT pg_temp.filter('B', 6, 'e1', 'block', 'allowed', 'leak', now() - interval '2 minutes');
SELECT results_eq($$ SELECT entry_id, observed_at, reachable, addresses FROM core.control_of(pg_temp.school('A')) $$,
	$$ VALUES ('e1', now() - interval '2 minutes', true, ARRAY['192.0.2.7'::inet, '192.0.2.8']) $$, 'the latest within the hour counts');
SELECT results_eq($$ SELECT kind, a, b FROM core.policy_of(pg_temp.agent('A')) WHERE kind LIKE 'control%' $$,
	$$ VALUES ('control', ((EXTRACT(epoch FROM now()) - 120) * 1000)::bigint::text, '1'), ('control_address', '192.0.2.7', NULL), ('control_address', '192.0.2.8', NULL) $$,
	'and goes along with the policy');
SELECT is_empty($$ SELECT * FROM core.policy_of(pg_temp.agent('B')) WHERE kind LIKE 'control%' $$, 'a control is not judged by itself');
SELECT results_eq($$ SELECT a FROM core.policy_of(pg_temp.agent('B')) WHERE kind = 'filter_every_s' $$, $$ VALUES ('1800') $$, 'a control looks often enough');
UPDATE core.filter_observation SET tcp_error = 111 WHERE school_id = pg_temp.school('B');
SELECT results_eq($$ SELECT reachable FROM core.control_of(pg_temp.school('A')) $$, 'VALUES (false)', 'a site that is down for the control is said to be');
UPDATE core.agent SET revoked_at = now() WHERE agent_id = pg_temp.agent('B');
SELECT is_empty('SELECT pg_temp.seen()', 'a revoked agent is heard no longer');
SELECT * FROM finish();
ROLLBACK;
