-- The laws of the house that the catalogue can prove.
BEGIN;
SELECT plan(9);

SELECT is_empty(
	$$ SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
	    WHERE n.nspname IN ('core', 'audit', 'reference', 'api', 'access') AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
	      AND obj_description(c.oid, 'pg_class') IS NULL $$,
	'every table and view has a comment');
SELECT is_empty(
	$$ SELECT p.oid::regprocedure FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
	    WHERE n.nspname IN ('core', 'audit', 'reference', 'api', 'access') AND obj_description(p.oid, 'pg_proc') IS NULL $$,
	'every function has a comment');
SELECT is_empty(
	$$ SELECT n.nspname FROM pg_namespace AS n
	    WHERE n.nspname IN ('core', 'audit', 'reference', 'api', 'access') AND obj_description(n.oid, 'pg_namespace') IS NULL $$,
	'every schema has a comment');
SELECT is_empty(
	$$ SELECT c.oid::regclass FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'school_id' AND NOT a.attisdropped
	    WHERE c.relnamespace IN ('core'::regnamespace, 'audit'::regnamespace) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
	      AND NOT (c.relrowsecurity AND c.relforcerowsecurity) $$,
	'every table that names a school has row-level security, forced');
SELECT is_empty(
	$$ SELECT a.attrelid::regclass, a.attname FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
	    WHERE c.relnamespace IN ('core'::regnamespace, 'audit'::regnamespace, 'reference'::regnamespace) AND c.relkind IN ('r', 'p')
	      AND a.atttypid IN ('timestamp'::regtype, 'json'::regtype, 'money'::regtype, 'char'::regtype) AND a.attnum > 0 $$,
	'times carry their zone, and no type is one to regret');
SELECT is_empty(
	$$ SELECT c.oid::regclass FROM pg_class AS c
	    WHERE c.relnamespace = 'api'::regnamespace AND pg_get_userbyid(c.relowner) <> 'parta_api' AND c.relkind = 'v' $$,
	'every view of api belongs to the role that may read core');
SELECT is_empty(
	$$ SELECT c.oid::regclass, a.privilege_type FROM pg_class AS c, aclexplode(c.relacl) AS a
	    WHERE c.relnamespace = 'core'::regnamespace AND c.relkind IN ('r', 'p')
	      AND pg_get_userbyid(a.grantee) IN ('parta_web', 'parta_access', 'parta_school', 'parta_auditor') $$,
	'nobody who reads has a right on core itself');
SELECT is_empty(
	$$ SELECT p.oid::regprocedure FROM pg_proc AS p
	    WHERE p.pronamespace IN ('core'::regnamespace, 'audit'::regnamespace, 'access'::regnamespace) AND p.prosecdef AND p.proconfig IS NULL $$,
	'a function that runs as its owner has a search path of its own');
SELECT is_empty(
	$$ SELECT p.oid::regprocedure FROM pg_proc AS p
	    WHERE p.pronamespace IN ('core'::regnamespace, 'api'::regnamespace, 'audit'::regnamespace, 'access'::regnamespace)
	      AND has_function_privilege('public', p.oid, 'EXECUTE') $$,
	'no function is open to everybody');

SELECT * FROM finish();
ROLLBACK;
