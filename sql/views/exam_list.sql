CREATE OR REPLACE VIEW api.exam_list AS
SELECT e.exam_id,
       CASE WHEN e.school_id IS NOT NULL THEN s.code END AS school,
       CASE WHEN e.school_id IS NOT NULL THEN s.name END AS school_name,
       e.municipality,
       e.name,
       e.from_at,
       e.to_at,
       s.time_zone,
       CASE WHEN e.from_at > now() THEN 'coming' WHEN e.to_at > now() THEN 'held' ELSE 'over' END AS state,
       s.schools,
       e.by_login AS by
  FROM core.exam AS e
 CROSS JOIN LATERAL (
       SELECT count(*) AS schools, min(c.code) AS code, min(c.name) AS name, min(c.time_zone) AS time_zone
         FROM core.school AS c
        WHERE c.closed_at IS NULL AND (c.school_id = e.school_id OR c.municipality = e.municipality)) AS s
 WHERE s.schools > 0;

COMMENT ON VIEW api.exam_list IS
	'Examinations as they were declared, of one school or of all of a municipality. How the line of each school did meanwhile: api.exam.';
