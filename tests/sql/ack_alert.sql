BEGIN;
\ir lib/schools.psql
SELECT plan(10);
SELECT pg_temp.alert('A', 'agent_silent', 'x', 'firing', 68), pg_temp.alert('B', 'agent_silent', 'y', 'pending', 1);
CREATE TEMP TABLE known AS SELECT alert_id, subject FROM core.alert;
GRANT SELECT ON known TO PUBLIC;
CREATE FUNCTION pg_temp.ack(p_subject text, p_by text) RETURNS text LANGUAGE sql AS 'SELECT core.ack_alert(alert_id, p_by, ''on it'') FROM known WHERE subject = p_subject';
SELECT is(pg_temp.ack('y', 'me'), 'no_alert', 'what has not begun is not taken in hand');
SELECT is(pg_temp.ack('x', 'me'), NULL, 'what has is');
SELECT is(pg_temp.ack('x', 'you'), 'acked', 'by one');
SELECT results_eq($$ SELECT state, acked_by, ack_comment FROM api.alert_list WHERE subject = 'x' $$, $$ VALUES ('acked', 'me', 'on it') $$, 'and that is seen');
SELECT pg_temp.alert('A', 'agent_silent', 'x', 'stale', 8);
SELECT results_eq($$ SELECT state FROM api.alert_list WHERE subject = 'x' $$, $$ VALUES ('stale') $$, 'stale is seen beside it');
SELECT pg_temp.alert('A', 'agent_silent', 'x', 'resolved', 32);
SELECT is(pg_temp.ack('x', 'me'), 'no_alert', 'what is over is not');
SELECT pg_temp.alert('A', 'agent_silent', 'x', 'firing', 68);
SELECT results_eq($$ SELECT state, acked_by FROM api.alert_list WHERE subject = 'x' AND state <> 'resolved' $$, $$ VALUES ('firing', NULL::text) $$, 'and taking in hand ended with the incident');

-- Of a provider's incident a school has only a part.
UPDATE core.school SET provider = 'P';
SELECT pg_temp.alert('A', 'connectivity_drop', '', 'firing', 4 + 256), pg_temp.alert('B', 'connectivity_drop', '', 'firing', 4 + 256);
INSERT INTO known SELECT alert_id, 'p' FROM core.alert WHERE kind = 'connectivity_drop' AND school_id = pg_temp.school('A');
CREATE ROLE page LOGIN;
GRANT parta_web TO page;
SELECT pg_temp.asks('A');
SET SESSION AUTHORIZATION page;
SELECT is(pg_temp.ack('y', 'page'), 'no_alert', 'the page takes in hand only what is of its schools');
SELECT is(pg_temp.ack('p', 'page'), 'no_alert', 'and no incident of which it sees a part');
RESET SESSION AUTHORIZATION;
SELECT is(pg_temp.ack('p', 'me'), NULL, 'who sees all does');
SELECT * FROM finish();
ROLLBACK;
