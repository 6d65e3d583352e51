BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(3);
SELECT results_eq($$ SELECT class, party, duration_s, evidence -> 0 ->> 'observed' FROM api.outage WHERE school = 'A' $$, $$ VALUES ('isp_access', 'provider', 600::float8, 'timeout') $$, 'an outage, whose it is, and why');
SELECT pg_temp.outage('A', 9, 'gateway', now(), NULL);
SELECT results_eq($$ SELECT "end", duration_s FROM api.outage WHERE class = 'gateway' $$, 'VALUES (NULL::timestamptz, NULL::float8)', 'one that lasts has no end');
INSERT INTO core.outage_evidence (agent_id, outage_id, school_id, rung, target, observed, observed_at, report_id)
SELECT o.agent_id, o.outage_id, o.school_id, 'power', '10.1.0.9', 'on battery for 42 s (UPS)', o.onset_at, o.report_id FROM core.outage AS o WHERE o.outage_class = 'isp_access';
SELECT is((SELECT party FROM api.outage WHERE class = 'isp_access' AND school = 'A'), 'school', 'without power it is not the provider''s');
SELECT * FROM finish();
ROLLBACK;
