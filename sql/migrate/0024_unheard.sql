-- When nothing was heard of an agent, when nobody listened, and what the agent's own record makes of it.

CREATE TABLE core.agent_silence (
	agent_id  uuid        NOT NULL,
	school_id integer     NOT NULL,
	from_at   timestamptz NOT NULL,
	to_at     timestamptz NOT NULL,
	CONSTRAINT agent_silence_pk PRIMARY KEY (agent_id, from_at),
	CONSTRAINT agent_silence_order CHECK (from_at < to_at)
);
COMMENT ON TABLE core.agent_silence IS 'Stretches of more than 75 s in which the collector heard nothing of an agent, noted when it is heard again.';
CREATE INDEX agent_silence_by_school ON core.agent_silence (school_id, from_at);

CREATE TABLE core.collector_gap (
	from_at timestamptz NOT NULL,
	to_at   timestamptz NOT NULL,
	CONSTRAINT collector_gap_pk PRIMARY KEY (from_at),
	CONSTRAINT collector_gap_order CHECK (from_at < to_at)
);
COMMENT ON TABLE core.collector_gap IS 'When no collector listened: what was silent then is not the agents''.';

ALTER TABLE core.alert_watch ADD COLUMN left_at timestamptz;
COMMENT ON COLUMN core.alert_watch.left_at IS 'When a collector that ended in order looked last.';

CREATE TABLE core.silence_part (
	agent_id     uuid        NOT NULL,
	school_id    integer     NOT NULL,
	from_at      timestamptz NOT NULL,
	to_at        timestamptz NOT NULL,
	cause        text        NOT NULL,
	outage_class text,
	CONSTRAINT silence_part_pk PRIMARY KEY (agent_id, from_at),
	CONSTRAINT silence_part_class FOREIGN KEY (outage_class) REFERENCES reference.outage_class,
	CONSTRAINT silence_part_cause CHECK (cause IN ('collector', 'transit', 'outage', 'agent', 'unknown') AND (cause = 'outage') = (outage_class IS NOT NULL))
);
COMMENT ON TABLE core.silence_part IS 'core.agent_silence, read against what the agent told of the same time (core.reconcile()), cut at the school''s midnights.';
COMMENT ON COLUMN core.silence_part.cause IS
	'collector: nobody listened; outage: the agent saw one too; transit: it saw the Internet, so the way to us or we ourselves were away; agent: it has no record, it did not run; unknown: what it has is not here, or is lost.';
CREATE INDEX silence_part_by_school ON core.silence_part (school_id, from_at);
