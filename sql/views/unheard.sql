CREATE OR REPLACE VIEW api.unheard AS
SELECT s.code AS school,
       s.name AS school_name,
       p.agent_id,
       a.host_name,
       p.from_at AS "from",
       p.to_at AS "to",
       EXTRACT(epoch FROM p.to_at - p.from_at)::double precision AS duration_s,
       p.cause,
       p.outage_class AS class,
       s.time_zone
  FROM core.silence_part AS p
  JOIN core.school AS s USING (school_id)
  JOIN core.agent AS a USING (agent_id);

COMMENT ON VIEW api.unheard IS
	'When nothing was heard of an agent for more than 75 s, and why: nobody listened (collector), the agent saw an outage too (with its class), the agent saw the Internet (transit), it did not run (agent), or what it has is not here (unknown).';
