BEGIN;
\ir lib/schools.psql
SELECT core.put_receiver('hook', 'webhook', 'https://h/', 'secret', NULL, NULL, NULL, 'info', 'en', false);
SELECT core.put_receiver('am', 'alertmanager', 'http://am/', NULL, NULL, NULL, NULL, 'info', 'en', false);
SELECT pg_temp.alert('A', 'agent_silent', 'x', 'firing', 68), pg_temp.alert('A', 'agent_silent', 'x', 'resolved', 32);
CREATE TEMP TABLE taken AS SELECT * FROM core.claim_outbox(now(), 10, '2 minutes');
SELECT plan(13);
SELECT results_eq('SELECT kind, secret, attempts FROM taken ORDER BY 1', $$ VALUES ('alertmanager', '', 1), ('webhook', 'secret', 1) $$, 'what is due is taken: beginnings');
SELECT is((SELECT facts::jsonb ->> 'what' FROM taken WHERE kind = 'webhook'), 'raised', 'the older first');
SELECT is_empty($$ SELECT * FROM core.claim_outbox(now() + interval '119 seconds', 10, '2 minutes') $$, 'nobody takes it twice, and its end waits for it');
SELECT core.settle_outbox(outbox_id, 'delivered', now(), NULL, '') FROM taken WHERE kind = 'alertmanager';
SELECT results_eq($$ SELECT kind, COALESCE(facts::jsonb ->> 'what', (facts::jsonb #>> '{0,endsAt}' < to_char(now() + interval '1 minute', 'YYYY-MM-DD"T"HH24:MI'))::text), attempts FROM core.claim_outbox(now() + interval '2 minutes', 10, '2 minutes') ORDER BY 1 $$,
	$$ VALUES ('alertmanager', 'true', 1), ('webhook', 'raised', 2) $$, 'who died with it leaves it to others, and what was delivered lets its end go');
SELECT is((SELECT count(*) FROM core.outbox AS o JOIN taken AS t USING (outbox_id) WHERE o.key = t.key), 2::bigint, 'under its old key');
SELECT core.settle_outbox(outbox_id, 'waiting', now(), now() + interval '1 hour', 'no answer') FROM taken WHERE kind = 'webhook';
SELECT results_eq($$ SELECT o.state, o.error FROM core.outbox AS o JOIN taken AS t USING (outbox_id) WHERE t.kind = 'webhook' $$, $$ VALUES ('waiting', 'no answer') $$, 'a failure waits');
UPDATE core.outbox SET made_at = now() - interval '49 hours' WHERE state = 'waiting';
SELECT core.settle_outbox(outbox_id, 'waiting', now(), now() + interval '1 hour', 'no answer') FROM taken WHERE kind = 'webhook';
SELECT results_eq($$ SELECT o.state, o.error FROM core.outbox AS o JOIN taken AS t USING (outbox_id) WHERE t.kind = 'webhook' $$, $$ VALUES ('dead', 'no answer') $$, 'but not for ever');
SELECT ok(core.retry_outbox(outbox_id), 'a person may try it again') FROM taken WHERE kind = 'webhook';
SELECT ok(NOT core.retry_outbox(outbox_id), 'what is not dead he may not') FROM taken WHERE kind = 'webhook';

SELECT is_empty($$ SELECT * FROM core.repeat_alerts(now(), '1 minute') WHERE facts IS NOT NULL $$, 'what is over is not repeated');
SELECT pg_temp.alert('B', 'filter_leak', '', 'firing', 68);
UPDATE core.outbox SET state = 'delivered' WHERE state = 'waiting';
SELECT results_eq($$ SELECT address, facts::jsonb #>> '{0,labels,alertname}', jsonb_array_length(facts::jsonb) FROM core.repeat_alerts(now() + interval '1 minute', '1 minute') $$,
	$$ VALUES ('http://am/', 'filter_leak', 1) $$, 'what goes on is');
SELECT is_empty($$ SELECT * FROM core.repeat_alerts(now() + interval '110 seconds', '1 minute') $$, 'by one worker, once a while');
SELECT results_eq($$ SELECT facts::jsonb #>> '{0,endsAt}' FROM core.repeat_alerts(now() + interval '1 hour', '1 minute') $$,
	$$ SELECT to_char(now() + interval '65 minutes', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$, 'and ends in a while, if it is not repeated');
SELECT * FROM finish();
ROLLBACK;
