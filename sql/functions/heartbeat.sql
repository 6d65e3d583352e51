CREATE OR REPLACE FUNCTION core.heartbeat(
	p_agent         uuid,
	p_boot          uuid,
	p_beat          bigint,
	p_at            timestamptz,
	p_next_seq      bigint,
	p_spool_reports bigint,
	p_received      timestamptz)
RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO core.agent_state AS s (agent_id, school_id, last_heard_at, boot_id, beat, beat_at, next_seq, spool_reports, clock_ahead_ms)
	SELECT p_agent, a.school_id, p_received, p_boot, p_beat, p_at, p_next_seq, p_spool_reports,
	       (EXTRACT(epoch FROM p_at - p_received) * 1000)::bigint
	  FROM core.agent AS a
	 WHERE a.agent_id = p_agent
	ON CONFLICT (agent_id) DO UPDATE
	   SET last_heard_at = greatest(s.last_heard_at, excluded.last_heard_at),
	       lost_beats = s.lost_beats + CASE WHEN s.boot_id = excluded.boot_id AND excluded.beat > s.beat
	                                        THEN excluded.beat - s.beat - 1 ELSE 0 END,
	       last_seq = CASE WHEN s.boot_id = excluded.boot_id THEN s.last_seq END,
	       boot_id = excluded.boot_id,
	       beat = excluded.beat,
	       beat_at = excluded.beat_at,
	       next_seq = excluded.next_seq,
	       spool_reports = excluded.spool_reports,
	       clock_ahead_ms = excluded.clock_ahead_ms
$$;

COMMENT ON FUNCTION core.heartbeat(uuid, uuid, bigint, timestamptz, bigint, bigint, timestamptz) IS
	'An agent lives: notes when, how far its clock is off and how much waits on its disk. A jump of the beat counts lost ones.';
