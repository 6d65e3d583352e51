-- The class and serial number of a past day are those before the first change after it; what a person
-- said of a device was true then too.
CREATE OR REPLACE FUNCTION api.equipment_at(p_at timestamptz)
RETURNS TABLE (school text, class text, count bigint, with_serial bigint)
LANGUAGE sql
STABLE
AS $$
	WITH seen AS (
		SELECT d.school,
		       COALESCE(d.corrected_class,
		                (SELECT c.was ->> 'class' FROM api.device_change AS c
		                  WHERE c.device_id = d.device_id AND c.changed_at > p_at AND c.action = 'update' AND c.was ? 'class'
		                  ORDER BY c.changed_at LIMIT 1), d.class) AS class,
		       COALESCE((SELECT c.was ->> 'serial' FROM api.device_change AS c
		                  WHERE c.device_id = d.device_id AND c.changed_at > p_at AND c.action = 'update' AND c.was ? 'serial'
		                  ORDER BY c.changed_at LIMIT 1), d.serial) AS serial,
		       d.units
		  FROM api.device_current AS d
		 WHERE d.first_seen <= p_at
		   AND d.last_seen > (SELECT api.counted_since(p_at))
		   AND d.school IN (SELECT s.school FROM api.school AS s WHERE s.vantage = 'school')
	)
	SELECT s.school, s.class, sum(s.units), COALESCE(sum(s.units) FILTER (WHERE s.serial <> ''), 0)
	  FROM seen AS s
	 GROUP BY s.school, s.class
	 ORDER BY s.school, s.class
$$;

COMMENT ON FUNCTION api.equipment_at(timestamptz) IS
	'How many devices of each class a school had at a moment, and how many of them with a serial number. A device counts while it was seen within the days of setting equipment_seen_days, holidays left out; a stack of switches counts as its units, each with a serial number of its own.';

CREATE OR REPLACE VIEW api.equipment AS
SELECT e.school,
       e.class,
       e.count,
       e.with_serial
  FROM api.equipment_at(statement_timestamp()) AS e;

COMMENT ON VIEW api.equipment IS
	'Devices by school and class, now: the audit table.';
