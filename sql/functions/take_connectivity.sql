-- An agent has at most one open outage. The report of an end may be lost to us: refused because the agent's clock ran ahead,
-- or dropped when its spool was full. A later report then shows it: in a window that began after the outage was last told,
-- targets answered three times in a row, as the agent itself demands (hits > 2 * (misses + 1) leaves no other way; of the
-- rarely asked ones each time). If the way to the Internet was broken, most targets there must have answered; else every target
-- of every rung, because we do not know which one failed.
CREATE OR REPLACE FUNCTION core.infer_outage_end(
	p_report bigint, p_school integer, p_agent uuid,
	w_rung text[], w_from timestamptz[], w_sent bigint[], w_received bigint[])
RETURNS void
LANGUAGE sql
AS $$
	WITH open AS (
		SELECT o.outage_id, o.onset_at, o.told_at, o.outage_class IN ('lan_link', 'lan_address', 'gateway', 'isp_access', 'isp_core') AS is_path
		  FROM core.outage AS o
		 WHERE o.school_id = p_school AND o.agent_id = p_agent AND o.end_at IS NULL AND o.report_id <> p_report
	), seen AS (
		SELECT w.from_at,
		       count(*) FILTER (WHERE w.rung = 'internet' AND w.received > 2 * (w.sent - w.received + 1)) AS internet_up,
		       count(*) FILTER (WHERE w.rung = 'internet') AS internet,
		       bool_and(w.received = w.sent OR w.received > 2 * (w.sent - w.received + 1)) AS all_up
		  FROM unnest(w_rung, w_from, w_sent, w_received) AS w(rung, from_at, sent, received)
		 WHERE w.sent > 0
		 GROUP BY w.from_at
	), over AS (
		SELECT o.outage_id, o.onset_at,
		       greatest(o.onset_at, least(
		           (SELECT min(s.from_at) FROM seen AS s
		             WHERE s.from_at >= o.told_at AND s.internet > 0
		               AND CASE WHEN o.is_path THEN 2 * s.internet_up > s.internet ELSE s.all_up END),
		           (SELECT min(n.onset_at) FROM core.outage AS n
		             WHERE n.school_id = p_school AND n.agent_id = p_agent AND n.outage_id <> o.outage_id AND n.onset_at >= o.told_at))) AS end_at
		  FROM open AS o
	), closed AS (
		UPDATE core.outage AS o
		   SET end_at = v.end_at, end_inferred = true, report_id = p_report
		  FROM over AS v
		 WHERE o.agent_id = p_agent AND o.outage_id = v.outage_id AND v.end_at > v.onset_at
		RETURNING o.onset_at
	)
	-- Until now it was counted as lasting.
	INSERT INTO core.roll_mark (school_id, part, from_at, to_at)
	SELECT p_school, 'outage', min(c.onset_at), greatest(min(c.onset_at), now()) FROM closed AS c HAVING count(*) > 0
$$;

COMMENT ON FUNCTION core.infer_outage_end(bigint, integer, uuid, text[], timestamptz[], bigint[], bigint[]) IS
	'Ends outages of an agent that were never told to be over though a report''s windows, or a newer outage, show that they are; marked by end_inferred.';

CREATE OR REPLACE FUNCTION core.take_connectivity(
	p_report bigint, p_school integer, p_agent uuid, p_told timestamptz,
	w_rung text[], w_target text[], w_from timestamptz[], w_to timestamptz[], w_sent bigint[], w_received bigint[], w_late bigint[],
	w_min double precision[], w_median double precision[], w_max double precision[], w_micro bigint[],
	o_id uuid[], o_class text[], o_state text[], o_onset timestamptz[], o_end timestamptz[],
	e_of integer[], e_rung text[], e_target text[], e_observed text[], e_at timestamptz[])
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	v_inferred uuid[] := ARRAY(SELECT o.outage_id FROM core.outage AS o WHERE o.agent_id = p_agent AND o.outage_id = ANY (o_id) AND o.end_inferred);
BEGIN
	-- Without an answer there is no time of one.
	INSERT INTO core.connectivity_window (school_id, agent_id, rung, target, from_at, to_at, sent, received, late,
	                                      rtt_min_ms, rtt_median_ms, rtt_max_ms, micro_outages, report_id)
	SELECT p_school, p_agent, w.rung, w.target, w.from_at, w.to_at, w.sent, w.received, w.late,
	       CASE WHEN w.received + w.late > 0 THEN w.min END,
	       CASE WHEN w.received + w.late > 0 THEN w.median END,
	       CASE WHEN w.received + w.late > 0 THEN w.max END,
	       w.micro, p_report
	  FROM unnest(w_rung, w_target, w_from, w_to, w_sent, w_received, w_late, w_min, w_median, w_max, w_micro)
	       AS w(rung, target, from_at, to_at, sent, received, late, min, median, max, micro);

	-- An outage is told at its onset and at its end, and reports may overtake each other. An end that was inferred gives way to
	-- one that is told, and to the word that the outage lasted longer.
	INSERT INTO core.outage AS o (agent_id, outage_id, school_id, outage_class, state, onset_at, end_at, told_at, report_id)
	SELECT DISTINCT ON (u.id) p_agent, u.id, p_school, u.class, u.state, u.onset, u.ended, p_told, p_report
	  FROM unnest(o_id, o_class, o_state, o_onset, o_end) WITH ORDINALITY AS u(id, class, state, onset, ended, n)
	 ORDER BY u.id, u.n DESC
	ON CONFLICT ON CONSTRAINT outage_pk DO UPDATE
	   SET outage_class = CASE WHEN excluded.told_at >= o.told_at THEN excluded.outage_class ELSE o.outage_class END,
	       state = CASE WHEN excluded.told_at >= o.told_at THEN excluded.state ELSE o.state END,
	       -- Onset and end are of one reading of the clock, which may have been set since the onset was told.
	       onset_at = CASE WHEN excluded.end_at IS NOT NULL AND (o.end_at IS NULL OR o.end_inferred OR excluded.told_at >= o.told_at) THEN excluded.onset_at
	                       WHEN o.end_at IS NOT NULL AND NOT o.end_inferred THEN o.onset_at
	                       ELSE least(o.onset_at, excluded.onset_at) END,
	       end_at = CASE WHEN o.end_inferred THEN COALESCE(excluded.end_at, CASE WHEN excluded.told_at <= o.end_at THEN o.end_at END)
	                     WHEN excluded.told_at >= o.told_at THEN COALESCE(excluded.end_at, o.end_at)
	                     ELSE COALESCE(o.end_at, excluded.end_at) END,
	       end_inferred = o.end_inferred AND excluded.end_at IS NULL AND excluded.told_at <= o.end_at,
	       told_at = greatest(o.told_at, excluded.told_at),
	       report_id = excluded.report_id;

	INSERT INTO core.outage_evidence (agent_id, outage_id, school_id, rung, target, observed, observed_at, report_id)
	SELECT p_agent, o_id[e.of], p_school, e.rung, e.target, e.observed, e.at, p_report
	  FROM unnest(e_of, e_rung, e_target, e_observed, e_at) AS e(of, rung, target, observed, at)
	ON CONFLICT ON CONSTRAINT outage_evidence_pk DO NOTHING;

	PERFORM core.infer_outage_end(p_report, p_school, p_agent, w_rung, w_from, w_sent, w_received);

	INSERT INTO core.roll_mark (school_id, part, from_at, to_at)
	SELECT p_school, 'line', min(w.from_at), max(w.to_at)
	  FROM unnest(w_rung, w_from, w_to) AS w(rung, from_at, to_at)
	 WHERE w.rung = 'internet'
	HAVING count(*) > 0
	 UNION ALL
	SELECT p_school, 'outage', o.onset_at, CASE WHEN o.end_at IS NULL OR o.outage_id = ANY (v_inferred) THEN greatest(o.onset_at, now()) ELSE o.end_at END
	  FROM core.outage AS o
	 WHERE o.agent_id = p_agent AND o.outage_id = ANY (o_id);
END
$$;

COMMENT ON FUNCTION core.take_connectivity(bigint, integer, uuid, timestamptz, text[], text[], timestamptz[], timestamptz[], bigint[], bigint[],
	bigint[], double precision[], double precision[], double precision[], bigint[], uuid[], text[], text[], timestamptz[], timestamptz[],
	integer[], text[], text[], text[], timestamptz[]) IS
	'Stores windows of the ladder (w_), outages begun or ended (o_) and their evidence (e_, naming the outage by position from 1).';
