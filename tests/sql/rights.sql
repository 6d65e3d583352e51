-- School A never sees school B, by any view of api; and nobody who reads can write.
BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT pg_temp.roll();
INSERT INTO core.device_idle SELECT device_id, school_id, 1, 20, '2026-11-02' FROM core.device WHERE serial = 'SN2';
INSERT INTO core.device_split (school_id, device_id, new_id, reason, moved) SELECT school_id, device_id, device_id, 'x', '[]' FROM core.device WHERE serial = 'SN2';
INSERT INTO core.device_evidence (device_id, source, key, value, school_id, seen_at, report_id)
	SELECT d.device_id, 'facts', e.key, e.value, d.school_id, now(), 0
	  FROM core.device AS d, (VALUES ('antivirus', 'X;yes;yes;2026-11-01;1'), ('software', 'Office;1;Y')) AS e(key, value);
INSERT INTO core.device_correction (device_id, school_id, class, by_login) SELECT device_id, school_id, 'mfp', 'x' FROM core.device WHERE class = 'printer';

CREATE ROLE school_a LOGIN;
CREATE ROLE page LOGIN;
GRANT parta_school TO school_a;
GRANT parta_web TO page;
INSERT INTO core.school_login VALUES ('school_a', pg_temp.school('A'));
SELECT pg_temp.account('viewer', 'viewer') AS viewer_id, pg_temp.account('a', 'school', '{A}') AS a_id \gset
CREATE TEMP TABLE number AS SELECT code, school_id FROM core.school;
GRANT SELECT ON number TO PUBLIC;

-- How many rows of A and of others a role sees in a view.
CREATE FUNCTION pg_temp.seen(p_view text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_seen text;
BEGIN
	EXECUTE format('SELECT (count(*) FILTER (WHERE school = ''A'') > 0)::text || '' '' || count(*) FILTER (WHERE school <> ''A'') FROM api.%I', p_view)
	   INTO v_seen;
	RETURN v_seen;
END
$$;
CREATE TEMP TABLE a_view AS
	SELECT DISTINCT c.relname::text COLLATE "default" AS name FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'school'
	 WHERE c.relnamespace = 'api'::regnamespace AND c.relkind = 'v';
GRANT SELECT ON a_view TO PUBLIC;

SELECT plan(26);
SELECT cmp_ok((SELECT count(*) FROM a_view), '>=', 20::bigint, 'the views are there');

SET SESSION AUTHORIZATION school_a;
SELECT results_eq('SELECT name, pg_temp.seen(name) FROM a_view ORDER BY name', $$ SELECT name, 'true 0' FROM a_view ORDER BY name $$,
	'a school''s login sees rows of its own school in every view, and no row of another');
SELECT results_eq('SELECT DISTINCT school FROM api.bandwidth', $$ VALUES ('A') $$, 'nor do functions show another');
SELECT set_config('app.account', :'viewer_id', true);
SELECT results_eq('SELECT school FROM api.school', $$ VALUES ('A') $$, 'a login cannot choose its schools');
SELECT throws_ok('SET ROLE parta_auditor', '42501', NULL, 'nor become an auditor');
SELECT throws_ok('SELECT * FROM core.device', '42501', NULL, 'core is closed to it');
SELECT throws_ok('SELECT * FROM audit.change', '42501', NULL, 'so is the audit');
SELECT throws_ok('DELETE FROM api.school', '42501', NULL, 'a view is not written through');
SELECT throws_ok('SELECT core.visible_schools() FROM core.school', '42501', NULL, 'core is closed beside the function too');
RESET SESSION AUTHORIZATION;
SELECT set_config('app.account', '', true);

SET SESSION AUTHORIZATION page;
SELECT is_empty('SELECT * FROM api.school', 'the page sees nothing until it says for whom it asks');
SELECT set_config('app.account', :'a_id', true);
SELECT results_eq('SELECT name, pg_temp.seen(name) FROM a_view ORDER BY name', $$ SELECT name, 'true 0' FROM a_view ORDER BY name $$,
	'the page sees the schools of whom it asks for and no others');
SELECT throws_ok('SELECT * FROM core.device', '42501', NULL, 'core is closed to the page');
SELECT throws_ok('SELECT * FROM core.account', '42501', NULL, 'so are the accounts');
SELECT throws_ok('SELECT * FROM access.find_account(''a'')', '42501', NULL, 'and what opens sessions');
RESET SESSION AUTHORIZATION;

SET ROLE parta_auditor;
SELECT results_eq('SELECT school FROM api.school ORDER BY 1', $$ VALUES ('A'), ('B') $$, 'an auditor sees all schools');
SELECT cmp_ok((SELECT count(*) FROM audit.change), '>', 0::bigint, 'and the audit itself');
SELECT throws_ok('INSERT INTO audit.change (table_name, row_key, action) VALUES (''x'', ''{}'', ''insert'')', '42501', NULL, 'but writes nothing there');
SELECT throws_ok('SELECT * FROM core.token', '42501', NULL, 'and sees no token');
RESET ROLE;

SET ROLE parta_ingest;
SELECT lives_ok($$ UPDATE core.device SET name = 'x' $$, 'the collector writes core');
SELECT throws_ok('DELETE FROM core.report', '42501', NULL, 'but deletes no report');
SELECT throws_ok('SELECT * FROM core.account', '42501', NULL, 'sees no account');
SELECT throws_ok('SELECT * FROM access.find_account(''a'')', '42501', NULL, 'and opens no session');
SELECT throws_ok('DELETE FROM audit.change', '42501', NULL, 'nor a row of the audit');
SELECT throws_ok($$ UPDATE reference.norm SET norm_mbps = 1 $$, '42501', NULL, 'nor does it change a norm');
SELECT throws_ok($$ SELECT core.put_setting(NULL, 'scan_every_s', '1') $$, '42501', NULL, 'nor a setting');
RESET ROLE;

SET ROLE parta_access;
SELECT throws_ok('SELECT * FROM core.session', '42501', NULL, 'who opens sessions reads none');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
