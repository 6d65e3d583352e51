CREATE OR REPLACE FUNCTION core.import_agent(p_school text)
RETURNS uuid
LANGUAGE sql
AS $$
	INSERT INTO core.agent (school_id, kind, host_name, revoked_at, revoked_reason)
	SELECT s.school_id, 'import', 'import', now(), 'no program: imported inventories'
	  FROM core.school AS s
	 WHERE s.code = p_school AND s.closed_at IS NULL
	ON CONFLICT (school_id) WHERE kind = 'import' DO NOTHING;
	SELECT a.agent_id
	  FROM core.agent AS a
	  JOIN core.school AS s USING (school_id)
	 WHERE s.code = p_school AND s.closed_at IS NULL AND a.kind = 'import'
$$;

COMMENT ON FUNCTION core.import_agent(text) IS
	'The import of a school, made when it is not there; null when there is no such school.';
