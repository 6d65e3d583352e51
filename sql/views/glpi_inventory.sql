CREATE OR REPLACE VIEW api.glpi_inventory AS
WITH facts AS (
	SELECT e.device_id, jsonb_object_agg(e.key, e.vals) AS f
	  FROM (SELECT device_id, key, jsonb_agg(value ORDER BY value) AS vals
	          FROM core.device_evidence WHERE source = 'facts' GROUP BY device_id, key) AS e
	 GROUP BY e.device_id
), wire AS (
	-- What hangs on a computer is told with it, and where: serial numbers are there alone.
	SELECT d.school_id, said.e ->> 'attached_to' AS host,
	       jsonb_strip_nulls(jsonb_build_object('vendorid', split_part(said.e ->> 'id', ':', 1), 'productid', split_part(said.e ->> 'id', ':', 2),
	           'class', said.e ->> 'class', 'manufacturer', said.e ->> 'vendor', 'name', said.e ->> 'model', 'serial', said.e ->> 'serial')) AS usb
	  FROM core.device AS d
	  JOIN LATERAL (SELECT jsonb_object_agg(e.key, e.value) AS e FROM core.device_evidence AS e WHERE e.device_id = d.device_id AND e.source = 'usb') AS said
	    ON said.e ? 'id'
	 WHERE d.merged_into IS NULL
), device AS (
	SELECT d.*, o.school_id, COALESCE(f.f, '{}') AS f,
	       CASE WHEN d.class IN ('printer', 'mfp', 'copier', 'scanner') THEN 'Printer'
	            WHEN d.class = 'ip_phone' THEN 'Phone'
	            WHEN d.class IN (SELECT c.class FROM reference.device_class AS c WHERE c.is_pc) OR d.class IN ('server', 'info_kiosk') THEN 'Computer'
	            ELSE 'NetworkEquipment' END AS itemtype,
	       CASE WHEN d.class IN ('printer', 'mfp', 'copier', 'scanner') THEN 'Printer'
	            WHEN d.class IN ('ip_phone', 'pbx') THEN 'Phone'
	            WHEN d.class IN ('ups', 'pdu', 'power') THEN 'Power'
	            WHEN d.class = 'nas' THEN 'Storage'
	            WHEN d.class IN ('ip_camera', 'nvr', 'projector', 'interactive_panel', 'interactive_board', 'video_terminal') THEN 'Video'
	            ELSE 'Networking' END AS kind
	  FROM api.device_current AS d
	  JOIN core.device AS o USING (device_id)
	  LEFT JOIN facts AS f USING (device_id)
	 WHERE d.vantage = 'school'
	   AND NOT EXISTS (SELECT FROM core.device_evidence AS e WHERE e.device_id = d.device_id AND e.source IN ('edid', 'usb'))
)
SELECT d.school,
       d.device_id,
       jsonb_build_object('action', 'inventory', 'deviceid', d.device_id::text, 'itemtype', d.itemtype, 'content', jsonb_strip_nulls(
       jsonb_build_object('versionclient', COALESCE(d.f #>> '{told_by,0}', 'parta'),
                          'accesslog', jsonb_build_object('logdate', to_char(d.last_seen AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'))) ||
       CASE d.itemtype WHEN 'Computer' THEN jsonb_build_object(
           'hardware', jsonb_build_object('name', NULLIF(d.name, ''), 'uuid', d.f #>> '{uuid,0}', 'chassis_type', d.f #>> '{chassis,0}', 'workgroup', d.f #>> '{domain,0}',
               'memory', CASE WHEN d.f #>> '{memory_bytes,0}' ~ '^[0-9]{1,18}$' THEN (d.f #>> '{memory_bytes,0}')::bigint / 1048576 END),
           'bios', jsonb_build_object('smanufacturer', COALESCE(d.f #>> '{vendor,0}', NULLIF(d.vendor, '')), 'smodel', COALESCE(d.f #>> '{model,0}', NULLIF(d.model, '')), 'ssn', NULLIF(d.serial, ''),
               'bversion', split_part(d.f #>> '{bios,0}', ';', 1), 'bmanufacturer', NULLIF(split_part(d.f #>> '{bios,0}', ';', 2), ''),
               'bdate', substring(split_part(d.f #>> '{bios,0}', ';', 3) FROM '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
               'mmodel', split_part(d.f #>> '{board,0}', ';', 1), 'mmanufacturer', NULLIF(split_part(d.f #>> '{board,0}', ';', 2), ''),
               'msn', NULLIF(split_part(d.f #>> '{board,0}', ';', 3), '')),
           'operatingsystem', jsonb_build_object('full_name', COALESCE(d.f #>> '{os,0}', NULLIF(d.os, '')), 'kernel_version', d.f #>> '{os_version,0}'),
           'cpus', (SELECT jsonb_agg(jsonb_build_object('name', split_part(v, ';', 1), 'core', NULLIF(split_part(v, ';', 2), '')::int, 'thread', NULLIF(split_part(v, ';', 3), '')::int,
               'speed', NULLIF(split_part(v, ';', 4), '')::int)) FROM jsonb_array_elements_text(d.f -> 'cpu') AS v WHERE v ~ '^[^;]*(;[0-9]{0,6}){0,3}$'),
           'memories', (SELECT jsonb_agg(jsonb_build_object('capacity', NULLIF(split_part(v, ';', 1), '')::int, 'type', NULLIF(split_part(v, ';', 2), ''), 'speed', NULLIF(split_part(v, ';', 3), ''),
               'manufacturer', NULLIF(split_part(v, ';', 4), ''), 'caption', NULLIF(split_part(v, ';', 5), ''))) FROM jsonb_array_elements_text(d.f -> 'memory') AS v WHERE v ~ '^[0-9]{1,8}(;|$)'),
           'storages', (SELECT jsonb_agg(jsonb_build_object('model', split_part(v, ';', 1), 'disksize', split_part(v, ';', 2)::bigint, 'serial', NULLIF(split_part(v, ';', 3), ''),
               'interface', NULLIF(split_part(v, ';', 4), ''), 'type', NULLIF(split_part(v, ';', 5), ''))) FROM jsonb_array_elements_text(d.f -> 'disk') AS v WHERE v ~ '^[^;]*;[0-9]{1,12}(;|$)'),
           'antivirus', (SELECT jsonb_agg(jsonb_build_object('name', split_part(v, ';', 1), 'enabled', CASE split_part(v, ';', 2) WHEN 'yes' THEN true WHEN 'no' THEN false END,
               'uptodate', CASE split_part(v, ';', 3) WHEN 'yes' THEN true WHEN 'no' THEN false END, 'base_creation', NULLIF(split_part(v, ';', 4), ''),
               'version', NULLIF(split_part(v, ';', 5), ''))) FROM jsonb_array_elements_text(d.f -> 'antivirus') AS v),
           'monitors', (SELECT jsonb_agg(jsonb_build_object('caption', split_part(v, ';', 1), 'manufacturer', NULLIF(split_part(v, ';', 2), ''), 'serial', NULLIF(split_part(v, ';', 3), ''),
               'type', NULLIF(split_part(v, ';', 4), ''), 'description', '1/' || NULLIF(split_part(v, ';', 5), ''))) FROM jsonb_array_elements_text(d.f -> 'monitor') AS v),
           'usbdevices', (SELECT jsonb_agg(u.usb ORDER BY u.usb::text) FROM (
               SELECT w.usb FROM wire AS w WHERE w.school_id = d.school_id AND w.host = NULLIF(d.name, '')
                UNION ALL
               SELECT jsonb_build_object('vendorid', left(v, 4), 'productid', substr(v, 6, 4), 'class', NULLIF(split_part(v, ';', 2), ''), 'manufacturer', NULLIF(split_part(v, ';', 3), ''),
                      'name', NULLIF(split_part(v, ';', 4), ''))
                 FROM jsonb_array_elements_text(d.f -> 'usb') AS v
                WHERE NOT EXISTS (SELECT FROM wire AS w WHERE w.school_id = d.school_id AND w.host = NULLIF(d.name, '')
                                     AND left(v, 9) = concat_ws(':', w.usb ->> 'vendorid', w.usb ->> 'productid'))) AS u),
           'softwares', (SELECT jsonb_agg(jsonb_build_object('name', split_part(v, ';', 1), 'version', NULLIF(split_part(v, ';', 2), ''), 'publisher', NULLIF(split_part(v, ';', 3), '')))
                           FROM jsonb_array_elements_text(d.f -> 'software') AS v),
           'networks', (SELECT jsonb_agg(jsonb_build_object('description', 'card ' || n.ordinality, 'status', 'up', 'type', CASE WHEN n.mac IS NOT NULL THEN 'ethernet' END, 'mac', n.mac,
                   'ipaddress', CASE WHEN n.ip NOT LIKE '%:%' THEN n.ip END, 'ipaddress6', CASE WHEN n.ip LIKE '%:%' THEN n.ip END) ORDER BY n.ordinality)
                 FROM ROWS FROM (unnest(ARRAY(SELECT m FROM unnest(d.macs) AS m UNION SELECT jsonb_array_elements_text(d.f -> 'mac'))), unnest(d.addresses)) WITH ORDINALITY AS n(mac, ip, ordinality)))
       ELSE jsonb_build_object('network_device', jsonb_build_object('type', d.kind, 'name', NULLIF(d.name, ''), 'manufacturer', NULLIF(d.vendor, ''), 'model', NULLIF(d.model, ''),
               'serial', NULLIF(d.serial, ''), 'firmware', NULLIF(d.firmware, ''), 'location', NULLIF(d.room, ''), 'mac', d.macs[1],
               'ips', NULLIF(to_jsonb(d.addresses), '[]')))
       END)) AS inventory
  FROM device AS d;

COMMENT ON VIEW api.glpi_inventory IS
	'Each device as one inventory of GLPI''s inventory format (JSON); what hangs on a computer is told with it. Video, power and storage devices are NetworkEquipment to GLPI, with their type.';
