-- A test may take several runs: a failed one is confirmed. Each is kept with all that its verdict rests on.
CREATE TABLE core.speed_run (
	agent_id       uuid             NOT NULL,
	test_id        uuid             NOT NULL,
	run            smallint         NOT NULL,
	school_id      integer          NOT NULL,
	direction      text             NOT NULL,
	step           text             NOT NULL,
	server         text             NOT NULL,
	streams        integer          NOT NULL,
	ip_mbps        double precision NOT NULL,
	duration_s     double precision NOT NULL,
	size_bytes     bigint           NOT NULL,
	verdict        text             NOT NULL,
	confidence     real             NOT NULL,
	cause          text             NOT NULL,
	ip_per_payload double precision NOT NULL,
	line_mbps      double precision,
	sample_ms      integer          NOT NULL,
	warmup_samples integer          NOT NULL,
	first_sample   integer          NOT NULL,
	queued_sample  integer          NOT NULL,
	sample_bytes   bigint[]         NOT NULL,
	sample_us      bigint[]         NOT NULL,
	sender_bytes   bigint[]         NOT NULL,
	limits         jsonb            NOT NULL,
	rpm            double precision,
	rpm_confidence text             NOT NULL,
	tcp_samples    jsonb            NOT NULL,
	CONSTRAINT speed_run_pk PRIMARY KEY (agent_id, test_id, run),
	CONSTRAINT speed_run_test FOREIGN KEY (agent_id, test_id) REFERENCES core.speed_test ON DELETE CASCADE,
	CONSTRAINT speed_run_known FOREIGN KEY (direction) REFERENCES reference.direction,
	CONSTRAINT speed_run_verdict FOREIGN KEY (verdict) REFERENCES reference.speed_verdict,
	CONSTRAINT speed_run_number CHECK (run BETWEEN 1 AND 8),
	CONSTRAINT speed_run_rates CHECK (ip_mbps BETWEEN 0 AND 100000 AND line_mbps BETWEEN 0 AND 1000000),
	CONSTRAINT speed_run_duration CHECK (duration_s BETWEEN 0 AND 3600),
	CONSTRAINT speed_run_confidence CHECK (confidence BETWEEN 0 AND 1),
	CONSTRAINT speed_run_words CHECK (octet_length(step) <= 32 AND octet_length(server) <= 2048 AND octet_length(cause) <= 32
	                                  AND octet_length(rpm_confidence) <= 32)
);
COMMENT ON TABLE core.speed_run IS 'One run of a test, in their order: core.speed_direction has the run that decided, with the verdict of all of its direction.';
COMMENT ON COLUMN core.speed_run.step IS 'Why it was made: capacity, verify; streams, server and long confirm a fail by twice the streams, another server, ten seconds.';
COMMENT ON COLUMN core.speed_run.cause IS 'What limited the rate, if it was not the line; empty: nothing that is known.';
COMMENT ON COLUMN core.speed_run.ip_per_payload IS 'Bytes at the IP layer for each byte of payload.';
COMMENT ON COLUMN core.speed_run.line_mbps IS 'All traffic of the line meanwhile, by the router''s counters; empty: not known.';
COMMENT ON COLUMN core.speed_run.first_sample IS 'The first with as many streams as at the end, from 0.';
COMMENT ON COLUMN core.speed_run.queued_sample IS 'The first with a queue before the bottleneck, from 1; 0: none.';
COMMENT ON COLUMN core.speed_run.sample_bytes IS 'At the receiver, all streams together.';
COMMENT ON COLUMN core.speed_run.sample_us IS 'How long each of the agent''s own samples was.';
COMMENT ON COLUMN core.speed_run.sender_bytes IS 'Of an upload that the server counted: what the agent saw acknowledged; empty: sample_bytes are the agent''s own.';
COMMENT ON COLUMN core.speed_run.limits IS 'What else may have been the bottleneck, units in the names; of a share or a rate -1 is unknown.';
COMMENT ON COLUMN core.speed_run.rpm IS 'Round trips a minute while the line was full (draft-ietf-ippm-responsiveness); empty: not measured.';
COMMENT ON COLUMN core.speed_run.rpm_confidence IS 'low, medium or high; empty: not measured.';
COMMENT ON COLUMN core.speed_run.tcp_samples IS 'Of each stream, several times a second: elapsed_ms, stream, rtt_us, cwnd_segments, total_retrans, size_bytes, delivery_rate_bytes_per_s.';

ALTER TABLE core.speed_test ADD COLUMN cross_traffic_mbps double precision;
COMMENT ON COLUMN core.speed_test.cross_traffic_mbps IS 'Of others, in the run that decided, by the router''s counters; empty: not known.';
