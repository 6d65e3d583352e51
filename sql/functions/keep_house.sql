CREATE OR REPLACE FUNCTION core.keep_house(p_now timestamptz)
RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
	v_today date := p_now::date;
	v_old   record;
	v_done  integer := 0;
	v_rows  integer;
BEGIN
	-- One collector does it; the others find the room swept.
	IF NOT pg_try_advisory_xact_lock(hashtext('parta keep_house')) THEN
		RETURN 0;
	END IF;
	PERFORM core.make_partitions(v_today - 36, v_today + 3);

	-- Raw numbers and bytes stay as long as a report may be late, and a few days more.
	FOR v_old IN
		SELECT c.oid::regclass AS name
		  FROM pg_inherits AS i
		  JOIN pg_class AS c ON c.oid = i.inhrelid
		 WHERE i.inhparent IN ('core.measurement'::regclass, 'core.connectivity_window'::regclass, 'core.report_body'::regclass)
		   AND right(c.relname, 8) < to_char(v_today - 40, 'YYYYMMDD')
	LOOP
		EXECUTE format('DROP TABLE %s', v_old.name);
		v_done := v_done + 1;
	END LOOP;

	-- A report that late would be refused, so the heads that nothing points at may go.
	DELETE FROM core.report AS r
	 WHERE r.received_at < p_now - interval '80 days' AND r.kind IN ('measurements', 'connectivity', 'health');
	GET DIAGNOSTICS v_rows = ROW_COUNT;
	v_done := v_done + v_rows;

	DELETE FROM core.transient_mark AS m
	 USING core.school AS s
	 WHERE s.school_id = m.school_id AND m.day < (p_now AT TIME ZONE s.time_zone)::date;
	UPDATE core.transient_day AS d SET salt = NULL
	  FROM core.school AS s
	 WHERE s.school_id = d.school_id AND d.salt IS NOT NULL AND d.day < (p_now AT TIME ZONE s.time_zone)::date;

	DELETE FROM core.session WHERE made_at < p_now - interval '7 days' OR used_at < p_now - interval '8 hours';
	DELETE FROM core.login_attempt WHERE failed_at < p_now - interval '1 day';
	DELETE FROM core.token WHERE ends_at < p_now - interval '30 days';
	DELETE FROM core.quarantine WHERE received_at < p_now - interval '400 days';
	RETURN v_done;
END
$$;

COMMENT ON FUNCTION core.keep_house(timestamptz) IS
	'Once an hour: makes partitions ahead, drops those whose time is over, destroys marks of personal devices of past days. Returns how much went.';
