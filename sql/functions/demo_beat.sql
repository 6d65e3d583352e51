-- Nobody runs the agents of made-up schools, so they are heard by being said to be.
CREATE OR REPLACE FUNCTION core.demo_beat()
RETURNS void
LANGUAGE sql
AS $$
	UPDATE core.agent_state AS a SET last_heard_at = now(), health_at = now()
	  FROM core.demo AS d, core.school AS s
	 WHERE s.code LIKE 'demo-%' AND a.school_id = s.school_id
	   AND a.last_heard_at >= d.made_at - interval '30 minutes' AND a.last_heard_at < now() - interval '30 seconds'
$$;

COMMENT ON FUNCTION core.demo_beat() IS
	'Agents of demo-data that were alive when they were made go on living; does nothing where there are none.';
