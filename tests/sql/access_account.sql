BEGIN;
\ir lib/schools.psql
UPDATE core.school SET municipality = CASE code WHEN 'A' THEN 'Town' ELSE 'Village' END;
CREATE FUNCTION pg_temp.put(p_by integer, p_login text, p_role text DEFAULT NULL, p_schools text[] DEFAULT NULL, p_municipality text DEFAULT NULL,
	p_hash text DEFAULT '$argon2id$x', p_disabled boolean DEFAULT NULL, p_must text DEFAULT '', p_language text DEFAULT NULL)
RETURNS text LANGUAGE sql AS $$
	SELECT access.put_account(p_by, p_login, NULL, p_role, p_schools, p_municipality, p_language, p_hash, p_disabled, p_must)
$$;
SELECT plan(28);
SELECT is(pg_temp.put(NULL, 'boss', 'municipal'), NULL, 'an account is made');
SELECT is(pg_temp.put(NULL, 'anna', 'school', '{A}'), NULL, 'one of a school too');
SELECT account_id AS boss FROM core.account WHERE login = 'boss' \gset
SELECT account_id AS anna FROM core.account WHERE login = 'anna' \gset
SELECT is(pg_temp.put(NULL, 'anna', p_must => 'new'), 'is_there', 'a login is there once');
SELECT is(pg_temp.put(NULL, 'otto', p_must => 'old'), 'no_account', 'nobody is changed who is not there');
SELECT is(pg_temp.put(NULL, 'Anna', 'school', '{A}'), 'bad_login', 'a login is in lower case');
SELECT is(pg_temp.put(NULL, 'otto', 'king'), 'bad_role', 'a role is one of five');
SELECT is(pg_temp.put(NULL, 'otto'), 'bad_role', 'and must be given');
SELECT is(pg_temp.put(NULL, 'otto', 'viewer', p_language => 'de'), 'bad_language', 'a language is one of two');
SELECT is(pg_temp.put(NULL, 'otto', 'viewer', p_hash => NULL), 'no_password', 'a password must be there');
SELECT is(pg_temp.put(NULL, 'otto', 'school', '{A,X}'), 'no_school', 'a school must be known');
SELECT is(pg_temp.put(NULL, 'otto', 'school'), 'needs_school', 'a school''s person has a school');
SELECT is(pg_temp.put(NULL, 'anna', p_schools => '{}', p_hash => NULL), 'needs_school', 'and keeps one');
SELECT is_empty($$ SELECT * FROM core.account WHERE login IN ('otto', 'Anna') $$, 'what was refused left nothing');

SELECT access.open_session(:anna, sha256('t'), '192.0.2.1', NULL), access.open_session(:anna, sha256('u'), '192.0.2.1', NULL);
SELECT is(pg_temp.put(:boss, 'anna', p_schools => '{A,B}', p_hash => NULL), NULL, 'what is not named stays');
SELECT results_eq($$ SELECT role, password_hash, count(s.*)::integer FROM core.account JOIN core.account_school AS s USING (account_id) WHERE login = 'anna' GROUP BY 1, 2 $$,
	$$ VALUES ('school', '$argon2id$x', 2) $$, 'what is named changes');
SELECT is((SELECT count(*) FROM core.session), 2::bigint, 'and sessions go on');
SELECT access.set_password(:anna, '$argon2id$y', sha256('t'));
SELECT results_eq('SELECT token_sha256 FROM core.session', $$ VALUES (sha256('t')) $$, 'a new password ends the other sessions');
SELECT is(access.hash_of(:anna), '$argon2id$y', 'and is kept');
SELECT is(pg_temp.put(:boss, 'anna', p_hash => NULL, p_disabled => true), NULL, 'an account is disabled');
SELECT is_empty('SELECT * FROM core.session', 'which ends its sessions');
SELECT is(pg_temp.put(:boss, 'boss', p_hash => NULL, p_disabled => true), 'yourself', 'nobody disables themselves');
SELECT is(pg_temp.put(:boss, 'boss', 'viewer', p_hash => NULL), 'yourself', 'nor gives up the role');
SELECT is(pg_temp.put(:boss, 'boss', p_hash => '$argon2id$z'), 'yourself', 'nor changes the own password without the old one');

SELECT pg_temp.put(NULL, 'town', 'municipal', p_municipality => 'Town');
SELECT account_id AS town FROM core.account WHERE login = 'town' \gset
SELECT is(pg_temp.put(:town, 'otto', 'school', '{A}', 'Town'), NULL, 'who is of a municipality makes accounts there');
SELECT is(pg_temp.put(:town, 'eva', 'viewer'), 'beyond', 'none that sees more');
SELECT is(pg_temp.put(:town, 'eva', 'school', '{B}', 'Town'), 'beyond', 'none of a school elsewhere');
SELECT is(pg_temp.put(:town, 'boss', p_municipality => 'Town'), 'beyond', 'and takes over nobody from elsewhere');
SELECT is_empty($$ SELECT * FROM audit.change WHERE table_name = 'core.account' AND (was ? 'password_hash' OR became ? 'password_hash') $$,
	'accounts are audited without their passwords');
SELECT * FROM finish();
ROLLBACK;
