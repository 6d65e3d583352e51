CREATE OR REPLACE FUNCTION core.note_silence()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
	INSERT INTO core.agent_silence (agent_id, school_id, from_at, to_at)
	VALUES (new.agent_id, new.school_id, old.last_heard_at, new.last_heard_at)
	ON CONFLICT ON CONSTRAINT agent_silence_pk DO NOTHING;
	INSERT INTO core.roll_mark (school_id, part, from_at, to_at) VALUES (new.school_id, 'line', old.last_heard_at, new.last_heard_at);
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION core.note_silence() IS 'An agent is heard again after more than 75 s.';

CREATE OR REPLACE TRIGGER silence_is_noted
	AFTER UPDATE OF last_heard_at ON core.agent_state
	FOR EACH ROW WHEN (new.last_heard_at > old.last_heard_at + interval '75 seconds')
	EXECUTE FUNCTION core.note_silence();

-- One collector watches for all; when none did for a minute, nobody listened.
CREATE OR REPLACE FUNCTION core.take_watch(p_holder uuid)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	v_was core.alert_watch;
BEGIN
	SELECT * INTO v_was FROM core.alert_watch AS w FOR UPDATE;
	IF v_was.holder IS DISTINCT FROM p_holder AND v_was.passed_at BETWEEN now() - interval '20 seconds' AND now() + interval '1 minute' THEN
		RETURN NULL;
	END IF;
	UPDATE core.alert_watch SET holder = p_holder, passed_at = now();
	INSERT INTO core.collector_gap (from_at, to_at)
	SELECT l.at, now() FROM (VALUES (CASE WHEN v_was.passed_at = '-infinity' THEN v_was.left_at ELSE v_was.passed_at END)) AS l(at)
	 WHERE l.at < now() - interval '1 minute'
	ON CONFLICT ON CONSTRAINT collector_gap_pk DO NOTHING;
	RETURN v_was.holder IS NOT DISTINCT FROM p_holder;
END
$$;

COMMENT ON FUNCTION core.take_watch(uuid) IS
	'Who watches: true the holder still does, false it has just become the holder, null another one does. When nobody did for a minute that is noted.';

-- Windows of one agent follow each other within a second or so.
CREATE OR REPLACE FUNCTION core.reconcile(p_school integer, p_from timestamptz, p_to timestamptz)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	DELETE FROM core.silence_part AS p WHERE p.school_id = p_school AND p.from_at >= p_from AND p.from_at < p_to;
	INSERT INTO core.silence_part (agent_id, school_id, from_at, to_at, cause, outage_class)
	WITH silence AS (
		SELECT s.agent_id, s.from_at, s.to_at, tstzmultirange(tstzrange(greatest(s.from_at, p_from), least(s.to_at, p_to))) AS span
		  FROM core.agent_silence AS s
		 WHERE s.school_id = p_school AND s.from_at < p_to AND s.to_at > p_from
	), away AS (
		SELECT COALESCE(range_agg(tstzrange(g.from_at, g.to_at)), '{}') AS spans FROM core.collector_gap AS g WHERE g.from_at < p_to AND g.to_at > p_from
	), outage AS (
		SELECT s.agent_id, s.from_at, o.outage_class, range_agg(tstzrange(o.onset_at, greatest(o.onset_at, COALESCE(o.end_at, s.to_at)))) AS spans
		  FROM silence AS s
		  JOIN core.outage AS o ON o.school_id = p_school AND o.agent_id = s.agent_id AND o.onset_at < s.to_at AND COALESCE(o.end_at, 'infinity') > s.from_at
		 GROUP BY s.agent_id, s.from_at, o.outage_class
	), told AS (
		SELECT s.agent_id, s.from_at, s.span - a.spans AS span, s.span * a.spans AS unlistened,
		       (SELECT COALESCE(range_agg(r), '{}') FROM outage AS o, unnest(o.spans) AS r WHERE o.agent_id = s.agent_id AND o.from_at = s.from_at) AS broken,
		       (SELECT COALESCE(range_agg(tstzrange(w.from_at - interval '3 seconds', w.to_at + interval '3 seconds')), '{}')
		          FROM core.connectivity_window AS w
		         WHERE w.school_id = p_school AND w.agent_id = s.agent_id AND w.from_at >= p_from - interval '1 hour' AND w.from_at < p_to) AS watched,
		       -- What it had has come: it was heard with an empty spool after it, and nothing of it was dropped.
		       EXISTS (SELECT FROM core.agent_state AS t WHERE t.agent_id = s.agent_id AND t.last_report_at > s.to_at AND COALESCE(t.spool_reports, 0) = 0)
		       AND NOT EXISTS (SELECT FROM core.gap AS g WHERE g.agent_id = s.agent_id AND COALESCE(g.first_created_at, '-infinity') < s.to_at
		                    AND COALESCE(g.last_created_at, 'infinity') > s.from_at) AS complete
		  FROM silence AS s CROSS JOIN away AS a
	), part AS (
		SELECT t.agent_id, 'collector' AS cause, NULL::text AS outage_class, t.unlistened AS spans FROM told AS t
		 UNION ALL
		SELECT t.agent_id, 'outage', o.outage_class, t.span * o.spans FROM told AS t JOIN outage AS o USING (agent_id, from_at)
		 UNION ALL
		SELECT t.agent_id, 'transit', NULL, (t.span - t.broken) * t.watched FROM told AS t
		 UNION ALL
		SELECT t.agent_id, CASE WHEN t.complete THEN 'agent' ELSE 'unknown' END, NULL, t.span - t.broken - t.watched FROM told AS t
	)
	SELECT DISTINCT ON (p.agent_id, lower(r)) p.agent_id, p_school, lower(r), upper(r), p.cause, p.outage_class
	  FROM part AS p, unnest(p.spans) AS r
	 ORDER BY p.agent_id, lower(r), upper(r) DESC;
END
$$;

COMMENT ON FUNCTION core.reconcile(integer, timestamptz, timestamptz) IS
	'Reads the silence of a school''s agents between two moments against what they told of it themselves: core.silence_part.';
