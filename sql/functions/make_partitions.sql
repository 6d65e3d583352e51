-- THE LIST of partitioned tables: how long a part is and which setting says how long it stays.
CREATE OR REPLACE FUNCTION core.partitioned()
RETURNS TABLE (parent text, step interval, form text, keep text)
LANGUAGE sql
IMMUTABLE
AS $$
	VALUES ('measurement', interval '1 day', '_YYYYMMDD', 'raw'),
	       ('connectivity_window', interval '1 day', '_YYYYMMDD', 'raw'),
	       ('report_body', interval '1 day', '_YYYYMMDD', 'raw'),
	       ('measurement_hour', interval '1 month', '_YYYYMM', 'hourly'),
	       ('line_hour', interval '1 month', '_YYYYMM', 'hourly'),
	       ('measurement_day', interval '1 year', '_YYYY', 'daily'),
	       ('line_day', interval '1 year', '_YYYY', 'daily'),
	       ('speed_day', interval '1 year', '_YYYY', 'daily')
$$;

COMMENT ON FUNCTION core.partitioned() IS
	'The partitioned tables of core: the length of a part, the form of its name''s ending, and by which retention it goes.';

-- Parts are half-open and counted in UTC, whatever the session's zone.
CREATE OR REPLACE FUNCTION core.make_partitions(p_from date, p_to date)
RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
	a_table record;
	v_at    timestamp;
	v_name  text;
	made    integer := 0;
BEGIN
	IF p_to - p_from > 400 THEN
		RAISE EXCEPTION 'cannot make partitions for more than 400 days';
	END IF;
	FOR a_table IN SELECT * FROM core.partitioned() LOOP
		v_at := date_trunc(CASE a_table.form WHEN '_YYYY' THEN 'year' WHEN '_YYYYMM' THEN 'month' ELSE 'day' END, p_from::timestamp);
		WHILE v_at <= p_to LOOP
			v_name := a_table.parent || to_char(v_at, a_table.form);
			IF to_regclass(format('core.%I', v_name)) IS NULL THEN
				PERFORM pg_advisory_xact_lock(hashtext('parta partitions'));
				EXECUTE format('CREATE TABLE IF NOT EXISTS core.%I PARTITION OF core.%I FOR VALUES FROM (%L) TO (%L)',
					v_name, a_table.parent, v_at, v_at + a_table.step);
				made := made + 1;
			END IF;
			v_at := v_at + a_table.step;
		END LOOP;
	END LOOP;
	RETURN made;
END
$$;

COMMENT ON FUNCTION core.make_partitions(date, date) IS
	'Makes the missing partitions that hold both days and those between, and returns how many.';
