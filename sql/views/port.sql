CREATE OR REPLACE VIEW api.port AS
SELECT s.code AS school,
       p.device_id,
       p.if_index,
       p.name,
       p.alias,
       p.if_type,
       p.mac,
       p.speed_bps,
       p.admin_status,
       p.oper_status,
       p.seen_at
  FROM core.port AS p
  JOIN core.school AS s USING (school_id);

COMMENT ON VIEW api.port IS 'Interfaces of devices as they told them last (IF-MIB).';
