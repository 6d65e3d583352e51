CREATE OR REPLACE FUNCTION core.lock_schools(p_agent uuid[])
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	v_school integer;
BEGIN
	-- In one order, so that two batches wait for each other and never lock.
	FOR v_school IN SELECT DISTINCT school_id FROM core.agent WHERE agent_id = ANY (p_agent) ORDER BY 1 LOOP
		PERFORM pg_advisory_xact_lock(hashtext('parta school'), v_school);
	END LOOP;
END
$$;

COMMENT ON FUNCTION core.lock_schools(uuid[]) IS
	'Until the end of the transaction nobody else changes the devices of these agents'' schools.';
