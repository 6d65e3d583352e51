CREATE OR REPLACE VIEW api.incident AS
SELECT i.incident_id,
       i.kind,
       i.provider,
       i.opened_at,
       i.closed_at,
       i.acked_at,
       i.acked_by,
       i.ack_comment,
       a.schools,
       a.alerts,
       a.open
  FROM core.incident AS i
 CROSS JOIN LATERAL (
       SELECT array_agg(DISTINCT s.code ORDER BY s.code) AS schools, count(*) AS alerts, count(*) FILTER (WHERE a.state <> 'resolved') AS open
         FROM core.alert AS a JOIN core.school AS s USING (school_id)
        WHERE a.incident_id = i.incident_id) AS a
 WHERE a.alerts > 0;

COMMENT ON VIEW api.incident IS
	'What people take in hand: one alert, or the schools of one provider that are off at once. Schools and alerts are those that the reader may see.';
