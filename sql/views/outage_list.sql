-- Few schools ring bells of their own, and the general ones are ten times as fast to look at: which do is asked once.
CREATE OR REPLACE VIEW api.outage_list AS
SELECT o.school,
       o.school_name,
       o.provider,
       o.class,
       o.party,
       o.state,
       o.onset,
       o."end",
       COALESCE(o.duration_s, EXTRACT(epoch FROM now() - o.onset)::double precision) AS duration_s,
       api.lesson_s(CASE WHEN o.school IN (SELECT l.school FROM api.school_lessons AS l WHERE l.own) THEN o.school END,
                    o.time_zone, o.onset, COALESCE(o."end", now())) AS lesson_s,
       o.evidence,
       o.end_inferred
  FROM api.outage AS o;

COMMENT ON VIEW api.outage_list IS
	'Outages as the page lists them: how long each lasted or lasts, and how much of it was lesson time. end_inferred: the end was not told, it is when the line was first seen to work again.';
