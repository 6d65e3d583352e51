BEGIN;
\ir lib/schools.psql
SELECT plan(10);
CREATE FUNCTION pg_temp.said(p_key text, p_source text, p_name text, p_value text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO core.device_evidence (device_id, source, key, value, school_id, seen_at, report_id)
	SELECT device_id, p_source, p_name, p_value, school_id, last_seen, report_id FROM core.device WHERE agent_key = p_key
$$;
SELECT pg_temp.device('A', 1, 'a1', '10.0.0.1', '{}', '{}', 'tv', 0.4);
SELECT pg_temp.device('A', 2, 'a2', '10.0.0.2', '{}', '{}', 'tv', 0.4);
SELECT pg_temp.device('A', 3, 'a3', '10.0.0.3', '{}', '{}', 'tv', 0.4);
SELECT pg_temp.device('B', 4, 'b1', '10.0.0.1', '{}', '{}', 'unknown', 0);
SELECT pg_temp.said('a1', 'dhcp', 'host_name', 'Doska, 75-1'), pg_temp.said('a2', 'dhcp', 'host_name', 'Doska, 86-12'), pg_temp.said('b1', 'dhcp', 'host_name', 'Doska, 65-3');
SELECT pg_temp.said(k, 'mdns', 'service', '_googlecast._tcp') FROM unnest(ARRAY['a1', 'a2', 'a3', 'b1']) AS k;
SELECT pg_temp.said(k, 'dhcp', 'client_id', '01') FROM unnest(ARRAY['a1', 'a2']) AS k;
SELECT pg_temp.device('B', 10 + i, 'c' || i, ('10.0.0.' || 10 + i)::inet, '{}', '{}', 'nas', 0.9) FROM generate_series(1, 3) AS i;
SELECT pg_temp.said(k, 'http', 'title', 'Login') FROM unnest(ARRAY['a1', 'a2', 'c1', 'c2', 'c3']) AS k;
SELECT is_empty('SELECT FROM api.rule_candidate', 'nobody said anything');
INSERT INTO core.device_correction (device_id, school_id, class, by_login)
SELECT device_id, school_id, 'interactive_panel', 'x' FROM core.device WHERE agent_key IN ('a1', 'a2', 'b1');
INSERT INTO core.device_correction (device_id, school_id, room, by_login) SELECT device_id, school_id, '7', 'x' FROM core.device WHERE agent_key = 'a3';
SELECT results_eq($$ SELECT class, found_classes, devices, schools, others, confidence FROM api.rule_candidate WHERE source = 'dhcp' $$,
	$$ VALUES ('interactive_panel', ARRAY['tv', 'unknown'], 3::bigint, 2::bigint, 0::bigint, 0.75::real) $$, 'what all of them say, with whatever number');
SELECT is((SELECT count(*) FROM api.rule_candidate WHERE key = 'client_id'), 0::bigint, 'what names one device is no rule');
SELECT is((SELECT regexp_replace(rule, '-[0-9a-f]{8},', '-X,') FROM api.rule_candidate WHERE source = 'dhcp'),
	'person-interactive-panel-X,interactive_panel,0.75,"dhcp.host_name=Doska, [0-9]*-[0-9]*",,,,,"dhcp.host_name=Doska, 65-3",', 'the row for the rules');
SELECT results_eq($$ SELECT devices, others, confidence FROM api.rule_candidate WHERE source = 'mdns' $$, $$ VALUES (3::bigint, 1::bigint, 0.6::real) $$,
	'what something else says too is worth less');
SELECT is((SELECT rule ~ '"mdns.service=_googlecast._tcp"' FROM api.rule_candidate WHERE source = 'mdns'), true, 'what all say alike is taken as it stands');
SELECT is_empty($$ SELECT FROM api.rule_candidate WHERE source = 'http' $$, 'what more others say is no candidate');
SELECT pg_temp.asks('B');
SET ROLE parta_web;
SELECT is((SELECT devices FROM api.rule_candidate WHERE source = 'dhcp'), 1::bigint, 'somebody of one school learns from its devices only');
RESET ROLE;
UPDATE core.device SET class = 'interactive_panel' WHERE agent_key = 'b1';
SELECT is((SELECT schools FROM api.rule_candidate WHERE source = 'dhcp'), 1::bigint, 'a device that the rules now know is none');
DELETE FROM core.device_correction;
SELECT is_empty('SELECT FROM api.rule_candidate', 'nor one whose correction was taken back');
SELECT * FROM finish();
ROLLBACK;
