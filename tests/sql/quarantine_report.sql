BEGIN;
\ir lib/schools.psql
SELECT plan(3);
SELECT ok(core.quarantine_report(pg_temp.agent('A'), NULL, NULL, 'malformed', 'why', now(), '\x01'), 'a report is kept aside');
SELECT ok(NOT core.quarantine_report(pg_temp.agent('A'), NULL, NULL, 'malformed', 'why', now(), '\x01'), 'once');
SELECT ok(core.quarantine_report(pg_temp.agent('B'), NULL, NULL, 'malformed', 'why', now(), '\x01'), 'for each agent');
SELECT * FROM finish();
ROLLBACK;
