CREATE OR REPLACE VIEW api.rule_candidate AS
WITH telling (source, key) AS (
	-- Keys that tell what kind of thing a device is, or how its kind is named; not which one of its kind it is.
	VALUES ('oui', 'vendor'), ('snmp', 'sys_descr'), ('snmp', 'sys_object_id'), ('entity', 'chassis_model'), ('entity', 'chassis_descr'),
	       ('printer', 'model'), ('lldp', 'sys_descr'), ('lldp', 'med_vendor'), ('lldp', 'med_model'), ('cdp', 'platform'), ('cdp', 'software'),
	       ('mdns', 'service'), ('mdns', 'model'), ('mdns', 'vendor'), ('mdns', 'product'), ('mdns', 'instance'), ('mdns', 'host_name'),
	       ('ssdp', 'server'), ('ssdp', 'type'), ('upnp', 'type'), ('upnp', 'maker'), ('upnp', 'model'), ('upnp', 'descr'),
	       ('wsd', 'type'), ('wsd', 'model'), ('wsd', 'name'), ('dhcp', 'vendor_class'), ('dhcp', 'parameters'), ('dhcp', 'host_name'),
	       ('dhcp6', 'vendor'), ('nbns', 'name'), ('nbstat', 'name'), ('smb', 'os_version'), ('ssh', 'banner'), ('http', 'title'),
	       ('http', 'server'), ('http', 'realm'), ('pjlink', 'maker'), ('pjlink', 'model'), ('ipp', 'make_model'), ('escl', 'make_model'),
	       ('onvif', 'maker'), ('onvif', 'model'), ('sip', 'agent'), ('rtsp', 'server')
), said AS MATERIALIZED (
	SELECT c.class, d.class AS found_class, c.device_id, c.school_id, e.source, e.key, e.value,
	       core.evidence_pattern(e.value, false) AS pattern
	  FROM core.device_correction AS c
	  JOIN core.device AS d ON d.device_id = c.device_id
	  JOIN core.device_evidence AS e ON e.device_id = c.device_id
	  JOIN telling AS t ON t.source = e.source AND t.key = e.key
	 WHERE c.class <> d.class AND d.merged_into IS NULL AND e.value NOT LIKE '%&&%'
), shared AS MATERIALIZED (
	SELECT s.class, s.source, s.key, s.pattern, count(DISTINCT s.device_id) AS devices, count(DISTINCT s.school_id) AS schools,
	       array_agg(DISTINCT s.found_class) AS found_classes, min(s.value) AS example, count(DISTINCT s.value) AS n_values
	  FROM said AS s
	 GROUP BY s.class, s.source, s.key, s.pattern
), spoken AS (
	-- What everybody says under the keys in question, and what who says it is, to the rules' or to a person's knowledge.
	SELECT e.source, e.key, e.value, core.evidence_pattern(e.value, false) AS pattern, d.device_id, COALESCE(c.class, d.class) AS class
	  FROM (SELECT DISTINCT source, key FROM shared) AS k
	  JOIN core.device_evidence AS e ON e.source = k.source AND e.key = k.key
	  JOIN core.device AS d ON d.device_id = e.device_id AND d.merged_into IS NULL
	  LEFT JOIN core.device_correction AS c ON c.device_id = d.device_id
), others AS (
	SELECT s.class, s.source, s.key, s.pattern, count(DISTINCT p.device_id) AS devices
	  FROM shared AS s
	  JOIN spoken AS p ON p.source = s.source AND p.key = s.key AND p.pattern = s.pattern
	 WHERE (s.n_values > 1 OR p.value = s.example) AND p.class NOT IN (s.class, 'unknown')
	 GROUP BY s.class, s.source, s.key, s.pattern
), weighed AS (
	SELECT s.*, COALESCE(o.devices, 0) AS others,
	       round(least(0.95, greatest(0.05, s.devices / (s.devices + COALESCE(o.devices, 0) + 1.0)))::numeric, 2) AS confidence,
	       s.source || '.' || s.key || '=' || CASE WHEN s.n_values = 1 THEN core.evidence_pattern(s.example, true) ELSE s.pattern END AS condition
	  FROM shared AS s
	  LEFT JOIN others AS o ON o.class = s.class AND o.source = s.source AND o.key = s.key AND o.pattern = s.pattern
)
SELECT w.class, w.found_classes, w.source, w.key, w.example, w.devices, w.schools, w.others, w.confidence::real AS confidence,
       concat_ws(',',
           'person-' || replace(w.class, '_', '-') || '-' || left(md5(w.condition), 8),
           w.class, w.confidence,
           '"' || replace(w.condition, '"', '""') || '"',
           '', '', '', '',
           '"' || replace(w.source || '.' || w.key || '=' || w.example, '"', '""') || '"',
           '') AS rule
  FROM weighed AS w
 WHERE w.devices >= w.others;

COMMENT ON VIEW api.rule_candidate IS
	'What devices share that people classed otherwise than the rules do: each such piece of evidence that is not said by more others, how many devices and schools agree, how many that say the same are something else, and the row for device_rule.csv that would know them.';
