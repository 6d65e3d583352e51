CREATE OR REPLACE VIEW api.school_state AS
WITH pace AS (
	SELECT b.school,
	       max(b.norm_mbps) FILTER (WHERE b.direction = 'down') AS norm_down,
	       max(b.norm_mbps) FILTER (WHERE b.direction = 'up') AS norm_up,
	       max(b.median_mbps) FILTER (WHERE b.direction = 'down') AS median_down,
	       max(b.median_mbps) FILTER (WHERE b.direction = 'up') AS median_up,
	       max(b.p5_mbps) FILTER (WHERE b.direction = 'down') AS p5_down,
	       max(b.samples) FILTER (WHERE b.direction = 'down') AS samples,
	       bool_or(b.direction = 'down' AND b.verdict IN ('pass', 'fail_isp')) AS is_judged,
	       bool_or(b.verdict = 'fail_isp') AS is_below,
	       bool_or(b.verdict = 'fail_isp' AND b.median_mbps < b.norm_mbps / 2) AS is_critical
	  FROM api.bandwidth AS b
	 GROUP BY b.school
), breaks AS (
	SELECT o.school, count(*) AS outages, sum(o.lesson_s) AS lesson_s,
	       min(o.onset) FILTER (WHERE o."end" IS NULL) AS open_since
	  FROM api.outage_list AS o
	  JOIN api.outage_class AS c USING (class)
	 WHERE c.is_internet AND (o."end" IS NULL OR o."end" > now() - interval '30 days')
	 GROUP BY o.school
), filter AS (
	SELECT f.school, sum(f.leak)::bigint AS leaks, sum(f.overblock)::bigint AS overblocks
	  FROM api.filter AS f
	 GROUP BY f.school
), device AS (
	SELECT e.school, sum(e.count)::bigint AS devices, COALESCE(sum(e.count) FILTER (WHERE c.is_pc), 0)::bigint AS pcs
	  FROM api.equipment AS e
	  JOIN api.device_class AS c USING (class)
	 GROUP BY e.school
), agent AS (
	SELECT a.school, count(*) AS agents, count(*) FILTER (WHERE a.state <> 'alive') AS silent
	  FROM api.agent_health AS a
	 WHERE a.state <> 'revoked'
	 GROUP BY a.school
)
SELECT s.school,
       s.name,
       s.municipality,
       s.settlement,
       s.provider,
       CASE WHEN b.open_since IS NOT NULL THEN 'no_link'
            WHEN COALESCE(a.agents, 0) <= COALESCE(a.silent, 0) OR NOT p.is_judged THEN 'no_data'
            WHEN p.is_critical THEN 'critical'
            WHEN p.is_below THEN 'below'
            ELSE 'norm' END AS state,
       COALESCE(b.open_since, CASE WHEN COALESCE(a.agents, 0) <= COALESCE(a.silent, 0) THEN COALESCE(s.last_heard_at, s.added_at) END) AS since,
       p.norm_down AS norm_down_mbps,
       s.contract_down_mbps,
       p.median_down AS median_down_mbps,
       p.p5_down AS p5_down_mbps,
       p.norm_up AS norm_up_mbps,
       s.contract_up_mbps,
       p.median_up AS median_up_mbps,
       COALESCE(p.samples, 0) AS samples,
       round((100 * (v.known_s - v.down_s) / NULLIF(v.known_s, 0))::numeric, 2) AS availability_pct,
       COALESCE(b.outages, 0) AS outages,
       round(COALESCE(b.lesson_s, 0) / 60)::bigint AS outage_lesson_min,
       COALESCE(f.leaks, 0) AS leaks,
       COALESCE(f.overblocks, 0) AS overblocks,
       COALESCE(d.devices, 0) AS devices,
       COALESCE(d.pcs, 0) AS pcs,
       s.pupils,
       floor(p.median_down / 2.5)::bigint AS enough_for,
       COALESCE(a.agents, 0) AS agents,
       COALESCE(a.silent, 0) AS agents_silent,
       0::bigint AS alerts,
       s.last_heard_at,
       s.time_zone
  FROM api.school AS s
  LEFT JOIN pace AS p USING (school)
  LEFT JOIN breaks AS b USING (school)
  LEFT JOIN filter AS f USING (school)
  LEFT JOIN device AS d USING (school)
  LEFT JOIN agent AS a USING (school)
  LEFT JOIN api.availability_between(now() - interval '30 days', now()) AS v USING (school)
 WHERE s.closed_at IS NULL;

COMMENT ON VIEW api.school_state IS
	'How each school does, one row each; figures over the last 30 days. enough_for: on how many computers at once the measured rate carries lesson video (2.5 Mbit/s each).';
