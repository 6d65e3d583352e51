CREATE OR REPLACE FUNCTION core.evidence_pattern(p_value text, p_exact boolean)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
AS $$
	SELECT CASE WHEN p_exact THEN e.escaped ELSE regexp_replace(e.escaped, '[0-9]+', '[0-9]*', 'g') END
	  FROM (SELECT regexp_replace(p_value, '([]*?[{}|\\])', '\\\1', 'g') AS escaped) AS e
$$;

COMMENT ON FUNCTION core.evidence_pattern(text, boolean) IS
	'What somebody said, as a pattern of device_rule.csv: exactly that, or with any number in place of each of its numbers.';
