BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(2);
SELECT results_eq($$ SELECT class, party, duration_s, evidence -> 0 ->> 'observed' FROM api.outage WHERE school = 'A' $$, $$ VALUES ('isp_access', 'provider', 600::float8, 'timeout') $$, 'an outage, whose it is, and why');
SELECT pg_temp.outage('A', 9, 'gateway', now(), NULL);
SELECT results_eq($$ SELECT "end", duration_s FROM api.outage WHERE class = 'gateway' $$, 'VALUES (NULL::timestamptz, NULL::float8)', 'one that lasts has no end');
SELECT * FROM finish();
ROLLBACK;
