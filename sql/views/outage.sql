CREATE OR REPLACE VIEW api.outage AS
SELECT s.code AS school,
       o.agent_id,
       o.outage_id,
       o.outage_class AS class,
       CASE WHEN c.party = 'provider' AND EXISTS (
            SELECT FROM core.outage_evidence AS e
             WHERE e.agent_id = o.agent_id AND e.outage_id = o.outage_id AND e.rung = 'power') THEN 'school' ELSE c.party END AS party,
       c.is_internet,
       o.state,
       o.onset_at AS onset,
       o.end_at AS "end",
       EXTRACT(epoch FROM o.end_at - o.onset_at)::double precision AS duration_s,
       (SELECT jsonb_agg(jsonb_build_object('rung', e.rung, 'target', e.target, 'observed', e.observed, 'at', e.observed_at)
               ORDER BY e.observed_at)
          FROM core.outage_evidence AS e
         WHERE e.agent_id = o.agent_id AND e.outage_id = o.outage_id) AS evidence,
       s.time_zone,
       o.report_id,
       s.name AS school_name,
       s.provider,
       o.end_inferred
  FROM core.outage AS o
  JOIN core.school AS s USING (school_id)
  JOIN reference.outage_class AS c USING (outage_class)
 WHERE s.vantage = 'school';

COMMENT ON VIEW api.outage IS
	'Every break of a school''s line: where it broke, whose it was to mend, since when and until when (empty while it lasts), and why we say so. An outage during which a UPS or the agent''s machine ran on its battery is the school''s, whose equipment had no power. end_inferred: the end was not told, it is when the line was first seen to work again.';
