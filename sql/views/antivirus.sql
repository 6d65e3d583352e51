CREATE OR REPLACE VIEW api.antivirus AS
WITH said AS (
	SELECT e.device_id, e.source, e.seen_at,
	       split_part(e.value, ';', 1) AS product,
	       split_part(e.value, ';', 2) AS enabled,
	       split_part(e.value, ';', 3) AS current,
	       -- A day that no month has is one of the next month: what a stranger wrote breaks no view.
	       CASE WHEN split_part(e.value, ';', 4) ~ '^20[0-9]{2}-(0[1-9]|1[0-2])-[0-3][0-9]'
	            THEN (left(split_part(e.value, ';', 4), 7) || '-01')::date + substr(split_part(e.value, ';', 4), 9, 2)::integer - 1 END AS signatures,
	       split_part(e.value, ';', 5) AS version
	  FROM core.device_evidence AS e
	 WHERE e.source = 'facts' AND e.key = 'antivirus'
	 UNION ALL
	-- SNMP tells that the product's program runs, not how old its signatures are.
	SELECT e.device_id, e.source, e.seen_at, e.value, 'yes', '', NULL, ''
	  FROM core.device_evidence AS e
	 WHERE e.source = 'host' AND e.key = 'antivirus'
	   AND NOT EXISTS (SELECT FROM core.device_evidence AS f WHERE f.device_id = e.device_id AND f.source = 'facts' AND f.key = 'antivirus')
)
SELECT d.school,
       d.school_name,
       d.device_id,
       d.label AS device,
       d.class,
       d.room,
       COALESCE(a.product, '') AS product,
       COALESCE(a.version, '') AS version,
       a.signatures,
       CASE WHEN a.device_id IS NULL THEN 'unknown'
            WHEN a.enabled = 'no' THEN 'off'
            WHEN a.current = 'no' OR a.signatures < a.seen_at::date - 7 THEN 'outdated'
            WHEN a.enabled = 'yes' AND (a.current = 'yes' OR a.signatures IS NOT NULL) THEN 'current'
            WHEN a.enabled = 'yes' THEN 'runs'
            ELSE 'unknown' END AS protection,
       a.seen_at
  FROM api.device_current AS d
  LEFT JOIN said AS a ON a.device_id = d.device_id
 WHERE d.vantage = 'school'
   AND (a.device_id IS NOT NULL OR d.class IN (SELECT c.class FROM reference.device_class AS c WHERE c.is_pc OR c.class = 'server'));

COMMENT ON VIEW api.antivirus IS
	'Anti-virus of each computer and server: current (on, and its signatures at most a week old when it told), outdated, off, runs (SNMP tells no more), unknown. Unknown is never counted as protected.';
