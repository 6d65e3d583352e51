CREATE OR REPLACE FUNCTION core.take_connectivity(
	p_report bigint, p_school integer, p_agent uuid, p_told timestamptz,
	w_rung text[], w_target text[], w_from timestamptz[], w_to timestamptz[], w_sent bigint[], w_received bigint[], w_late bigint[],
	w_min double precision[], w_median double precision[], w_max double precision[], w_micro bigint[],
	o_id uuid[], o_class text[], o_state text[], o_onset timestamptz[], o_end timestamptz[],
	e_of integer[], e_rung text[], e_target text[], e_observed text[], e_at timestamptz[])
RETURNS void
LANGUAGE plpgsql
AS $$
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

	-- An outage is told at its onset and at its end, and reports may overtake each other.
	INSERT INTO core.outage AS o (agent_id, outage_id, school_id, outage_class, state, onset_at, end_at, told_at, report_id)
	SELECT DISTINCT ON (u.id) p_agent, u.id, p_school, u.class, u.state, u.onset, u.ended, p_told, p_report
	  FROM unnest(o_id, o_class, o_state, o_onset, o_end) WITH ORDINALITY AS u(id, class, state, onset, ended, n)
	 ORDER BY u.id, u.n DESC
	ON CONFLICT ON CONSTRAINT outage_pk DO UPDATE
	   SET outage_class = CASE WHEN excluded.told_at >= o.told_at THEN excluded.outage_class ELSE o.outage_class END,
	       state = CASE WHEN excluded.told_at >= o.told_at THEN excluded.state ELSE o.state END,
	       -- Onset and end are of one reading of the clock, which may have been set since the onset was told.
	       onset_at = CASE WHEN excluded.end_at IS NOT NULL AND (o.end_at IS NULL OR excluded.told_at >= o.told_at) THEN excluded.onset_at
	                       WHEN o.end_at IS NOT NULL THEN o.onset_at
	                       ELSE least(o.onset_at, excluded.onset_at) END,
	       end_at = CASE WHEN excluded.told_at >= o.told_at THEN COALESCE(excluded.end_at, o.end_at) ELSE COALESCE(o.end_at, excluded.end_at) END,
	       told_at = greatest(o.told_at, excluded.told_at),
	       report_id = excluded.report_id;

	INSERT INTO core.outage_evidence (agent_id, outage_id, school_id, rung, target, observed, observed_at, report_id)
	SELECT p_agent, o_id[e.of], p_school, e.rung, e.target, e.observed, e.at, p_report
	  FROM unnest(e_of, e_rung, e_target, e_observed, e_at) AS e(of, rung, target, observed, at)
	ON CONFLICT ON CONSTRAINT outage_evidence_pk DO NOTHING;

	INSERT INTO core.roll_mark (school_id, part, from_at, to_at)
	SELECT p_school, 'line', min(w.from_at), max(w.to_at)
	  FROM unnest(w_rung, w_from, w_to) AS w(rung, from_at, to_at)
	 WHERE w.rung = 'internet'
	HAVING count(*) > 0
	 UNION ALL
	SELECT p_school, 'outage', o.onset_at, COALESCE(o.end_at, greatest(o.onset_at, now()))
	  FROM core.outage AS o
	 WHERE o.agent_id = p_agent AND o.outage_id = ANY (o_id);
END
$$;

COMMENT ON FUNCTION core.take_connectivity(bigint, integer, uuid, timestamptz, text[], text[], timestamptz[], timestamptz[], bigint[], bigint[],
	bigint[], double precision[], double precision[], double precision[], bigint[], uuid[], text[], text[], timestamptz[], timestamptz[],
	integer[], text[], text[], text[], timestamptz[]) IS
	'Stores windows of the ladder (w_), outages begun or ended (o_) and their evidence (e_, naming the outage by position from 1).';
