CREATE OR REPLACE VIEW api.counting AS
SELECT (SELECT COALESCE(value, fallback)::integer FROM reference.setting WHERE name = 'equipment_seen_days') AS days,
       (SELECT COALESCE(value, fallback)::numeric FROM reference.setting WHERE name = 'bandwidth_pass_ratio') AS pass_ratio;

COMMENT ON VIEW api.counting IS
	'By which rules reports count: within how many days a device must have been seen, which part of the norm passes.';
