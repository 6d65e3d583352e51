-- Days are half-open and counted in UTC, whatever the session's zone.
CREATE OR REPLACE FUNCTION core.make_partitions(p_from date, p_to date)
RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
	parent text;
	a_day  date;
	made   integer := 0;
BEGIN
	IF p_to - p_from > 400 THEN
		RAISE EXCEPTION 'cannot make partitions for more than 400 days';
	END IF;
	FOREACH parent IN ARRAY ARRAY['measurement', 'connectivity_window', 'report_body'] LOOP
		FOR a_day IN SELECT generate_series(p_from, p_to, interval '1 day')::date LOOP
			IF to_regclass(format('core.%I', parent || to_char(a_day, '_YYYYMMDD'))) IS NULL THEN
				PERFORM pg_advisory_xact_lock(hashtext('parta partitions'));
				EXECUTE format('CREATE TABLE IF NOT EXISTS core.%I PARTITION OF core.%I FOR VALUES FROM (%L) TO (%L)',
					parent || to_char(a_day, '_YYYYMMDD'), parent, a_day::timestamptz, (a_day + 1)::timestamptz);
				made := made + 1;
			END IF;
		END LOOP;
	END LOOP;
	RETURN made;
END
$$;

COMMENT ON FUNCTION core.make_partitions(date, date) IS
	'Makes the missing daily partitions of both days and between, and returns how many.';
