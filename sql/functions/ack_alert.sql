CREATE OR REPLACE FUNCTION core.ack_alert(p_alert bigint, p_by text, p_comment text)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_seen     integer[] := COALESCE(core.visible_schools(), '{}');
	v_incident bigint;
BEGIN
	SELECT a.incident_id INTO v_incident FROM core.alert AS a
	 WHERE a.alert_id = p_alert AND a.state IN ('firing', 'stale') AND a.school_id = ANY (v_seen);
	-- The incident of a provider is taken in hand by one who sees all its schools.
	IF NOT FOUND OR EXISTS (SELECT FROM core.alert AS a WHERE a.incident_id = v_incident AND a.state <> 'resolved'
	                         AND a.school_id <> ALL (v_seen)) THEN
		RETURN 'no_alert';
	END IF;
	UPDATE core.incident SET acked_at = now(), acked_by = p_by, ack_comment = COALESCE(p_comment, '')
	 WHERE incident_id = v_incident AND acked_at IS NULL;
	IF NOT FOUND THEN
		RETURN 'acked';
	END IF;
	INSERT INTO core.alert_event (alert_id, school_id, at, what, by_login, comment)
	SELECT a.alert_id, a.school_id, now(), 'acked', p_by, COALESCE(p_comment, '')
	  FROM core.alert AS a WHERE a.incident_id = v_incident AND a.state <> 'resolved';
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION core.ack_alert(bigint, text, text) IS
	'A person takes an alert, with its whole incident, in hand; it ends with the incident. Null when done, else what is wrong: no_alert, acked.';
