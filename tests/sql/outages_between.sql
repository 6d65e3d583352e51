BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
SELECT plan(3);
SELECT pg_temp.outage('A', 9, 'gateway', '2026-03-01 18:30+00', '2026-03-01 18:40+00');
SELECT pg_temp.outage('A', 10, 'portal', '2026-03-01 20:30+00', NULL);
SELECT results_eq($$ SELECT class FROM api.outages_between('2026-03-01', '2026-03-01') WHERE school = 'A' $$, $$ VALUES ('gateway') $$, 'a day is the school''s own: it ends at 19:00 UTC');
SELECT results_eq($$ SELECT class FROM api.outages_between('2026-03-02', '2026-03-02') WHERE school = 'A' $$, $$ VALUES ('portal') $$, 'the next begins there');
SELECT results_eq($$ SELECT class FROM api.outages_between('2026-03-05', '2026-03-05') WHERE school = 'A' $$, $$ VALUES ('portal') $$, 'what lasts touches every later day');
SELECT * FROM finish();
ROLLBACK;
