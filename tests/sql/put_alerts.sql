BEGIN;
\ir lib/schools.psql
UPDATE core.school SET municipality = 'M' || code, provider = 'P';
SELECT core.put_receiver('all', 'webhook', 'https://h/', 's', NULL, NULL, NULL, 'info', 'en', false);
SELECT core.put_receiver('only-b', 'email', 'b@example.org', NULL, ARRAY['B'], NULL, NULL, 'info', 'ru', false);
SELECT core.put_receiver('town-a', 'email', 'a@example.org', NULL, NULL, 'MA', NULL, 'info', 'ru', false);
SELECT core.put_receiver('leaks', 'email', 'l@example.org', NULL, NULL, NULL, ARRAY['filter_leak'], 'info', 'ru', false);
SELECT core.put_receiver('quiet', 'email', 'q@example.org', NULL, NULL, NULL, NULL, 'critical', 'ru', true);
CREATE FUNCTION pg_temp.told() RETURNS text LANGUAGE sql AS $$
	SELECT COALESCE(string_agg(r.name || ' ' || o.what, ', ' ORDER BY o.what, r.receiver_id), '') FROM core.outbox AS o JOIN core.receiver AS r USING (receiver_id)
$$;
CREATE FUNCTION pg_temp.forget() RETURNS void LANGUAGE sql AS 'DELETE FROM core.outbox';
SELECT plan(21);

SELECT pg_temp.alert('A', 'connectivity_drop', '', 'pending', 1);
SELECT results_eq('SELECT state, incident_id FROM core.alert', $$ VALUES ('pending', NULL::bigint) $$, 'what waits is kept, and is no incident');
SELECT pg_temp.alert('A', 'connectivity_drop', '', 'pending', 2);
SELECT is_empty('SELECT * FROM core.alert', 'what was nothing is forgotten');
SELECT pg_temp.alert('A', 'connectivity_drop', '', 'pending', 1), pg_temp.alert('A', 'connectivity_drop', '', 'firing', 68, now() - interval '1 hour', false);
SELECT results_eq('SELECT a.state, i.kind, i.closed_at FROM core.alert AS a JOIN core.incident AS i USING (incident_id)', $$ VALUES ('firing', 'alert', NULL::timestamptz) $$, 'what began is an incident');
SELECT is(pg_temp.told(), 'all raised, town-a raised', 'each receiver hears what he asked for, the quiet one not outside lessons');
SELECT pg_temp.alert('A', 'connectivity_drop', '', 'firing', 64, now() - interval '1 hour', false);
SELECT is(pg_temp.told(), 'all raised, town-a raised', 'and hears it once');
SELECT pg_temp.alert('A', 'connectivity_drop', '', 'firing', 128);
SELECT is(pg_temp.told(), 'all raised, town-a raised, quiet raised', 'the quiet one hears it when lessons begin');
SELECT pg_temp.alert('A', 'connectivity_drop', '', 'stale', 8);
SELECT is((SELECT state FROM core.alert), 'stale', 'stale is a state');
SELECT pg_temp.alert('A', 'connectivity_drop', '', 'resolved', 32);
SELECT is(pg_temp.told(), 'all raised, town-a raised, quiet raised, all resolved, town-a resolved, quiet resolved', 'its end hear those who heard of it');
SELECT results_eq('SELECT a.state, i.closed_at IS NOT NULL FROM core.alert AS a JOIN core.incident AS i USING (incident_id)', $$ VALUES ('resolved', true) $$, 'and the incident is over');
SELECT results_eq('SELECT string_agg(what, '' '' ORDER BY event_id) FROM core.alert_event', $$ VALUES ('raised told told escalated stale resolved') $$, 'each step is noted');

SELECT pg_temp.forget();
SELECT pg_temp.alert('B', 'filter_leak', '', 'firing', 4);
SELECT is(pg_temp.told(), '', 'what nobody is to be told is told to nobody');
SELECT pg_temp.alert('B', 'filter_leak', '', 'resolved', 32);
SELECT is(pg_temp.told(), '', 'nor its end');

-- Taken in hand, nobody new is told.
SELECT pg_temp.alert('B', 'filter_leak', '', 'firing', 68, now(), false);
SELECT core.ack_alert(alert_id, 'me', '') FROM core.alert WHERE state = 'firing';
SELECT pg_temp.alert('B', 'filter_leak', '', 'firing', 128);
SELECT is(pg_temp.told(), 'all raised, only-b raised, leaks raised', 'what is in hand is not told further');

-- A provider's incident: schools join, one message, and one at the end.
SELECT pg_temp.forget();
SELECT pg_temp.alert('A', 'agent_silent', 'x', 'firing', 4), pg_temp.alert('A', 'agent_silent', 'x', 'firing', 256);
SELECT pg_temp.alert('B', 'agent_silent', 'y', 'firing', 4 + 256);
SELECT results_eq($$ SELECT count(DISTINCT i.incident_id), min(i.kind), min(i.provider) FROM core.alert AS a JOIN core.incident AS i USING (incident_id) WHERE a.kind = 'agent_silent' $$,
	$$ VALUES (1::bigint, 'provider', 'P') $$, 'schools join the incident of their provider');
SELECT is(pg_temp.told(), 'all raised, only-b raised, town-a raised, quiet raised', 'each hears of it once, whichever of his schools came first');
SELECT is((SELECT count(*) FROM core.incident WHERE kind = 'alert' AND closed_at IS NULL), 1::bigint, 'the incident that one had of its own is closed');
SELECT pg_temp.alert('A', 'agent_silent', 'x', 'resolved', 32 + 256);
SELECT is(pg_temp.told(), 'all raised, only-b raised, town-a raised, quiet raised', 'while a school is off it goes on');
SELECT pg_temp.alert('B', 'agent_silent', 'y', 'firing', 512 + 64);
SELECT is((SELECT string_agg(what || ' ' || COALESCE((SELECT kind FROM core.alert AS a WHERE a.alert_id = o.alert_id), 'provider'), ', ' ORDER BY outbox_id)
	FROM core.outbox AS o JOIN core.receiver AS r USING (receiver_id) WHERE r.name = 'all'), 'raised provider, raised agent_silent, resolved provider', 'who is left when it is over is told alone');
SELECT ok((SELECT closed_at IS NOT NULL FROM core.incident WHERE kind = 'provider'), 'it is closed');
-- A beginning that was refused for good has no end to tell.
SELECT pg_temp.forget();
SELECT pg_temp.alert('B', 'spool_full', 'z', 'firing', 68);
UPDATE core.outbox AS o SET state = 'dead' FROM core.receiver AS r WHERE r.receiver_id = o.receiver_id AND r.name = 'only-b';
SELECT pg_temp.alert('B', 'spool_full', 'z', 'resolved', 32);
SELECT is(pg_temp.told(), 'all raised, only-b raised, quiet raised, all resolved, quiet resolved', 'who could not be told of a beginning is not told of its end');
SELECT throws_ok($$ SELECT pg_temp.alert('A', 'weather', '', 'firing', 4) $$, '23503', NULL, 'there are no other kinds');
SELECT * FROM finish();
ROLLBACK;
