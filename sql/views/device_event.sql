-- Runs as its owner: it says no more of a school than since when it is looked at.
CREATE OR REPLACE FUNCTION api.first_look(p_school integer)
RETURNS timestamptz
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT min(f.finished_at) + interval '1 day' FROM core.scan AS f WHERE f.school_id = p_school
$$;

COMMENT ON FUNCTION api.first_look(integer) IS 'Until when everything in a school is new, since nobody had looked before; null before the first scan.';

CREATE OR REPLACE VIEW api.device_event AS
WITH told AS (
	SELECT c.change_id, c.school_id, (c.row_key ->> 'device_id')::uuid AS device_id, c.changed_at, c.report_id, c.actor,
	       k.kind, k.what, k.was, k.became
	  FROM audit.change AS c
	 CROSS JOIN LATERAL (
	       SELECT CASE WHEN c.became ->> 'class' = 'unknown' THEN 'new_unknown' ELSE 'new' END, '', NULL, c.became ->> 'name'
	        WHERE c.action = 'insert'
	        UNION ALL
	       SELECT CASE WHEN c.became ->> 'gone_at' IS NULL THEN 'back' ELSE 'gone' END, '', NULL, NULL
	        WHERE c.action = 'update' AND c.became ? 'gone_at'
	        UNION ALL
	       SELECT CASE WHEN c.became ->> 'merged_into' IS NULL THEN 'split' ELSE 'merged' END, '', c.was ->> 'merged_into', c.became ->> 'merged_into'
	        WHERE c.action = 'update' AND c.became ? 'merged_into'
	        UNION ALL
	       -- What was not known before is no change.
	       SELECT w.kind, w.key, c.was ->> w.key, c.became ->> w.key
	         FROM (VALUES ('hardware', 'vendor'), ('hardware', 'model'), ('hardware', 'serial'), ('firmware', 'firmware'),
	                      ('software', 'os'), ('class', 'class'), ('renamed', 'name'), ('moved', 'location')) AS w(kind, key)
	        WHERE c.action = 'update' AND c.became ? w.key AND c.was ->> w.key NOT IN ('', 'unknown')
	       ) AS k(kind, what, was, became)
	 WHERE c.table_name = 'core.device'
	 UNION ALL
	SELECT c.change_id, c.school_id, (c.row_key ->> 'device_id')::uuid, c.changed_at, c.report_id, c.actor,
	       'moved', CASE WHEN c.became ? 'port' OR c.became ? 'switch_key' THEN 'port' ELSE 'access_point' END,
	       COALESCE(c.was ->> 'port', c.was ->> 'ssid'), COALESCE(c.became ->> 'port', c.became ->> 'ssid')
	  FROM audit.change AS c
	 WHERE c.table_name = 'core.device_place' AND c.action = 'update' AND (c.became ? 'port' OR c.became ? 'switch_key' OR c.became ? 'access_point_key')
	 UNION ALL
	SELECT c.change_id, c.school_id, (c.row_key ->> 'device_id')::uuid, c.changed_at, c.report_id, c.actor,
	       w.kind, e.what, c.was ->> e.what, c.became ->> e.what
	  FROM audit.change AS c
	 CROSS JOIN LATERAL jsonb_object_keys(c.was) AS e(what)
	  JOIN reference.watched_evidence AS w ON w.source || '.' || w.key = e.what
	 WHERE c.table_name = 'core.device_evidence'
)
SELECT s.code AS school,
       s.name AS school_name,
       t.changed_at,
       -- The first look at a network finds everything new.
       CASE WHEN t.kind IN ('new', 'new_unknown') AND COALESCE(r.created_at, t.changed_at) <= api.first_look(t.school_id) THEN 'found' ELSE t.kind END AS kind,
       COALESCE(NULLIF(d.name, ''), NULLIF(concat_ws(' ', NULLIF(d.vendor, ''), NULLIF(d.model, '')), ''), d.device_id::text) AS label,
       d.class,
       t.what,
       t.was,
       t.became,
       t.device_id,
       t.report_id,
       CASE WHEN t.report_id IS NULL THEN t.actor END AS by,
       t.change_id,
       COALESCE(r.created_at, t.changed_at) AS told_at
  FROM told AS t
  JOIN core.school AS s USING (school_id)
  JOIN core.device AS d USING (device_id)
  LEFT JOIN core.report AS r ON r.report_id = t.report_id
 WHERE s.vantage = 'school';

COMMENT ON VIEW api.device_event IS
	'What happened to devices: found at the first look, new, gone, back, moved, changed in hardware, firmware or software, taken for one or told apart; with the report that showed it (told_at: when the agent made it), or the person who did it.';
