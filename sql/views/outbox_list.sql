CREATE OR REPLACE VIEW api.outbox_list AS
SELECT o.outbox_id,
       r.name AS receiver,
       r.kind AS receiver_kind,
       o.incident_id,
       o.alert_id,
       o.what,
       o.title,
       o.state,
       o.made_at,
       o.attempts,
       CASE WHEN o.state = 'waiting' THEN o.next_at END AS next_at,
       o.done_at,
       o.error
  FROM core.outbox AS o
  JOIN core.receiver AS r USING (receiver_id)
 WHERE EXISTS (SELECT FROM core.alert AS a WHERE a.incident_id = o.incident_id);

COMMENT ON VIEW api.outbox_list IS
	'Messages of alerts, to whom, and what became of them; dead ones were refused for good or could not be delivered for two days.';
