CREATE OR REPLACE VIEW api.norm AS
SELECT n.settlement,
       n.direction,
       n.valid_from,
       n.norm_mbps,
       n.source,
       true AS own
  FROM core.norm AS n
 UNION ALL
SELECT n.settlement, n.direction, n.valid_from, n.norm_mbps, n.source, false
  FROM reference.norm AS n
 WHERE NOT EXISTS (SELECT FROM core.norm AS o WHERE (o.settlement, o.direction, o.valid_from) = (n.settlement, n.direction, n.valid_from));

COMMENT ON VIEW api.norm IS
	'The rates that schools must have, by kind of place, direction and date, with the act that says so. own: a person set it, it is not of the files.';
