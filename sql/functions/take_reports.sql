-- Heads, measurements and bytes of many reports in one statement. A report that
-- is there already inserts nothing: measurements join the new heads only.
CREATE OR REPLACE FUNCTION core.take_reports(
	p_agent    uuid[],
	p_boot     uuid[],
	p_seq      bigint[],
	p_kind     text[],
	p_created  timestamptz[],
	p_received timestamptz[],
	p_version  text[],
	p_sync     boolean[],
	p_bytes    bytea[],
	m_item     integer[],
	m_series   integer[],
	m_at       timestamptz[],
	m_value    double precision[])
RETURNS TABLE (item integer, report_id bigint, school_id integer)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
	IF EXISTS (SELECT FROM unnest(p_agent) AS a WHERE NOT EXISTS (SELECT FROM core.agent WHERE agent_id = a)) THEN
		RAISE EXCEPTION 'a report names an agent that is not enrolled' USING ERRCODE = 'foreign_key_violation';
	END IF;

	RETURN QUERY
	WITH given AS MATERIALIZED (
		-- One order for all sessions, so that two that hold the same reports wait and never lock each other.
		SELECT DISTINCT ON (u.agent, u.boot, u.seq) u.*, a.school_id, a.kind AS of
		  FROM unnest(p_agent, p_boot, p_seq, p_kind, p_created, p_received, p_version, p_sync, p_bytes)
		       WITH ORDINALITY AS u(agent, boot, seq, kind, created, received, version, sync, bytes, item)
		  JOIN core.agent AS a ON a.agent_id = u.agent
		 ORDER BY u.agent, u.boot, u.seq, u.item
	), head AS (
		INSERT INTO core.report (agent_id, boot_id, seq, school_id, kind, created_at, received_at, agent_version, clock_synchronised)
		SELECT agent, boot, seq, school_id, kind, created, received, version, sync
		  FROM given
		ON CONFLICT ON CONSTRAINT report_once DO NOTHING
		RETURNING report_id, agent_id, boot_id, seq
	), fresh AS MATERIALIZED (
		SELECT head.report_id, given.*
		  FROM head
		  JOIN given ON given.agent = head.agent_id AND given.boot = head.boot_id AND given.seq = head.seq
	), body AS (
		INSERT INTO core.report_body (report_id, received_at, bytes)
		SELECT report_id, received, bytes
		  FROM fresh
	), numbers AS (
		INSERT INTO core.measurement (school_id, series_id, measured_at, value, report_id)
		SELECT fresh.school_id, m.series, m.at, m.value, fresh.report_id
		  FROM unnest(m_item, m_series, m_at, m_value) AS m(item, series, at, value)
		  JOIN fresh ON fresh.item = m.item
	), mark AS (
		INSERT INTO core.roll_mark (school_id, part, from_at, to_at)
		SELECT fresh.school_id, 'number', min(m.at), max(m.at)
		  FROM unnest(m_item, m_at) AS m(item, at)
		  JOIN fresh ON fresh.item = m.item
		 GROUP BY fresh.school_id
	), state AS (
		INSERT INTO core.agent_state AS s (agent_id, school_id, last_heard_at, last_report_at, boot_id, last_seq, agent_version)
		SELECT DISTINCT ON (agent) agent, school_id, received, received, boot, seq, version
		  FROM fresh
		 WHERE of = 'agent' -- an import is no program that could fall silent
		 ORDER BY agent, created DESC, seq DESC
		ON CONFLICT (agent_id) DO UPDATE
		   SET school_id = excluded.school_id,
		       last_heard_at = greatest(s.last_heard_at, excluded.last_heard_at),
		       last_report_at = greatest(s.last_report_at, excluded.last_report_at),
		       last_seq = CASE WHEN s.boot_id = excluded.boot_id THEN greatest(s.last_seq, excluded.last_seq) ELSE excluded.last_seq END,
		       boot_id = excluded.boot_id,
		       agent_version = excluded.agent_version
	)
	SELECT fresh.item::integer, fresh.report_id, fresh.school_id
	  FROM fresh;
END
$$;

COMMENT ON FUNCTION core.take_reports(uuid[], uuid[], bigint[], text[], timestamptz[], timestamptz[], text[], boolean[], bytea[],
	integer[], integer[], timestamptz[], double precision[]) IS
	'Stores reports (parallel arrays) and their measurements (m_*, each naming its report by position from 1). Returns the new ones; what was there already is a duplicate and changes nothing.';
