CREATE OR REPLACE VIEW api.place AS
SELECT s.code AS school,
       p.device_id,
       w.device_id AS switch_id,
       COALESCE(w.name, '') AS switch_name,
       p.port,
       p.if_index,
       p.port_load,
       p.vlan,
       a.device_id AS access_point_id,
       COALESCE(a.name, '') AS access_point_name,
       p.ssid,
       p.since,
       p.seen_at
  FROM core.device_place AS p
  JOIN core.school AS s USING (school_id)
  JOIN core.device AS d ON d.device_id = p.device_id AND d.merged_into IS NULL
  LEFT JOIN core.device AS w ON w.agent_id = p.agent_id AND w.agent_key = p.switch_key AND w.merged_into IS NULL
  LEFT JOIN core.device AS a ON a.agent_id = p.agent_id AND a.agent_key = p.access_point_key AND a.merged_into IS NULL;

COMMENT ON VIEW api.place IS
	'Where each device hangs: the switch and its port, the VLAN, and for who is on the air the access point and SSID. since says when it was first seen there; earlier places are in api.change, of table core.device_place.';
