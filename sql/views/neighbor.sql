CREATE OR REPLACE VIEW api.neighbor AS
SELECT s.code AS school,
       n.device_id,
       n.protocol,
       n.local_port,
       n.chassis_id,
       n.port_id,
       n.system_name,
       n.seen_at
  FROM core.neighbor AS n
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.neighbor IS 'What devices say hangs on their ports (LLDP, CDP).';
