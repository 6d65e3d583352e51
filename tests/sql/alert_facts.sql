BEGIN;
\ir lib/schools.psql
SELECT plan(34);

CREATE FUNCTION pg_temp.fact(p_code text, p_kind text, p_subject text DEFAULT '', p_now timestamptz DEFAULT now()) RETURNS text LANGUAGE sql AS $$
	SELECT round(f.value::numeric, 1) || ' ' || f.reach || CASE WHEN f.moot = 1 THEN ' moot' ELSE '' END
	  FROM core.alert_facts(p_now, '-infinity') AS f WHERE f.school_id = pg_temp.school(p_code) AND f.kind = p_kind AND f.subject = p_subject
$$;
-- Lessons: Wednesday 2026-11-25, 09:00 in Yekaterinburg is 04:00 UTC; 2026-12-31 is a holiday.
SELECT ok(core.in_lesson(0, 'Asia/Yekaterinburg', '2026-11-25 04:00Z'), 'lessons go on by the clock of the school');
SELECT ok(NOT core.in_lesson(0, 'Europe/Moscow', '2026-11-25 04:00Z'), 'elsewhere it is early morning');
SELECT ok(NOT core.in_lesson(0, 'Asia/Yekaterinburg', '2026-11-25 10:00Z'), 'after the last lesson there are none');
SELECT ok(NOT core.in_lesson(0, 'Asia/Yekaterinburg', '2026-11-29 04:00Z'), 'nor on a Sunday');
SELECT ok(NOT core.in_lesson(0, 'Asia/Yekaterinburg', '2026-12-31 04:00Z'), 'nor on holidays');

SELECT is_empty($$ SELECT * FROM core.alert_facts(now(), '-infinity') $$, 'an agent that was never heard is not silent');
SELECT core.heartbeat(pg_temp.agent('A'), pg_temp.id(0), 1, now(), 2, 3, now());
SELECT core.heartbeat(pg_temp.agent('B'), pg_temp.id(0), 1, now() + interval '90 seconds', 2, 3, now());
SELECT is(pg_temp.fact('A', 'agent_silent', pg_temp.agent('A')::text), NULL, 'one that was just heard is nothing to judge');
SELECT is(pg_temp.fact('A', 'agent_silent', pg_temp.agent('A')::text, now() + interval '40 seconds'), '40.0 1', 'after a missed heartbeat it is suspect');
SELECT is(pg_temp.fact('A', 'agent_silent', pg_temp.agent('A')::text, now() + interval '80 seconds'), '80.0 2', 'then its school is off');
SELECT results_eq($$ SELECT since_ms, at_ms FROM core.alert_facts(now() + interval '80 seconds', NULL) WHERE kind = 'agent_silent' AND school_id = pg_temp.school('A') $$,
	$$ SELECT (EXTRACT(epoch FROM now()) * 1000)::bigint, (EXTRACT(epoch FROM now() + interval '80 seconds') * 1000)::bigint $$, 'since it was heard last');
SELECT is(pg_temp.fact('B', 'clock_wrong', pg_temp.agent('B')::text), '90.0 0', 'a clock that is off');
INSERT INTO core.agent (agent_id, school_id) VALUES (pg_temp.id(77), pg_temp.school('A'));
SELECT core.heartbeat(pg_temp.id(77), pg_temp.id(0), 1, now() + interval '70 seconds', 2, 3, now() + interval '70 seconds');
SELECT is(pg_temp.fact('A', 'agent_silent', pg_temp.agent('A')::text, now() + interval '80 seconds'), '80.0 0', 'while a second agent is heard the school is not off');

-- Outages
SELECT pg_temp.outage('A', 1, 'isp_access', now() - interval '10 minutes', NULL);
SELECT is(pg_temp.fact('A', 'connectivity_drop'), '1.0 2', 'an outage that lasts, and the provider is the cause');
SELECT pg_temp.outage('A', 1, 'isp_access', now() - interval '10 minutes', now() - interval '5 minutes', now() + interval '1 second');
SELECT is(pg_temp.fact('A', 'connectivity_drop'), NULL, 'one that is over is none');
SELECT pg_temp.alert('A', 'connectivity_drop', '', 'firing', 68);
SELECT is(pg_temp.fact('A', 'connectivity_drop'), '0.0 0', 'but an open alert is told so');
SELECT pg_temp.outage('B', 2, 'dns_local', now() - interval '10 minutes', NULL);
SELECT is(pg_temp.fact('B', 'connectivity_drop'), NULL, 'a fault that leaves the Internet there is no outage');
SELECT pg_temp.outage('B', 3, 'gateway', now() - interval '9 minutes', NULL), pg_temp.outage('B', 4, 'destination', now() - interval '1 minute', now());
SELECT is(pg_temp.fact('B', 'connectivity_drop'), NULL, 'an outage whose end was lost does not outlive the next one');

-- The line
SELECT pg_temp.speed('A', 10, 50, 'fail_isp', now() - interval '3 hours'), pg_temp.speed('A', 11, 60, 'fail_isp', now() - interval '2 hours');
SELECT is(pg_temp.fact('A', 'line_below_norm', 'down'), NULL, 'two tests are too few');
SELECT pg_temp.speed('A', 12, 90, 'limited_agent', now() - interval '1 hour'), pg_temp.speed('A', 13, 70, 'fail_isp', now() - interval '30 minutes');
SELECT is(pg_temp.fact('A', 'line_below_norm', 'down'), '40.0 0', 'the median of three tests that speak of the line, against the norm');
SELECT is(pg_temp.fact('A', 'line_below_contract', 'down'), '50.0 0', 'and against the contract');
SELECT is(pg_temp.fact('A', 'line_below_contract', 'up'), NULL, 'of which only one direction is known');

-- The filter
SELECT pg_temp.filter('A', 20, 'e1', 'block', 'allowed', 'leak', now() - interval '2 hours');
SELECT is(pg_temp.fact('A', 'filter_leak'), '1.0 0', 'the newest run leaks');
SELECT pg_temp.filter('A', 21, 'e1', 'block', 'blocked_dns', 'pass', now());
SELECT is(pg_temp.fact('A', 'filter_leak'), '0.0 0', 'a newer one does not');

-- Devices
SELECT pg_temp.device('A', 30, 'sw', '10.0.0.9', ARRAY['serial'], ARRAY['SW'], 'switch', 0.9, 'SW', 'Maker', now() - interval '3 days'),
       pg_temp.device('A', 31, 'other', '10.0.0.8', ARRAY['serial'], ARRAY['X'], 'switch', 0.9, 'X', 'Maker', now() - interval '2 hours', true);
UPDATE core.agent_state SET last_report_at = now() WHERE school_id = pg_temp.school('A');
SELECT is((SELECT pg_temp.fact('A', 'device_gone', device_id::text) FROM core.device WHERE serial = 'SW'), '100.0 0', 'a switch that is not seen for an hour is gone');
SELECT pg_temp.device('A', 32, 'new', '10.0.0.7', ARRAY['serial'], ARRAY['N'], 'unknown', 0.1, 'N');
SELECT is(pg_temp.fact('A', 'device_new_unknown'), '1.0 0', 'a new device that nobody knows');
SELECT pg_temp.device('B', 33, 'new', '10.0.0.7', ARRAY['serial'], ARRAY['N'], 'unknown', 0.1, 'N');
SELECT is(pg_temp.fact('B', 'device_new_unknown'), '0.0 0', 'the first look at a network finds everything new');

-- What is asked for, who is silent, what is no more
INSERT INTO core.agent_key VALUES (sha256('k'), pg_temp.agent('A'), now(), now() + interval '20 days') ON CONFLICT DO NOTHING;
SELECT is_empty($$ SELECT * FROM core.alert_facts(now(), NULL) WHERE kind IN ('line_below_norm', 'filter_leak', 'certificate_ending') $$, 'what changes slowly is there only when asked for');
SELECT is(core.add_silence('A', 'connectivity_drop', now() - interval '1 minute', now() + interval '1 hour', '', 'x'), NULL, 'a silence');
SELECT results_eq($$ SELECT silenced FROM core.alert_facts(now(), NULL) WHERE kind = 'connectivity_drop' AND school_id = pg_temp.school('A') $$, 'VALUES (1)', 'is told with the fact');
UPDATE core.school SET closed_at = now() WHERE code = 'A';
SELECT is(pg_temp.fact('A', 'connectivity_drop'), '0.0 0 moot', 'a closed school has no trouble any more');

-- The collector asks, and may read nothing of what is shown.
SET ROLE parta_ingest;
SELECT lives_ok($$ SELECT * FROM core.alert_facts(now(), '-infinity') $$, 'the collector itself may ask');
RESET ROLE;

-- Of a control only its silence is of interest
SELECT is(pg_temp.fact('B', 'clock_wrong', pg_temp.agent('B')::text), '90.0 0', 'a school''s clock');
UPDATE core.school SET vantage = 'control' WHERE code = 'B';
SELECT results_eq($$ SELECT kind FROM core.alert_facts(now() + interval '5 minutes', '-infinity') WHERE school_id = pg_temp.school('B') $$,
	$$ VALUES ('agent_silent') $$, 'of a control nothing but silence is judged');
SELECT pg_temp.alert('B', 'clock_wrong', pg_temp.agent('B')::text, 'firing', 68);
SELECT is(pg_temp.fact('B', 'clock_wrong', pg_temp.agent('B')::text), '90.0 0 moot', 'what fired before it was one ends');
SELECT * FROM finish();
ROLLBACK;
