-- POST /api/v2/alerts of Alertmanager: labels are who it is and never change, annotations say it in words.
CREATE OR REPLACE FUNCTION core.alertmanager_alert(p_facts jsonb, p_now timestamptz)
RETURNS jsonb
LANGUAGE sql
STABLE
AS $$
	SELECT jsonb_build_object(
	       'labels', jsonb_strip_nulls(jsonb_build_object('alertname', p_facts ->> 'kind', 'job', 'parta', 'severity', p_facts ->> 'severity',
	           'school', p_facts ->> 'school', 'subject', NULLIF(p_facts ->> 'subject', ''), 'municipality', NULLIF(p_facts ->> 'municipality', ''),
	           'provider', NULLIF(p_facts ->> 'provider', ''), 'incident', p_facts ->> 'incident_id')),
	       'annotations', jsonb_strip_nulls(jsonb_build_object('summary', p_facts ->> 'words_en', 'summary_ru', p_facts ->> 'words_ru',
	           'school_name', p_facts ->> 'school_name', 'party', p_facts ->> 'party')),
	       'startsAt', p_facts ->> 'since',
	       'endsAt', COALESCE(p_facts ->> 'ended', to_char((p_now + interval '5 minutes') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
$$;

COMMENT ON FUNCTION core.alertmanager_alert(jsonb, timestamptz) IS
	'An alert as Alertmanager takes it; one that goes on ends five minutes from now, unless it is repeated.';

-- A message is taken for a while: whoever dies with it leaves it to others. Of one receiver and incident the older goes first.
CREATE OR REPLACE FUNCTION core.claim_outbox(p_now timestamptz, p_limit integer, p_lease interval)
RETURNS TABLE (outbox_id bigint, key uuid, kind text, address text, secret text, title text, body text, facts text, made_ms bigint, attempts integer)
LANGUAGE sql
AS $$
	WITH due AS (
		SELECT o.outbox_id
		  FROM core.outbox AS o
		 WHERE o.state = 'waiting' AND o.next_at <= p_now
		   AND NOT EXISTS (SELECT FROM core.outbox AS b
		                    WHERE b.incident_id = o.incident_id AND b.receiver_id = o.receiver_id AND b.alert_id IS NOT DISTINCT FROM o.alert_id
		                      AND b.state = 'waiting' AND b.outbox_id < o.outbox_id)
		 ORDER BY o.next_at, o.outbox_id
		 LIMIT p_limit
		   FOR UPDATE SKIP LOCKED
	)
	UPDATE core.outbox AS o
	   SET attempts = o.attempts + 1, next_at = p_now + p_lease
	  FROM due AS d, core.receiver AS r
	 WHERE o.outbox_id = d.outbox_id AND r.receiver_id = o.receiver_id
	RETURNING o.outbox_id, o.key, r.kind, r.address, r.secret, o.title, o.body,
	          CASE r.kind WHEN 'alertmanager' THEN jsonb_build_array(core.alertmanager_alert(o.facts, p_now)) ELSE o.facts || jsonb_build_object('key', o.key) END::text,
	          (EXTRACT(epoch FROM o.made_at) * 1000)::bigint, o.attempts
$$;

COMMENT ON FUNCTION core.claim_outbox(timestamptz, integer, interval) IS
	'Takes messages that are due, so that no other worker does so before the lease is over.';

CREATE OR REPLACE FUNCTION core.settle_outbox(p_outbox bigint, p_state text, p_now timestamptz, p_next timestamptz, p_error text)
RETURNS void
LANGUAGE sql
AS $$
	UPDATE core.outbox
	   SET state = CASE WHEN p_state = 'waiting' AND made_at < p_now - interval '2 days' THEN 'dead' ELSE p_state END,
	       next_at = COALESCE(p_next, next_at),
	       done_at = CASE WHEN p_state <> 'waiting' OR made_at < p_now - interval '2 days' THEN p_now END,
	       error = left(p_error, 500)
	 WHERE outbox_id = p_outbox AND state = 'waiting'
$$;

COMMENT ON FUNCTION core.settle_outbox(bigint, text, timestamptz, timestamptz, text) IS
	'What became of a message: delivered, dead (refused for good), or waiting until the next attempt; after two days it is dead.';

CREATE OR REPLACE FUNCTION core.retry_outbox(p_outbox bigint)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE core.outbox SET state = 'waiting', next_at = now(), made_at = now(), done_at = NULL WHERE outbox_id = p_outbox AND state = 'dead';
	RETURN FOUND;
END
$$;

COMMENT ON FUNCTION core.retry_outbox(bigint) IS 'A dead message is tried again, under its old key.';

-- An Alertmanager takes for resolved what is not repeated.
CREATE OR REPLACE FUNCTION core.repeat_alerts(p_now timestamptz, p_every interval)
RETURNS TABLE (receiver_id integer, address text, facts text)
LANGUAGE sql
AS $$
	WITH due AS (
		UPDATE core.receiver AS r SET told_at = p_now
		 WHERE r.receiver_id IN (
		       SELECT q.receiver_id FROM core.receiver AS q
		        WHERE q.kind = 'alertmanager' AND q.removed_at IS NULL AND (q.told_at IS NULL OR q.told_at <= p_now - p_every)
		          FOR UPDATE SKIP LOCKED)
		RETURNING r.receiver_id, r.address
	)
	SELECT d.receiver_id, d.address, jsonb_agg(core.alertmanager_alert(o.facts, p_now) ORDER BY o.outbox_id)::text
	  FROM due AS d
	  JOIN core.outbox AS o ON o.receiver_id = d.receiver_id AND o.what = 'raised' AND o.state = 'delivered'
	 WHERE NOT EXISTS (SELECT FROM core.outbox AS e
	                    WHERE e.receiver_id = o.receiver_id AND e.incident_id = o.incident_id AND e.alert_id IS NOT DISTINCT FROM o.alert_id AND e.what = 'resolved')
	 GROUP BY d.receiver_id, d.address
$$;

COMMENT ON FUNCTION core.repeat_alerts(timestamptz, interval) IS
	'Everything that each Alertmanager was told of and that is not over, to be told again; one worker gets it.';
