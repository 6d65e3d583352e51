CREATE OR REPLACE VIEW api.norm AS
SELECT n.settlement,
       n.direction,
       n.valid_from,
       n.norm_mbps,
       n.source
  FROM reference.norm AS n;

COMMENT ON VIEW api.norm IS
	'The rates that schools must have, by kind of place, direction and date, with the act that says so.';
