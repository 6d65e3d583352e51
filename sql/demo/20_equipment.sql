-- Devices by class with makers, models, serial numbers and why they are what they are.
-- A school has some of each class; an absent device was not seen by the last scans.

CREATE TEMP TABLE demo_model AS
SELECT t.class, t.least, t.most, t.town_only, t.vendor, t.model, t.oui, t.rule, t.source, t.key, t.value,
       row_number() OVER (PARTITION BY t.class ORDER BY t.vendor, t.model) AS k, count(*) OVER (PARTITION BY t.class) AS of
  FROM (VALUES
	('desktop_pc', 12, 60, false, 'HP', 'ProDesk 400 G6', 'c8:5a:cf', 'smb-os', 'nbns', 'name', 'PC'),
	('desktop_pc', 12, 60, false, 'Lenovo', 'ThinkCentre M720', '98:fa:9b', 'smb-os', 'nbns', 'name', 'PC'),
	('desktop_pc', 12, 60, false, 'Aquarius', 'Pro Desk P30', '00:1e:67', 'smb-os', 'nbns', 'name', 'PC'),
	('all_in_one', 0, 14, false, 'Lenovo', 'V530-24', '98:fa:9b', 'smb-os', 'nbns', 'name', 'AIO'),
	('laptop', 2, 34, false, 'HP', '250 G8', '9c:7b:ef', 'dhcp-name', 'dhcp', 'host_name', 'NB'),
	('laptop', 2, 34, false, 'Acer', 'TravelMate P2', '08:97:98', 'dhcp-name', 'dhcp', 'host_name', 'NB'),
	('interactive_panel', 0, 5, false, 'SMART', 'Board MX265', '00:0c:ab', 'mdns-android', 'mdns', 'service', '_androidtvremote2._tcp'),
	('projector', 0, 4, true, 'Epson', 'EB-X49', '00:26:ab', 'pjlink', 'snmp', 'sys_descr', 'EPSON PROJECTOR'),
	('printer', 1, 4, false, 'HP', 'LaserJet Pro M404dn', '3c:52:82', 'printer-mib', 'snmp', 'sys_descr', 'HP ETHERNET MULTI-ENVIRONMENT'),
	('mfp', 1, 6, false, 'KYOCERA', 'ECOSYS M2040dn', '00:17:c8', 'printer-mib', 'snmp', 'sys_descr', 'KYOCERA Document Solutions Printing System'),
	('mfp', 1, 6, false, 'Pantum', 'M7100DN', '7c:b5:66', 'printer-mib', 'snmp', 'sys_descr', 'Pantum M7100DN Series'),
	('switch', 1, 6, false, 'Eltex', 'MES2324', 'a8:f9:4b', 'bridge-mib', 'snmp', 'sys_descr', 'MES2324 AC 28-port 1G Managed Switch'),
	('switch', 1, 6, false, 'D-Link', 'DGS-1210-28', 'c4:e9:0a', 'bridge-mib', 'snmp', 'sys_descr', 'DGS-1210-28 6.20.007'),
	('router', 1, 1, false, 'MikroTik', 'RB4011iGS+', '48:8f:5a', 'mikrotik', 'snmp', 'sys_descr', 'RouterOS RB4011iGS+'),
	('router', 1, 1, false, 'Eltex', 'ESR-20', 'a8:f9:4b', 'eltex-esr', 'snmp', 'sys_descr', 'ESR-20 Service Router'),
	('wifi_ap', 0, 8, false, 'Ubiquiti', 'UAP-AC-Pro', '74:83:c2', 'ubnt-ap', 'snmp', 'sys_descr', 'UAP-AC-Pro-Gen2'),
	('ip_camera', 2, 16, false, 'Hikvision', 'DS-2CD2143G2', '44:19:b6', 'onvif', 'ssdp', 'server', 'Hikvision-Webs'),
	('nvr', 0, 1, false, 'Dahua', 'NVR4216', '3c:ef:8c', 'onvif', 'ssdp', 'server', 'Dahua'),
	('server', 0, 2, true, 'HPE', 'ProLiant ML30', '94:40:c9', 'host-mib', 'snmp', 'sys_descr', 'Linux server 6.1'),
	('ups', 0, 2, true, 'APC', 'Smart-UPS 1500', '00:c0:b7', 'ups-mib', 'snmp', 'sys_descr', 'APC Web/SNMP Management Card'),
	('ip_phone', 0, 4, true, 'Yealink', 'T31P', '80:5e:c0', 'lldp-phone', 'lldp', 'capabilities', 'telephone'),
	('unknown', 0, 4, false, '', '', '52:54:00', '', 'arp', 'mac', '')) AS t(class, least, most, town_only, vendor, model, oui, rule, source, key, value);

CREATE TEMP TABLE demo_device AS
SELECT x.*, y.id, y.mac, y.address, y.seen, least(y.came, y.seen - interval '1 hour') AS born
  FROM (SELECT row_number() OVER (ORDER BY s.n, c.class, i.i) AS d,
               row_number() OVER (PARTITION BY s.n ORDER BY c.class <> 'router', c.class, i.i) % 250 AS place,
               s.n, s.school_id, s.agent_id, s.report_id, i.i, m.*,
               CASE WHEN m.class = 'unknown' OR (m.source IN ('nbns', 'dhcp', 'mdns') AND pg_temp.u(s.n * 1000 + i.i, 31) < 0.75) THEN ''
                    ELSE upper(left(m.vendor, 2)) || lpad(((pg_temp.u(s.n * 1000 + i.i, 32 + hashtext(m.class)::bigint) * 99999999)::bigint)::text, 8, '0') END AS serial
          FROM demo_school AS s
         CROSS JOIN (SELECT DISTINCT class, least, most, town_only FROM demo_model) AS c
         CROSS JOIN LATERAL generate_series(1, CASE WHEN c.town_only AND NOT s.is_town THEN 0 ELSE
               (c.least + pg_temp.u(s.n, 33 + hashtext(c.class)::bigint) * (c.most - c.least) / CASE WHEN s.is_town OR c.least = c.most THEN 1 ELSE 2.5 END)::integer END) AS i
          JOIN demo_model AS m ON m.class = c.class AND m.k = 1 + floor(pg_temp.u(s.n, 34 + hashtext(c.class)::bigint) * m.of)::integer) AS x
 CROSS JOIN LATERAL (
       SELECT ('de3d0000-0000-4000-8000-' || lpad(to_hex(x.d), 12, '0'))::uuid AS id,
              x.oui || ':' || substr(md5(x.d::text), 1, 2) || ':' || substr(md5(x.d::text), 3, 2) || ':' || substr(md5(x.d::text), 5, 2) AS mac,
              ('10.' || x.n / 250 || '.' || x.n % 250 || '.0')::inet + 1 + x.place AS address,
              CASE WHEN pg_temp.u(x.d, 35) < 0.06 THEN now() - make_interval(hours => (24 + pg_temp.u(x.d, 36) * 2800)::integer) ELSE now() - interval '20 minutes' END AS seen,
              -- Some came lately.
              CASE WHEN pg_temp.u(x.d, 39) < 0.03 THEN now() - make_interval(hours => (pg_temp.u(x.d, 38) * 700)::integer)
                   ELSE now() - interval '100 days' - make_interval(hours => (pg_temp.u(x.d, 37) * 24 * 200)::integer) END AS came) AS y;

ALTER TABLE core.device DISABLE TRIGGER noted;
INSERT INTO core.device (device_id, school_id, class, class_rule, confidence, classed_at, vendor, model, serial, firmware, os, name, location,
                         first_seen, last_seen, absent_since, gone_at, agent_id, agent_key, report_id)
SELECT id, school_id, class, rule, CASE WHEN class = 'unknown' THEN 0 ELSE 0.8 + pg_temp.u(d, 40) * 0.19 END, seen, vendor, model, serial,
       CASE WHEN source = 'snmp' THEN '1.' || (pg_temp.u(d, 41) * 9)::integer || '.' || (pg_temp.u(d, 42) * 20)::integer ELSE '' END,
       CASE WHEN source = 'nbns' THEN 'Windows 10' ELSE '' END,
       CASE WHEN class IN ('desktop_pc', 'all_in_one', 'laptop') THEN value || '-' || (100 + i) ELSE '' END,
       CASE WHEN pg_temp.u(d, 43) < 0.5 THEN 'каб. ' || (101 + (pg_temp.u(d, 44) * 30)::integer + 100 * (pg_temp.u(d, 45) * 3)::integer) ELSE '' END,
       born, seen, CASE WHEN seen < now() - interval '1 day' THEN seen + interval '1 hour' END,
       CASE WHEN seen < now() - interval '14 days' THEN seen + interval '14 days' END, agent_id, 'd' || d, report_id
  FROM demo_device;
ALTER TABLE core.device ENABLE TRIGGER noted;

INSERT INTO core.device_identifier (device_id, kind, value, school_id, claimed_at, seen_at, report_id)
SELECT id, 'mac', mac, school_id, born, seen, report_id FROM demo_device
 UNION ALL
SELECT id, 'serial', serial, school_id, born, seen, report_id FROM demo_device WHERE serial <> '';
INSERT INTO core.device_address (device_id, address, school_id, claimed_at, seen_at, report_id)
SELECT id, address, school_id, born, seen, report_id FROM demo_device;
INSERT INTO core.device_evidence (device_id, source, key, value, school_id, seen_at, report_id)
SELECT id, 'arp', 'mac', mac, school_id, seen, report_id FROM demo_device
 UNION ALL
SELECT id, source, key, CASE WHEN source IN ('nbns', 'dhcp') THEN value || '-' || (100 + i) ELSE value END, school_id, seen, report_id FROM demo_device WHERE source <> 'arp';
-- Three computers of ten told of themselves.
INSERT INTO core.device_evidence (device_id, source, key, value, school_id, seen_at, report_id)
SELECT x.id, 'facts', f.key, f.value, x.school_id, x.seen, x.report_id
  FROM demo_device AS x
 CROSS JOIN LATERAL (VALUES ('cpu', 'Intel(R) Core(TM) i3-10105 CPU @ 3.70GHz;4;2;3700'), ('memory', '8192;DDR4;2666 MT/s;Kingston;DIMM_A1'),
       ('disk', 'KINGSTON SA400S37240G;240057;;IDE;disk'), ('software', 'LibreOffice;7.6.7.2;The Document Foundation'), ('software', '7-Zip;24.08;Igor Pavlov'),
       ('software', 'Яндекс Браузер;24.10.1.598;ООО «ЯНДЕКС»'), ('software', CASE WHEN pg_temp.u(x.d, 62) < 0.5 THEN 'КОМПАС-3D;22.0.0;АСКОН' ELSE 'PascalABC.NET;3.9.0;' END),
       ('antivirus', 'Kaspersky Endpoint Security;' || CASE WHEN pg_temp.u(x.d, 63) < 0.9 THEN 'yes' ELSE 'no' END || ';;' ||
           to_char(x.seen - make_interval(days => (pg_temp.u(x.d, 64) * 12)::integer), 'YYYY-MM-DD') || ';12.5.0.539')) AS f(key, value)
 WHERE x.class IN ('desktop_pc', 'laptop', 'all_in_one') AND pg_temp.u(x.d, 61) < 0.3;
INSERT INTO core.port (device_id, if_index, school_id, name, alias, if_type, mac, speed_bps, admin_status, oper_status, seen_at, report_id)
SELECT id, p, school_id, 'gi1/0/' || p, '', 6, NULL, 1000000000, 1, CASE WHEN pg_temp.u(d * 100 + p, 46) < 0.6 THEN 1 ELSE 2 END, seen, report_id
  FROM demo_device, generate_series(1, 24) AS p WHERE class = 'switch';
INSERT INTO core.neighbor (device_id, protocol, local_port, chassis_id, port_id, system_name, school_id, seen_at, report_id)
SELECT x.id, 'lldp', 'gi1/0/24', 'mac:' || r.mac, 'ether1', 'router', x.school_id, x.seen, x.report_id
  FROM demo_device AS x JOIN demo_device AS r ON r.n = x.n AND r.class = 'router' WHERE x.class = 'switch';
INSERT INTO core.scan (agent_id, scan_id, school_id, started_at, finished_at, ranges, parts, parts_seen, is_complete, devices, transient, report_id)
SELECT s.agent_id, s.agent_id, s.school_id, now() - interval '25 minutes', now() - interval '20 minutes', ARRAY[('10.' || s.n / 250 || '.' || s.n % 250 || '.0/24')::cidr], 1, 1, true,
       (SELECT count(*) FROM demo_device AS x WHERE x.n = s.n), (s.pupils * 0.2)::integer, s.report_id FROM demo_school AS s;
-- The days of the last months on which they were on: all of them, but for some that stand idle.
INSERT INTO core.scan_month (school_id, month, days)
SELECT s.school_id, m.month, (1::bigint << m.until - m.month + 1) - 1
  FROM demo_school AS s
 CROSS JOIN LATERAL (
       SELECT x::date AS month, least((x + interval '1 month - 1 day')::date, now()::date) AS until
         FROM generate_series(date_trunc('month', now()) - interval '3 months', now(), interval '1 month') AS x) AS m;
INSERT INTO core.device_month (device_id, school_id, month, days)
SELECT d.id, d.school_id, m.month, CASE WHEN pg_temp.u(d.d, 49) < 0.03 THEN 1 ELSE (1::bigint << m.until - m.month + 1) - (1::bigint << m.since - m.month) END
  FROM demo_device AS d
 CROSS JOIN LATERAL (
       SELECT x::date AS month, greatest(x, d.born)::date AS since, least((x + interval '1 month - 1 day')::date, d.seen::date) AS until
         FROM generate_series(date_trunc('month', now()) - interval '3 months', now(), interval '1 month') AS x) AS m
 WHERE m.since <= m.until;
-- A history: births, and firmware that was brought up to date.
INSERT INTO audit.change (changed_at, table_name, row_key, school_id, action, was, became, report_id, actor)
SELECT born, 'core.device', jsonb_build_object('device_id', id), school_id, 'insert', NULL, jsonb_build_object('class', class, 'vendor', vendor, 'model', model, 'serial', serial), report_id, 'demo-data'
  FROM demo_device WHERE pg_temp.u(d, 47) < 0.3
 UNION ALL
SELECT greatest(born, now() - interval '40 days'), 'core.device', jsonb_build_object('device_id', id), school_id, 'update', jsonb_build_object('firmware', '1.0.0'), jsonb_build_object('firmware', '1.2.7'), report_id, 'demo-data'
  FROM demo_device WHERE source = 'snmp' AND pg_temp.u(d, 48) < 0.2;
