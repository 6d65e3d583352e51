-- What the other end of a test saw of each stream: enough to say whose the limit was, and to add the samples up again.
ALTER TABLE core.measured
	ADD COLUMN protocol     text             NOT NULL DEFAULT 'parta',
	ADD COLUMN congestion   text             NOT NULL DEFAULT '',
	ADD COLUMN rate_bps     bigint           NOT NULL DEFAULT 0,
	ADD COLUMN cpu_pct      double precision NOT NULL DEFAULT 0,
	ADD COLUMN sample_ms    integer          NOT NULL DEFAULT 100,
	ADD COLUMN first_sample bigint           NOT NULL DEFAULT 0,
	ADD COLUMN samples      bigint[]         NOT NULL DEFAULT '{}',
	ADD COLUMN tcp          jsonb;
COMMENT ON TABLE core.measured IS 'The collector''s own record of each stream of a measurement: the other end of core.speed_stream.';
COMMENT ON COLUMN core.measured.protocol IS 'What the client spoke.';
COMMENT ON COLUMN core.measured.congestion IS 'Congestion control of the collector''s end; it decides over downloads.';
COMMENT ON COLUMN core.measured.rate_bps IS 'The client asked for no more than this; 0: as fast as it goes.';
COMMENT ON COLUMN core.measured.cpu_pct IS 'Of one core: what the thread that carries all streams used meanwhile. Near 100 the collector was the limit.';
COMMENT ON COLUMN core.measured.first_sample IS 'Number of the first sample: steps of sample_ms since the collector''s machine was started, the same for all streams.';
COMMENT ON COLUMN core.measured.samples IS 'Bytes in each step: of a download as they were given to the kernel, of an upload as they arrived.';
COMMENT ON COLUMN core.measured.tcp IS 'struct tcp_info of the kernel at the end, units in the names.';
CREATE INDEX measured_by_time ON core.measured (started_at);
