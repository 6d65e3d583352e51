-- Video holds while at most 1 % of packets are lost and their delay varies by at most 50 ms (ITU-T Y.1541, classes 0 and 1).
CREATE OR REPLACE VIEW api.exam AS
SELECT e.exam_id,
       s.code AS school,
       e.municipality,
       e.name,
       e.from_at,
       e.to_at,
       s.time_zone,
       e.by_login AS by,
       x.minutes,
       w.watched AS watched_min,
       w.bad AS bad_min,
       w.loss_pct,
       w.jitter_ms,
       o.outages,
       o.down_s,
       u.upload_mbps,
       CASE WHEN e.from_at > now() THEN NULL
            WHEN w.watched < 0.9 * x.minutes - 5 OR w.watched = 0 THEN 'no_data'
            WHEN o.down_s > 0 OR w.bad > greatest(1, 0.01 * w.watched)
              OR u.upload_mbps < (SELECT COALESCE(d.value, d.fallback)::numeric FROM reference.setting AS d WHERE d.name = 'exam_upload_mbps') THEN 'poor'
            ELSE 'good'
       END AS verdict,
       s.name AS school_name
  FROM core.exam AS e
  JOIN core.school AS s ON (e.school_id = s.school_id OR e.municipality = s.municipality) AND s.closed_at IS NULL
 CROSS JOIN LATERAL (
       SELECT greatest(0, floor(EXTRACT(epoch FROM least(e.to_at, now()) - e.from_at) / 60))::integer AS minutes) AS x
 CROSS JOIN LATERAL (
       SELECT count(*)::integer AS watched,
              count(*) FILTER (WHERE m.lost > 0.01 * m.sent OR m.jitter > 50)::integer AS bad,
              round(100 * sum(m.lost) / NULLIF(sum(m.sent), 0), 2) AS loss_pct,
              round(percentile_cont(0.95) WITHIN GROUP (ORDER BY m.jitter)::numeric, 1) AS jitter_ms
         FROM (SELECT sum(n.sent) AS sent, sum(n.sent - least(n.received + n.late, n.sent)) AS lost, max(n.rtt_median_ms - n.rtt_min_ms) AS jitter
                 FROM core.connectivity_window AS n
                WHERE n.school_id = s.school_id AND n.rung = 'internet' AND n.from_at >= e.from_at AND n.from_at < e.to_at AND n.sent > 0
                GROUP BY date_trunc('minute', n.from_at)) AS m) AS w
 CROSS JOIN LATERAL (
       SELECT count(*)::integer AS outages,
              round(COALESCE(sum(EXTRACT(epoch FROM least(COALESCE(q.end_at, now()), e.to_at) - greatest(q.onset_at, e.from_at))), 0), 1) AS down_s
         FROM core.outage AS q
         JOIN reference.outage_class AS c USING (outage_class)
        WHERE q.school_id = s.school_id AND c.is_internet AND q.onset_at < e.to_at AND COALESCE(q.end_at, now()) > e.from_at) AS o
 CROSS JOIN LATERAL (
       SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY d.ip_mbps)::numeric, 1) AS upload_mbps
         FROM core.speed_test AS t
         JOIN core.speed_direction AS d USING (agent_id, test_id)
        WHERE t.school_id = s.school_id AND d.direction = 'up' AND t.started_at >= e.from_at AND t.started_at < e.to_at) AS u;

COMMENT ON VIEW api.exam IS
	'Examinations, one row for each school, and how the line did while they were held: minutes that are over, those that were watched, those in which more than 1 % of packets were lost or their delay varied by more than 50 ms (half of them against the fastest), outages, upload. verdict: good, poor, or no_data when a tenth of the minutes was not watched; empty: it has not begun.';
