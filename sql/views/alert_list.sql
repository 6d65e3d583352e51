CREATE OR REPLACE VIEW api.alert_list AS
SELECT a.alert_id,
       a.incident_id,
       s.code AS school,
       s.name AS school_name,
       a.kind,
       a.subject,
       a.severity,
       CASE WHEN a.state = 'firing' AND i.acked_at IS NOT NULL THEN 'acked' ELSE a.state END AS state,
       a.since_at AS since,
       a.raised_at,
       a.ended_at,
       i.acked_by,
       i.ack_comment,
       core.fill_words(k.raised_ru, a.detail) AS words_ru,
       core.fill_words(k.raised_en, a.detail) AS words_en,
       a.flapping,
       COALESCE(a.detail ->> 'party', k.party) AS party,
       CASE WHEN i.kind = 'provider' THEN i.provider END AS incident_provider,
       a.told OR a.is_grouped AS told
  FROM core.alert AS a
  JOIN core.school AS s USING (school_id)
  JOIN reference.alert_kind AS k ON k.kind = a.kind
  LEFT JOIN core.incident AS i USING (incident_id)
 WHERE s.vantage = 'school' OR a.kind = 'agent_silent';

COMMENT ON VIEW api.alert_list IS
	'Every alert, those that are over too: what is wrong, since when (the onset) and until when, who took it in hand. stale: what is known is too old to say whether it still is. Of a control only its silence is of interest.';

CREATE OR REPLACE VIEW api.alert_event AS
SELECT s.code AS school,
       e.alert_id,
       e.at,
       e.what,
       e.by_login AS "by",
       e.comment
  FROM core.alert_event AS e
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.alert_event IS 'What became of each alert, step by step.';
