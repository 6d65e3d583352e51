CREATE OR REPLACE FUNCTION core.series_ids(p_agent uuid[], p_metric text[], p_subject text[])
RETURNS TABLE (item integer, series_id integer)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO core.series (agent_id, school_id, metric, subject)
	SELECT DISTINCT u.agent, a.school_id, u.metric, u.subject
	  FROM unnest(p_agent, p_metric, p_subject) AS u(agent, metric, subject)
	  JOIN core.agent AS a ON a.agent_id = u.agent
	 WHERE NOT EXISTS (SELECT FROM core.series AS s
	                    WHERE s.agent_id = u.agent AND s.metric = u.metric AND s.subject = u.subject)
	 ORDER BY 1, 3, 4
	ON CONFLICT ON CONSTRAINT series_once DO NOTHING;

	IF FOUND AND EXISTS (SELECT FROM core.series WHERE agent_id = ANY (p_agent) GROUP BY agent_id HAVING count(*) > 10000) THEN
		RAISE EXCEPTION 'an agent measures more than 10000 different things' USING ERRCODE = 'raise_exception';
	END IF;

	RETURN QUERY
	SELECT u.item::integer, s.series_id
	  FROM unnest(p_agent, p_metric, p_subject) WITH ORDINALITY AS u(agent, metric, subject, item)
	  JOIN core.series AS s ON s.agent_id = u.agent AND s.metric = u.metric AND s.subject = u.subject;
END
$$;

COMMENT ON FUNCTION core.series_ids(uuid[], text[], text[]) IS
	'The numbers of series, by position from 1; those never measured before are born.';
