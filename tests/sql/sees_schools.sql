-- What policies ask agrees with the list of visible schools, whoever asks.
BEGIN;
\ir lib/schools.psql
INSERT INTO core.school (code, name, municipality) SELECT 'T' || n, 'T', CASE WHEN n % 2 = 0 THEN 'Town' ELSE 'Hill' END FROM generate_series(1, 9) AS n;
CREATE ROLE page LOGIN;
GRANT parta_web TO page;
CREATE TEMP TABLE all_schools AS SELECT school_id FROM core.school;
GRANT SELECT ON all_schools TO PUBLIC;
SELECT pg_temp.account('boss', 'municipal') AS boss, pg_temp.account('town', 'municipal', NULL, 'Town') AS town, pg_temp.account('anna', 'school', '{T1,T5,A}') AS anna \gset
CREATE FUNCTION pg_temp.by_policy() RETURNS SETOF integer LANGUAGE sql AS $$
	SELECT school_id FROM all_schools WHERE school_id >= core.sees_from() AND school_id <= core.sees_to() AND (core.sees_all() OR school_id = ANY (core.visible_schools()))
$$;
GRANT USAGE ON SCHEMA core TO PUBLIC;
SELECT plan(9);
SET ROLE parta_auditor;
SELECT is(core.sees_all(), true, 'an auditor sees all');
SELECT set_eq('SELECT pg_temp.by_policy()', 'SELECT school_id FROM all_schools', 'every one');
RESET ROLE;
SET ROLE parta_web;
SELECT is_empty('SELECT pg_temp.by_policy()', 'the page sees none before it says for whom it asks');
SELECT set_config('app.account', :'boss', true);
SELECT set_eq('SELECT pg_temp.by_policy()', 'SELECT school_id FROM all_schools', 'somebody of all schools');
SELECT set_config('app.account', :'town', true);
SELECT set_eq('SELECT pg_temp.by_policy()', 'SELECT unnest(core.visible_schools())', 'somebody of a municipality: its schools alone, though others lie between');
SELECT is(core.sees_all(), false, 'that is not all');
SELECT set_config('app.account', :'anna', true);
SELECT set_eq('SELECT pg_temp.by_policy()', 'SELECT unnest(core.visible_schools())', 'a school''s person: its own');
SELECT set_config('app.only_school', (SELECT max(school_id)::text FROM all_schools), true);
SELECT set_eq('SELECT pg_temp.by_policy()', 'SELECT unnest(core.visible_schools())', 'which no setting widens');
RESET ROLE;
SET ROLE parta_ingest;
SELECT set_eq('SELECT pg_temp.by_policy()', 'SELECT max(school_id) FROM all_schools', 'who sums up one school sees that one');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
