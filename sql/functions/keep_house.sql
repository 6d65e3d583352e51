-- A report may be late by as long as agents keep what they could not send: raw
-- numbers are taken and kept for at least so long, whatever the settings ask.
DROP FUNCTION IF EXISTS core.keep_house(timestamptz);
CREATE OR REPLACE FUNCTION core.keep_house(
	p_now             timestamptz,
	p_raw_days        integer DEFAULT 35,
	p_hourly_days     integer DEFAULT 730,
	p_daily_days      integer DEFAULT 3650,
	p_quarantine_days integer DEFAULT 400)
RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
	v_today   date := p_now::date;
	v_raw     integer := greatest(p_raw_days, 35);
	v_hourly  integer := greatest(p_hourly_days, greatest(p_raw_days, 35));
	v_daily   integer := greatest(p_daily_days, greatest(p_hourly_days, p_raw_days, 35));
	v_schools integer[];
	v_old     record;
	v_done    integer := 0;
	v_rows    integer;
BEGIN
	-- One collector does it; the others find the room swept.
	IF NOT pg_try_advisory_xact_lock(hashtext('parta keep_house')) THEN
		RETURN 0;
	END IF;
	PERFORM core.make_partitions(v_today - 36, v_today + 3);
	PERFORM core.make_partitions(v_today + 32, v_today + 32);

	-- A few days more than asked: a part goes when all of it is too old.
	FOR v_old IN
		SELECT c.oid::regclass AS name
		  FROM core.partitioned() AS p
		  JOIN pg_inherits AS i ON i.inhparent = ('core.' || p.parent)::regclass
		  JOIN pg_class AS c ON c.oid = i.inhrelid
		 WHERE to_date(substr(c.relname, length(p.parent) + 1), p.form) + p.step
		       <= v_today - 5 - CASE p.keep WHEN 'raw' THEN v_raw WHEN 'hourly' THEN v_hourly ELSE v_daily END
	LOOP
		EXECUTE format('DROP TABLE %s', v_old.name);
		v_done := v_done + 1;
	END LOOP;

	-- A report that late would be refused, so the heads that nothing points at may go.
	DELETE FROM core.report AS r
	 WHERE r.received_at < p_now - make_interval(days => v_raw + 45) AND r.kind IN ('measurements', 'connectivity', 'health');
	GET DIAGNOSTICS v_rows = ROW_COUNT;
	v_done := v_done + v_rows;

	-- A contract that began is the school's.
	PERFORM core.renew_contracts(p_now);

	-- Who does not ask for its turn any more has none.
	DELETE FROM core.speed_slot WHERE taken_at < p_now - interval '7 days';

	-- Tests and checks stay as long as hours, outages as long as days.
	v_schools := ARRAY(SELECT school_id FROM core.school);
	DELETE FROM core.speed_stream AS x USING core.speed_test AS t
	 WHERE t.started_at < p_now - make_interval(days => v_hourly) AND x.agent_id = t.agent_id AND x.test_id = t.test_id;
	DELETE FROM core.speed_direction AS x USING core.speed_test AS t
	 WHERE t.started_at < p_now - make_interval(days => v_hourly) AND x.agent_id = t.agent_id AND x.test_id = t.test_id;
	DELETE FROM core.speed_test AS t WHERE t.started_at < p_now - make_interval(days => v_hourly);
	GET DIAGNOSTICS v_rows = ROW_COUNT;
	v_done := v_done + v_rows;
	DELETE FROM core.measured WHERE started_at < p_now - make_interval(days => v_hourly);
	GET DIAGNOSTICS v_rows = ROW_COUNT;
	v_done := v_done + v_rows;
	DELETE FROM core.filter_observation AS o
	 WHERE o.school_id = ANY (v_schools) AND o.observed_at < p_now - make_interval(days => v_hourly);
	DELETE FROM core.filter_run AS r
	 WHERE r.school_id = ANY (v_schools) AND r.started_at < p_now - make_interval(days => v_hourly)
	   AND NOT EXISTS (SELECT FROM core.filter_observation AS o WHERE o.agent_id = r.agent_id AND o.run_id = r.run_id);
	DELETE FROM core.outage_evidence AS e USING core.outage AS o
	 WHERE o.onset_at < p_now - make_interval(days => v_daily) AND o.end_at IS NOT NULL AND e.agent_id = o.agent_id AND e.outage_id = o.outage_id;
	DELETE FROM core.outage AS o WHERE o.onset_at < p_now - make_interval(days => v_daily) AND o.end_at IS NOT NULL;
	GET DIAGNOSTICS v_rows = ROW_COUNT;
	v_done := v_done + v_rows;

	DELETE FROM core.agent_silence AS x WHERE x.to_at < p_now - make_interval(days => v_hourly);
	DELETE FROM core.silence_part AS x WHERE x.to_at < p_now - make_interval(days => v_hourly);
	DELETE FROM core.collector_gap AS x WHERE x.to_at < p_now - make_interval(days => v_hourly);

	DELETE FROM core.transient_mark AS m
	 USING core.school AS s
	 WHERE s.school_id = m.school_id AND m.day < (p_now AT TIME ZONE s.time_zone)::date;
	UPDATE core.transient_day AS d SET salt = NULL
	  FROM core.school AS s
	 WHERE s.school_id = d.school_id AND d.salt IS NOT NULL AND d.day < (p_now AT TIME ZONE s.time_zone)::date;

	-- Alerts stay as long as hours, messages that are done with a season.
	DELETE FROM core.outbox WHERE state <> 'waiting' AND done_at < p_now - interval '90 days';
	DELETE FROM core.alert WHERE state = 'resolved' AND ended_at < p_now - make_interval(days => v_hourly)
	   AND NOT EXISTS (SELECT FROM core.outbox AS o WHERE o.incident_id = alert.incident_id);
	GET DIAGNOSTICS v_rows = ROW_COUNT;
	v_done := v_done + v_rows;
	DELETE FROM core.incident AS i WHERE i.closed_at < p_now - make_interval(days => v_hourly)
	   AND NOT EXISTS (SELECT FROM core.alert AS a WHERE a.incident_id = i.incident_id)
	   AND NOT EXISTS (SELECT FROM core.outbox AS o WHERE o.incident_id = i.incident_id);

	DELETE FROM core.session WHERE made_at < p_now - interval '7 days' OR used_at < p_now - interval '8 hours';
	DELETE FROM core.login_attempt WHERE failed_at < p_now - interval '1 day';
	DELETE FROM core.token WHERE ends_at < p_now - interval '30 days';
	DELETE FROM core.quarantine WHERE received_at < p_now - make_interval(days => p_quarantine_days);
	RETURN v_done;
END
$$;

COMMENT ON FUNCTION core.keep_house(timestamptz, integer, integer, integer, integer) IS
	'Once an hour: makes partitions ahead, drops what is kept no longer (days for raw facts; hours, tests and checks; days and outages; quarantine), destroys marks of personal devices of past days. Returns how much went.';
