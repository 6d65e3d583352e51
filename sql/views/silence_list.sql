CREATE OR REPLACE VIEW api.silence_list AS
SELECT q.silence_id,
       s.code AS school,
       q.kind,
       q.from_at AS "from",
       LEAST(q.to_at, q.ended_at) AS "to",
       q.comment,
       q.by_login AS "by",
       q.is_maintenance,
       q.ended_at IS NULL AND q.from_at <= now() AND q.to_at > now() AS is_open,
       q.weekdays,
       q.from_minute,
       q.to_minute,
       q.made_at
  FROM core.silence AS q
  LEFT JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.silence_list IS
	'When nobody is told, and planned maintenance. Empty school or kind: all of them; weekdays and minutes, where given, by the school''s clock.';
