-- Facts: who may report, what was reported, what follows from it for devices,
-- lines and filters. Every changed row remembers the report that changed it.

-- The schema itself is made by "parta-collector migrate", which keeps its own
-- record (core.schema_file) in it before anything else is there.
COMMENT ON SCHEMA core IS
	'Facts as agents reported them. Written by parta-collector only; read it through schema api.';

-- ---------------------------------------------------------------- who

CREATE TABLE core.school (
	school_id          integer     GENERATED ALWAYS AS IDENTITY,
	code               text        NOT NULL,
	name               text        NOT NULL,
	municipality       text        NOT NULL DEFAULT '',
	settlement         text        NOT NULL DEFAULT 'urban',
	time_zone          text        NOT NULL DEFAULT 'Europe/Moscow',
	provider           text        NOT NULL DEFAULT '',
	contract_down_mbps numeric,
	contract_up_mbps   numeric,
	pupils             integer,
	added_at           timestamptz NOT NULL DEFAULT now(),
	closed_at          timestamptz,
	CONSTRAINT school_pk PRIMARY KEY (school_id),
	CONSTRAINT school_code_once UNIQUE (code),
	CONSTRAINT school_code_form CHECK (code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,30}$'),
	CONSTRAINT school_name_form CHECK (name <> '' AND octet_length(name) < 256),
	CONSTRAINT school_time_zone_form CHECK (time_zone ~ '^[A-Za-z0-9/_+-]{1,63}$'),
	CONSTRAINT school_settlement_known FOREIGN KEY (settlement) REFERENCES reference.settlement,
	CONSTRAINT school_contract_down CHECK (contract_down_mbps > 0 AND contract_down_mbps <= 100000),
	CONSTRAINT school_contract_up CHECK (contract_up_mbps > 0 AND contract_up_mbps <= 100000),
	CONSTRAINT school_pupils CHECK (pupils BETWEEN 0 AND 100000)
);
COMMENT ON TABLE core.school IS 'A school, the tenant of everything else.';
COMMENT ON COLUMN core.school.code IS 'Short and unchanging; it stands in commands and reports.';
COMMENT ON COLUMN core.school.settlement IS 'Which norm holds for it.';
COMMENT ON COLUMN core.school.time_zone IS 'IANA name; days and lessons are counted by it.';
COMMENT ON COLUMN core.school.contract_down_mbps IS 'What the provider promised towards the school; empty: not known.';
COMMENT ON COLUMN core.school.contract_up_mbps IS 'What the provider promised from the school; empty: not known.';

CREATE TABLE core.school_setting (
	school_id integer NOT NULL,
	name      text    NOT NULL,
	value     text    NOT NULL,
	CONSTRAINT school_setting_pk PRIMARY KEY (school_id, name),
	CONSTRAINT school_setting_school FOREIGN KEY (school_id) REFERENCES core.school,
	CONSTRAINT school_setting_known FOREIGN KEY (name) REFERENCES reference.setting
);
COMMENT ON TABLE core.school_setting IS 'What one school asks of its agents, where it differs from reference.setting.';

CREATE TABLE core.school_login (
	login     name    NOT NULL,
	school_id integer NOT NULL,
	CONSTRAINT school_login_pk PRIMARY KEY (login, school_id),
	CONSTRAINT school_login_school FOREIGN KEY (school_id) REFERENCES core.school
);
COMMENT ON TABLE core.school_login IS 'Which schools a database login (a member of parta_school) may see through schema api.';

CREATE TABLE core.token (
	token_sha256 bytea       NOT NULL,
	school_id    integer     NOT NULL,
	made_at      timestamptz NOT NULL DEFAULT now(),
	ends_at      timestamptz NOT NULL,
	uses_left    integer     NOT NULL,
	made_by      text        NOT NULL DEFAULT session_user,
	CONSTRAINT token_pk PRIMARY KEY (token_sha256),
	CONSTRAINT token_school FOREIGN KEY (school_id) REFERENCES core.school,
	CONSTRAINT token_is_sha256 CHECK (octet_length(token_sha256) = 32),
	CONSTRAINT token_uses CHECK (uses_left BETWEEN 0 AND 10000)
);
COMMENT ON TABLE core.token IS 'One-time tokens for enrolment. The secret itself is kept nowhere.';
COMMENT ON COLUMN core.token.token_sha256 IS 'SHA-256 of the 32 secret bytes.';

CREATE TABLE core.agent (
	agent_id       uuid        NOT NULL DEFAULT gen_random_uuid(),
	school_id      integer     NOT NULL,
	host_name      text        NOT NULL DEFAULT '',
	token_sha256   bytea,
	enrolled_at    timestamptz NOT NULL DEFAULT now(),
	revoked_at     timestamptz,
	revoked_reason text,
	CONSTRAINT agent_pk PRIMARY KEY (agent_id),
	CONSTRAINT agent_school FOREIGN KEY (school_id) REFERENCES core.school,
	CONSTRAINT agent_host_name CHECK (octet_length(host_name) <= 255)
);
COMMENT ON TABLE core.agent IS 'An enrolled agent. Never deleted: a revoked one keeps its reports.';
COMMENT ON COLUMN core.agent.token_sha256 IS 'The token it came with.';
CREATE INDEX agent_by_school ON core.agent (school_id);

CREATE TABLE core.agent_key (
	key_sha256 bytea       NOT NULL,
	agent_id   uuid        NOT NULL,
	issued_at  timestamptz NOT NULL DEFAULT now(),
	ends_at    timestamptz,
	CONSTRAINT agent_key_pk PRIMARY KEY (key_sha256),
	CONSTRAINT agent_key_agent FOREIGN KEY (agent_id) REFERENCES core.agent,
	CONSTRAINT agent_key_is_sha256 CHECK (octet_length(key_sha256) = 32)
);
COMMENT ON TABLE core.agent_key IS 'Keys that speak for an agent: the newest four, since the answer to a renewal may be lost on its way.';
COMMENT ON COLUMN core.agent_key.key_sha256 IS 'SHA-256 of the SubjectPublicKeyInfo of its certificate.';
COMMENT ON COLUMN core.agent_key.ends_at IS 'The end of the certificate; empty: not told yet.';
CREATE INDEX agent_key_by_agent ON core.agent_key (agent_id);

CREATE TABLE core.agent_generation (
	only_row   boolean NOT NULL DEFAULT true,
	generation bigint  NOT NULL DEFAULT 1,
	CONSTRAINT agent_generation_pk PRIMARY KEY (only_row),
	CONSTRAINT agent_generation_one CHECK (only_row)
);
COMMENT ON TABLE core.agent_generation IS 'One row: rises with every change of who may speak, so that collectors notice by one cheap question.';
INSERT INTO core.agent_generation DEFAULT VALUES;

-- ---------------------------------------------------------------- reports

CREATE TABLE core.report (
	report_id          bigint      GENERATED ALWAYS AS IDENTITY,
	agent_id           uuid        NOT NULL,
	boot_id            uuid        NOT NULL,
	seq                bigint      NOT NULL,
	school_id          integer     NOT NULL,
	kind               text        NOT NULL,
	created_at         timestamptz NOT NULL,
	received_at        timestamptz NOT NULL,
	agent_version      text        NOT NULL,
	clock_synchronised boolean     NOT NULL,
	CONSTRAINT report_pk PRIMARY KEY (report_id),
	CONSTRAINT report_once UNIQUE (agent_id, boot_id, seq),
	CONSTRAINT report_kind CHECK (kind IN ('measurements', 'inventory', 'speed', 'connectivity', 'filter', 'health', 'gap')),
	CONSTRAINT report_seq CHECK (seq >= 0),
	CONSTRAINT report_version CHECK (octet_length(agent_version) <= 64)
);
COMMENT ON TABLE core.report IS 'Every report that was stored, once: (agent, boot, seq) is its key.';
COMMENT ON COLUMN core.report.report_id IS 'The number that rows which it changed remember.';
COMMENT ON COLUMN core.report.created_at IS 'By the clock of the agent.';
COMMENT ON COLUMN core.report.received_at IS 'By the clock of the collector.';
COMMENT ON COLUMN core.report.clock_synchronised IS 'The agent''s kernel said that its clock is disciplined.';
CREATE INDEX report_by_received ON core.report USING brin (received_at);

CREATE TABLE core.report_body (
	report_id   bigint      NOT NULL,
	received_at timestamptz NOT NULL,
	bytes       bytea       NOT NULL
) PARTITION BY RANGE (received_at);
COMMENT ON TABLE core.report_body IS 'The bytes of a report as they came (personal devices blotted out), so that what this version does not know is kept. Daily partitions.';
CREATE INDEX report_body_by_id ON core.report_body USING brin (report_id);

CREATE TABLE core.quarantine (
	quarantine_id bigint      GENERATED ALWAYS AS IDENTITY,
	agent_id      uuid        NOT NULL,
	school_id     integer,
	boot_id       uuid,
	seq           bigint,
	code          text        NOT NULL,
	reason        text        NOT NULL,
	received_at   timestamptz NOT NULL,
	bytes         bytea       NOT NULL,
	bytes_sha256  bytea       NOT NULL GENERATED ALWAYS AS (sha256(bytes)) STORED,
	CONSTRAINT quarantine_pk PRIMARY KEY (quarantine_id),
	CONSTRAINT quarantine_once UNIQUE (agent_id, bytes_sha256)
);
COMMENT ON TABLE core.quarantine IS 'Reports that could not be stored, with the reason. Nothing that an agent sent is thrown away unseen.';
COMMENT ON COLUMN core.quarantine.code IS 'As in Rejection.code of the wire.';
COMMENT ON COLUMN core.quarantine.boot_id IS 'Empty when the bytes are no report at all.';

CREATE TABLE core.gap (
	report_id        bigint      NOT NULL,
	agent_id         uuid        NOT NULL,
	school_id        integer     NOT NULL,
	first_seq        bigint      NOT NULL,
	last_seq         bigint      NOT NULL,
	first_created_at timestamptz,
	last_created_at  timestamptz,
	reports          bigint      NOT NULL,
	size_bytes       bigint      NOT NULL,
	reason           text        NOT NULL,
	CONSTRAINT gap_pk PRIMARY KEY (report_id),
	CONSTRAINT gap_report FOREIGN KEY (report_id) REFERENCES core.report,
	CONSTRAINT gap_order CHECK (first_seq <= last_seq),
	CONSTRAINT gap_reports CHECK (reports >= 0 AND size_bytes >= 0)
);
COMMENT ON TABLE core.gap IS 'What an agent had to drop from its disk before it could be sent: known to be missing.';

-- ---------------------------------------------------------------- agents' state

CREATE TABLE core.agent_state (
	agent_id            uuid        NOT NULL,
	school_id           integer     NOT NULL,
	last_heard_at       timestamptz NOT NULL,
	last_report_at      timestamptz,
	boot_id             uuid,
	last_seq            bigint,
	agent_version       text,
	beat                bigint,
	beat_at             timestamptz,
	lost_beats          bigint      NOT NULL DEFAULT 0,
	next_seq            bigint,
	spool_reports       bigint,
	clock_ahead_ms      bigint,
	started_at          timestamptz,
	uptime_s            bigint,
	rss_bytes           bigint,
	spool_bytes         bigint,
	spool_limit_bytes   bigint,
	os                  text,
	policy_version      text,
	certificate_ends_at timestamptz,
	warnings            text[]      NOT NULL DEFAULT '{}',
	health_at           timestamptz,
	CONSTRAINT agent_state_pk PRIMARY KEY (agent_id),
	CONSTRAINT agent_state_agent FOREIGN KEY (agent_id) REFERENCES core.agent
) WITH (fillfactor = 70);
COMMENT ON TABLE core.agent_state IS 'How an agent does now: one row each, from reports, heartbeats and health.';
COMMENT ON COLUMN core.agent_state.last_heard_at IS 'By the clock of the collector: a report or a heartbeat.';
COMMENT ON COLUMN core.agent_state.last_seq IS 'The highest report number of this boot.';
COMMENT ON COLUMN core.agent_state.lost_beats IS 'Heartbeats that never came, since the agent was enrolled.';
COMMENT ON COLUMN core.agent_state.clock_ahead_ms IS 'The agent''s clock less the collector''s, at the last heartbeat, the way there included.';
COMMENT ON COLUMN core.agent_state.rss_bytes IS 'Resident memory of all its processes.';
COMMENT ON COLUMN core.agent_state.warnings IS 'What it cannot do, in English sentences.';
CREATE INDEX agent_state_by_school ON core.agent_state (school_id);

CREATE TABLE core.agent_counter (
	agent_id  uuid    NOT NULL,
	name      text    NOT NULL,
	school_id integer NOT NULL,
	value     bigint  NOT NULL,
	report_id bigint  NOT NULL,
	CONSTRAINT agent_counter_pk PRIMARY KEY (agent_id, name),
	CONSTRAINT agent_counter_agent FOREIGN KEY (agent_id) REFERENCES core.agent,
	CONSTRAINT agent_counter_name CHECK (name ~ '^[a-z0-9_.-]{1,96}$')
);
COMMENT ON TABLE core.agent_counter IS 'What an agent dropped or refused, by name, since its start.';

-- ---------------------------------------------------------------- measurements

CREATE TABLE core.series (
	series_id integer GENERATED ALWAYS AS IDENTITY,
	agent_id  uuid    NOT NULL,
	school_id integer NOT NULL,
	metric    text    NOT NULL,
	subject   text    NOT NULL,
	CONSTRAINT series_pk PRIMARY KEY (series_id),
	CONSTRAINT series_once UNIQUE (agent_id, metric, subject),
	CONSTRAINT series_agent FOREIGN KEY (agent_id) REFERENCES core.agent,
	CONSTRAINT series_metric_form CHECK (metric ~ '^[a-z0-9_.]{1,64}$'),
	CONSTRAINT series_subject_form CHECK (octet_length(subject) <= 256)
);
COMMENT ON TABLE core.series IS 'What is measured: a metric of a subject by an agent. Written once, measured often; at most 10,000 an agent.';
COMMENT ON COLUMN core.series.metric IS 'Its name ends with its unit: rtt_ms, loss_pct.';
COMMENT ON COLUMN core.series.subject IS 'A target''s address, a resolver; empty for the agent itself.';
CREATE INDEX series_by_school ON core.series (school_id, metric);

-- No key and no foreign key here: uniqueness lives in core.report, whose new rows
-- alone bring measurements, and each check would cost more than the row itself.
CREATE TABLE core.measurement (
	school_id   integer          NOT NULL,
	series_id   integer          NOT NULL,
	measured_at timestamptz      NOT NULL,
	value       double precision NOT NULL,
	report_id   bigint           NOT NULL,
	CONSTRAINT measurement_is_number CHECK (value > '-Infinity' AND value < 'Infinity')
) PARTITION BY RANGE (measured_at);
COMMENT ON TABLE core.measurement IS 'One number at one moment. Daily partitions, made three days ahead and 35 back; a time outside them is refused.';
CREATE INDEX measurement_by_series ON core.measurement (school_id, series_id, measured_at);

-- ---------------------------------------------------------------- devices

CREATE TABLE core.device (
	device_id    uuid        NOT NULL DEFAULT gen_random_uuid(),
	school_id    integer     NOT NULL,
	class        text        NOT NULL DEFAULT 'unknown',
	class_rule   text        NOT NULL DEFAULT '',
	confidence   real        NOT NULL DEFAULT 0,
	classed_at   timestamptz NOT NULL DEFAULT '-infinity',
	vendor       text        NOT NULL DEFAULT '',
	model        text        NOT NULL DEFAULT '',
	serial       text        NOT NULL DEFAULT '',
	firmware     text        NOT NULL DEFAULT '',
	os           text        NOT NULL DEFAULT '',
	name         text        NOT NULL DEFAULT '',
	location     text        NOT NULL DEFAULT '',
	first_seen   timestamptz NOT NULL,
	last_seen    timestamptz NOT NULL,
	absent_since timestamptz,
	merged_into  uuid,
	agent_id     uuid        NOT NULL,
	agent_key    text        NOT NULL DEFAULT '',
	scan_id      uuid,
	report_id    bigint      NOT NULL,
	CONSTRAINT device_pk PRIMARY KEY (device_id),
	CONSTRAINT device_school FOREIGN KEY (school_id) REFERENCES core.school,
	CONSTRAINT device_class_known FOREIGN KEY (class) REFERENCES reference.device_class,
	CONSTRAINT device_merged FOREIGN KEY (merged_into) REFERENCES core.device,
	CONSTRAINT device_agent FOREIGN KEY (agent_id) REFERENCES core.agent,
	CONSTRAINT device_confidence CHECK (confidence BETWEEN 0 AND 1),
	CONSTRAINT device_seen_order CHECK (first_seen <= last_seen)
) WITH (fillfactor = 80);
COMMENT ON TABLE core.device IS 'A device of a school, under a number of our own that outlives every address.';
COMMENT ON COLUMN core.device.class IS 'The collector''s verdict; it may be drawn again over the past (reclassify).';
COMMENT ON COLUMN core.device.class_rule IS 'The rule of device_rule.csv that gave it.';
COMMENT ON COLUMN core.device.classed_at IS 'When evidence last led to this class.';
COMMENT ON COLUMN core.device.absent_since IS 'The start of the first complete scan that did not find it; empty while it is seen. Absence is no deletion.';
COMMENT ON COLUMN core.device.merged_into IS 'The device that it turned out to be; its own row stays, so that a merge can be undone.';
COMMENT ON COLUMN core.device.agent_key IS 'The key under which the agent that saw it last keeps it.';
COMMENT ON COLUMN core.device.scan_id IS 'The scan that saw it last: what two devices claim in one scan is no key.';
COMMENT ON COLUMN core.device.report_id IS 'The report that changed this row last.';
CREATE INDEX device_by_school ON core.device (school_id, class) WHERE merged_into IS NULL;

CREATE TABLE core.device_identifier (
	device_id  uuid        NOT NULL,
	kind       text        NOT NULL,
	value      text        NOT NULL,
	school_id  integer     NOT NULL,
	qualifier  text        NOT NULL DEFAULT '',
	claimed_at timestamptz NOT NULL,
	seen_at    timestamptz NOT NULL,
	ended_at   timestamptz,
	is_shared  boolean     NOT NULL DEFAULT false,
	report_id  bigint      NOT NULL,
	CONSTRAINT device_identifier_pk PRIMARY KEY (device_id, kind, value),
	CONSTRAINT device_identifier_device FOREIGN KEY (device_id) REFERENCES core.device,
	CONSTRAINT device_identifier_kind FOREIGN KEY (kind) REFERENCES reference.identifier_kind,
	CONSTRAINT device_identifier_value CHECK (value <> '' AND octet_length(value) <= 256)
) WITH (fillfactor = 80);
COMMENT ON TABLE core.device_identifier IS 'What tells a device apart, each a dated claim.';
COMMENT ON COLUMN core.device_identifier.qualifier IS 'The maker beside a serial number; empty: not known.';
COMMENT ON COLUMN core.device_identifier.claimed_at IS 'First seen with it.';
COMMENT ON COLUMN core.device_identifier.ended_at IS 'The claim went over to another device.';
COMMENT ON COLUMN core.device_identifier.is_shared IS 'Two devices seen at once claimed it: it tells nothing apart.';
CREATE INDEX device_identifier_by_value ON core.device_identifier (school_id, value) WHERE ended_at IS NULL;

CREATE TABLE core.device_address (
	device_id  uuid        NOT NULL,
	address    inet        NOT NULL,
	school_id  integer     NOT NULL,
	claimed_at timestamptz NOT NULL,
	seen_at    timestamptz NOT NULL,
	ended_at   timestamptz,
	report_id  bigint      NOT NULL,
	CONSTRAINT device_address_pk PRIMARY KEY (device_id, address),
	CONSTRAINT device_address_device FOREIGN KEY (device_id) REFERENCES core.device
) WITH (fillfactor = 80);
COMMENT ON TABLE core.device_address IS 'Where a device was reached, and since when. An address tells nothing of who holds it tomorrow.';
COMMENT ON COLUMN core.device_address.ended_at IS 'Another device was seen at it.';
CREATE INDEX device_address_by_address ON core.device_address (school_id, address) WHERE ended_at IS NULL;

CREATE TABLE core.device_evidence (
	device_id uuid        NOT NULL,
	source    text        NOT NULL,
	key       text        NOT NULL,
	value     text        NOT NULL,
	school_id integer     NOT NULL,
	seen_at   timestamptz NOT NULL,
	report_id bigint      NOT NULL,
	CONSTRAINT device_evidence_pk PRIMARY KEY (device_id, source, key, value),
	CONSTRAINT device_evidence_device FOREIGN KEY (device_id) REFERENCES core.device,
	CONSTRAINT device_evidence_words CHECK (source ~ '^[a-z0-9_-]{1,32}$' AND key ~ '^[a-z0-9_.-]{1,64}$'),
	CONSTRAINT device_evidence_value CHECK (octet_length(value) <= 2048)
) WITH (fillfactor = 80);
COMMENT ON TABLE core.device_evidence IS 'What sources last said about a device. A later report replaces what the same source said under the same key; silence replaces nothing.';

CREATE TABLE core.port (
	device_id    uuid        NOT NULL,
	if_index     bigint      NOT NULL,
	school_id    integer     NOT NULL,
	name         text        NOT NULL,
	alias        text        NOT NULL,
	if_type      integer     NOT NULL,
	mac          macaddr,
	speed_bps    bigint      NOT NULL,
	admin_status smallint    NOT NULL,
	oper_status  smallint    NOT NULL,
	seen_at      timestamptz NOT NULL,
	report_id    bigint      NOT NULL,
	CONSTRAINT port_pk PRIMARY KEY (device_id, if_index),
	CONSTRAINT port_device FOREIGN KEY (device_id) REFERENCES core.device,
	CONSTRAINT port_index CHECK (if_index BETWEEN 0 AND 4294967295)
);
COMMENT ON TABLE core.port IS 'Interfaces of a device (IF-MIB, RFC 2863).';
COMMENT ON COLUMN core.port.if_type IS 'IANAifType.';
COMMENT ON COLUMN core.port.oper_status IS 'ifOperStatus: 1 up, 2 down, ...';

CREATE TABLE core.neighbor (
	device_id   uuid        NOT NULL,
	protocol    text        NOT NULL,
	local_port  text        NOT NULL,
	chassis_id  text        NOT NULL,
	port_id     text        NOT NULL,
	system_name text        NOT NULL,
	school_id   integer     NOT NULL,
	seen_at     timestamptz NOT NULL,
	report_id   bigint      NOT NULL,
	CONSTRAINT neighbor_device FOREIGN KEY (device_id) REFERENCES core.device,
	CONSTRAINT neighbor_words CHECK (octet_length(protocol) <= 32 AND octet_length(local_port) <= 256
		AND octet_length(chassis_id) <= 256 AND octet_length(port_id) <= 256 AND octet_length(system_name) <= 256)
);
COMMENT ON TABLE core.neighbor IS 'What a device says hangs on its ports (LLDP, CDP).';
CREATE INDEX neighbor_by_device ON core.neighbor (device_id);

CREATE TABLE core.scan (
	agent_id    uuid        NOT NULL,
	scan_id     uuid        NOT NULL,
	school_id   integer     NOT NULL,
	started_at  timestamptz NOT NULL,
	finished_at timestamptz NOT NULL,
	ranges      cidr[]      NOT NULL,
	parts       integer     NOT NULL,
	parts_seen  integer     NOT NULL DEFAULT 0,
	is_complete boolean     NOT NULL,
	devices     integer     NOT NULL DEFAULT 0,
	transient   integer     NOT NULL DEFAULT 0,
	report_id   bigint      NOT NULL,
	CONSTRAINT scan_pk PRIMARY KEY (agent_id, scan_id),
	CONSTRAINT scan_agent FOREIGN KEY (agent_id) REFERENCES core.agent,
	CONSTRAINT scan_order CHECK (started_at <= finished_at),
	CONSTRAINT scan_parts CHECK (parts BETWEEN 1 AND 100000)
);
COMMENT ON TABLE core.scan IS 'A look at the network, in parts.';
COMMENT ON COLUMN core.scan.is_complete IS 'Every address of the ranges was asked: what did not answer may be called absent.';
COMMENT ON COLUMN core.scan.transient IS 'Personal devices under random addresses: counted, never kept.';

CREATE TABLE core.transient_day (
	school_id integer NOT NULL,
	day       date    NOT NULL,
	salt      bytea,
	devices   integer NOT NULL DEFAULT 0,
	CONSTRAINT transient_day_pk PRIMARY KEY (school_id, day)
);
COMMENT ON TABLE core.transient_day IS 'How many personal devices (random addresses) a school had on a day.';
COMMENT ON COLUMN core.transient_day.salt IS 'Of the marks in core.transient_mark; destroyed with them when the day is over.';

CREATE TABLE core.transient_mark (
	school_id integer NOT NULL,
	day       date    NOT NULL,
	mark      bytea   NOT NULL,
	CONSTRAINT transient_mark_pk PRIMARY KEY (school_id, day, mark)
);
COMMENT ON TABLE core.transient_mark IS 'Salted hashes that keep a personal device from being counted twice on a day; destroyed when it is over.';

CREATE TABLE core.merge_candidate (
	candidate_id bigint      GENERATED ALWAYS AS IDENTITY,
	school_id    integer     NOT NULL,
	device_id    uuid        NOT NULL,
	other_id     uuid        NOT NULL,
	kind         text        NOT NULL,
	value        text        NOT NULL,
	reason       text        NOT NULL,
	noted_at     timestamptz NOT NULL,
	report_id    bigint      NOT NULL,
	decided_at   timestamptz,
	decision     text,
	CONSTRAINT merge_candidate_pk PRIMARY KEY (candidate_id),
	CONSTRAINT merge_candidate_once UNIQUE (device_id, other_id, kind, value),
	CONSTRAINT merge_candidate_device FOREIGN KEY (device_id) REFERENCES core.device,
	CONSTRAINT merge_candidate_other FOREIGN KEY (other_id) REFERENCES core.device,
	CONSTRAINT merge_candidate_two CHECK (device_id <> other_id),
	CONSTRAINT merge_candidate_decision CHECK (decision IN ('same', 'different'))
);
COMMENT ON TABLE core.merge_candidate IS 'Two devices that share a key although stronger ones contradict: a person decides.';

CREATE TABLE core.device_merge (
	merge_id  bigint      GENERATED ALWAYS AS IDENTITY,
	school_id integer     NOT NULL,
	kept_id   uuid        NOT NULL,
	gone_id   uuid        NOT NULL,
	merged_at timestamptz NOT NULL DEFAULT now(),
	reason    text        NOT NULL,
	report_id bigint,
	moved     jsonb       NOT NULL,
	undone_at timestamptz,
	CONSTRAINT device_merge_pk PRIMARY KEY (merge_id),
	CONSTRAINT device_merge_kept FOREIGN KEY (kept_id) REFERENCES core.device,
	CONSTRAINT device_merge_gone FOREIGN KEY (gone_id) REFERENCES core.device,
	CONSTRAINT device_merge_two CHECK (kept_id <> gone_id)
);
COMMENT ON TABLE core.device_merge IS 'Devices that turned out to be one. core.undo_merge() takes it back.';
COMMENT ON COLUMN core.device_merge.moved IS 'The identifiers and addresses that the gone device held.';

-- ---------------------------------------------------------------- the line

CREATE TABLE core.speed_test (
	agent_id           uuid             NOT NULL,
	test_id            uuid             NOT NULL,
	school_id          integer          NOT NULL,
	started_at         timestamptz      NOT NULL,
	backend            text             NOT NULL,
	server             text             NOT NULL,
	server_address     text             NOT NULL,
	target_mbps        double precision,
	latency_idle_ms    double precision,
	latency_loaded_ms  double precision,
	loss_pct           double precision,
	lan_speed_mbps     bigint,
	cpu_pct            double precision,
	congestion_control text             NOT NULL,
	lesson             text             NOT NULL,
	mode               text             NOT NULL,
	report_id          bigint           NOT NULL,
	CONSTRAINT speed_test_pk PRIMARY KEY (agent_id, test_id),
	CONSTRAINT speed_test_agent FOREIGN KEY (agent_id) REFERENCES core.agent,
	CONSTRAINT speed_test_target CHECK (target_mbps BETWEEN 0 AND 100000),
	CONSTRAINT speed_test_latency CHECK (latency_idle_ms BETWEEN 0 AND 600000 AND latency_loaded_ms BETWEEN 0 AND 600000),
	CONSTRAINT speed_test_loss CHECK (loss_pct BETWEEN 0 AND 100),
	CONSTRAINT speed_test_cpu CHECK (cpu_pct BETWEEN 0 AND 100000),
	CONSTRAINT speed_test_lesson CHECK (lesson IN ('', 'lesson', 'off_lesson', 'holiday')),
	CONSTRAINT speed_test_words CHECK (octet_length(backend) <= 64 AND octet_length(server) <= 2048
		AND octet_length(server_address) <= 64 AND octet_length(congestion_control) <= 32 AND octet_length(mode) <= 32)
);
COMMENT ON TABLE core.speed_test IS 'A throughput test and its circumstances.';
COMMENT ON COLUMN core.speed_test.lan_speed_mbps IS 'Of the interface that carried the test; empty: not known.';
COMMENT ON COLUMN core.speed_test.lesson IS 'Lesson time, off-lesson or holiday, by the school''s calendar.';
CREATE INDEX speed_test_by_school ON core.speed_test (school_id, started_at);

CREATE TABLE core.speed_direction (
	agent_id       uuid             NOT NULL,
	test_id        uuid             NOT NULL,
	direction      text             NOT NULL,
	school_id      integer          NOT NULL,
	ip_mbps        double precision NOT NULL,
	goodput_mbps   double precision NOT NULL,
	streams        integer          NOT NULL,
	duration_s     double precision NOT NULL,
	size_bytes     bigint           NOT NULL,
	verdict        text             NOT NULL,
	confidence     real             NOT NULL,
	mss_bytes      integer          NOT NULL,
	sample_ms      integer          NOT NULL,
	warmup_samples integer          NOT NULL,
	sample_bytes   bigint[]         NOT NULL,
	report_id      bigint           NOT NULL,
	CONSTRAINT speed_direction_pk PRIMARY KEY (agent_id, test_id, direction),
	CONSTRAINT speed_direction_test FOREIGN KEY (agent_id, test_id) REFERENCES core.speed_test,
	CONSTRAINT speed_direction_known FOREIGN KEY (direction) REFERENCES reference.direction,
	CONSTRAINT speed_direction_verdict FOREIGN KEY (verdict) REFERENCES reference.speed_verdict,
	CONSTRAINT speed_direction_rates CHECK (ip_mbps BETWEEN 0 AND 100000 AND goodput_mbps BETWEEN 0 AND 100000),
	CONSTRAINT speed_direction_duration CHECK (duration_s BETWEEN 0 AND 3600),
	CONSTRAINT speed_direction_confidence CHECK (confidence BETWEEN 0 AND 1)
);
COMMENT ON TABLE core.speed_direction IS 'One direction of a test, with its raw samples: a better rule can judge it again.';
COMMENT ON COLUMN core.speed_direction.ip_mbps IS 'The figure that is compared: payload and the headers of TLS, TCP and IP.';
COMMENT ON COLUMN core.speed_direction.goodput_mbps IS 'Payload alone.';
COMMENT ON COLUMN core.speed_direction.duration_s IS 'Of the part that was counted.';
COMMENT ON COLUMN core.speed_direction.size_bytes IS 'All payload, warm-up included.';
COMMENT ON COLUMN core.speed_direction.sample_bytes IS 'Received in each stretch of sample_ms, all streams together.';

CREATE TABLE core.speed_stream (
	agent_id                  uuid    NOT NULL,
	test_id                   uuid    NOT NULL,
	direction                 text    NOT NULL,
	stream                    integer NOT NULL,
	school_id                 integer NOT NULL,
	rtt_us                    bigint  NOT NULL,
	rttvar_us                 bigint  NOT NULL,
	min_rtt_us                bigint  NOT NULL,
	total_retrans             bigint  NOT NULL,
	bytes_acked               bigint  NOT NULL,
	bytes_received            bigint  NOT NULL,
	busy_us                   bigint  NOT NULL,
	rwnd_limited_us           bigint  NOT NULL,
	sndbuf_limited_us         bigint  NOT NULL,
	snd_mss_bytes             bigint  NOT NULL,
	rcv_mss_bytes             bigint  NOT NULL,
	delivery_rate_bytes_per_s bigint  NOT NULL,
	CONSTRAINT speed_stream_pk PRIMARY KEY (agent_id, test_id, direction, stream),
	CONSTRAINT speed_stream_direction FOREIGN KEY (agent_id, test_id, direction) REFERENCES core.speed_direction
);
COMMENT ON TABLE core.speed_stream IS 'What the kernel said of each stream at its end (struct tcp_info).';

CREATE TABLE core.measured (
	measured_id bigint           GENERATED ALWAYS AS IDENTITY,
	test_id     uuid             NOT NULL,
	direction   text             NOT NULL,
	started_at  timestamptz      NOT NULL,
	size_bytes  bigint           NOT NULL,
	duration_s  double precision NOT NULL,
	client      text             NOT NULL,
	CONSTRAINT measured_pk PRIMARY KEY (measured_id),
	CONSTRAINT measured_direction FOREIGN KEY (direction) REFERENCES reference.direction,
	CONSTRAINT measured_plausible CHECK (size_bytes >= 0 AND duration_s >= 0)
);
COMMENT ON TABLE core.measured IS 'The collector''s own record of measuring sessions: the other end of core.speed_test.';
COMMENT ON COLUMN core.measured.client IS 'The address it came from.';
CREATE INDEX measured_by_test ON core.measured (test_id);

CREATE TABLE core.connectivity_window (
	school_id     integer          NOT NULL,
	agent_id      uuid             NOT NULL,
	rung          text             NOT NULL,
	target        text             NOT NULL,
	from_at       timestamptz      NOT NULL,
	to_at         timestamptz      NOT NULL,
	sent          bigint           NOT NULL,
	received      bigint           NOT NULL,
	late          bigint           NOT NULL,
	rtt_min_ms    double precision,
	rtt_median_ms double precision,
	rtt_max_ms    double precision,
	micro_outages bigint           NOT NULL,
	report_id     bigint           NOT NULL,
	CONSTRAINT connectivity_window_order CHECK (from_at <= to_at),
	CONSTRAINT connectivity_window_words CHECK (octet_length(rung) <= 32 AND octet_length(target) <= 256),
	CONSTRAINT connectivity_window_counts CHECK (received <= sent)
) PARTITION BY RANGE (from_at);
COMMENT ON TABLE core.connectivity_window IS 'One stretch of time of one target of the ladder. Daily partitions like core.measurement.';
COMMENT ON COLUMN core.connectivity_window.late IS 'Answered after the deadline: late is not lost.';
COMMENT ON COLUMN core.connectivity_window.micro_outages IS 'Runs of loss shorter than an outage (RFC 3357).';
CREATE INDEX connectivity_window_by_time ON core.connectivity_window (school_id, rung, from_at);

CREATE TABLE core.outage (
	agent_id     uuid        NOT NULL,
	outage_id    uuid        NOT NULL,
	school_id    integer     NOT NULL,
	outage_class text        NOT NULL,
	state        text        NOT NULL,
	onset_at     timestamptz NOT NULL,
	end_at       timestamptz,
	told_at      timestamptz NOT NULL,
	report_id    bigint      NOT NULL,
	CONSTRAINT outage_pk PRIMARY KEY (agent_id, outage_id),
	CONSTRAINT outage_agent FOREIGN KEY (agent_id) REFERENCES core.agent,
	CONSTRAINT outage_class_known FOREIGN KEY (outage_class) REFERENCES reference.outage_class,
	CONSTRAINT outage_state_known FOREIGN KEY (state) REFERENCES reference.connectivity_state,
	CONSTRAINT outage_order CHECK (onset_at <= end_at)
);
COMMENT ON TABLE core.outage IS 'A break of the line: told when it begins and again when it ends.';
COMMENT ON COLUMN core.outage.onset_at IS 'The first miss.';
COMMENT ON COLUMN core.outage.end_at IS 'The first hit; empty while it lasts.';
COMMENT ON COLUMN core.outage.told_at IS 'When the report that is followed here was created: an older one changes nothing.';
CREATE INDEX outage_by_school ON core.outage (school_id, onset_at);

CREATE TABLE core.outage_evidence (
	agent_id    uuid        NOT NULL,
	outage_id   uuid        NOT NULL,
	school_id   integer     NOT NULL,
	rung        text        NOT NULL,
	target      text        NOT NULL,
	observed    text        NOT NULL,
	observed_at timestamptz NOT NULL,
	report_id   bigint      NOT NULL,
	CONSTRAINT outage_evidence_pk PRIMARY KEY (agent_id, outage_id, rung, target, observed, observed_at),
	CONSTRAINT outage_evidence_outage FOREIGN KEY (agent_id, outage_id) REFERENCES core.outage,
	CONSTRAINT outage_evidence_words CHECK (octet_length(rung) <= 32 AND octet_length(target) <= 256 AND octet_length(observed) <= 256)
);
COMMENT ON TABLE core.outage_evidence IS 'What was observed at which rung: why the outage has its class.';

-- ---------------------------------------------------------------- the filter

CREATE TABLE core.filter_run (
	agent_id     uuid        NOT NULL,
	run_id       uuid        NOT NULL,
	school_id    integer     NOT NULL,
	started_at   timestamptz NOT NULL,
	finished_at  timestamptz NOT NULL,
	list_version text        NOT NULL,
	report_id    bigint      NOT NULL,
	CONSTRAINT filter_run_pk PRIMARY KEY (agent_id, run_id),
	CONSTRAINT filter_run_agent FOREIGN KEY (agent_id) REFERENCES core.agent,
	CONSTRAINT filter_run_order CHECK (started_at <= finished_at),
	CONSTRAINT filter_run_version CHECK (octet_length(list_version) <= 128)
);
COMMENT ON TABLE core.filter_run IS 'One pass over the filter list.';
CREATE INDEX filter_run_by_school ON core.filter_run (school_id, started_at);

CREATE TABLE core.filter_observation (
	report_id         bigint           NOT NULL,
	ordinal           integer          NOT NULL,
	agent_id          uuid             NOT NULL,
	run_id            uuid             NOT NULL,
	school_id         integer          NOT NULL,
	entry_id          text             NOT NULL,
	url               text             NOT NULL,
	expect            text             NOT NULL,
	verdict           text             NOT NULL,
	outcome           text             NOT NULL,
	layer             text             NOT NULL,
	rule_id           text             NOT NULL,
	confidence        real             NOT NULL,
	flags             text[]           NOT NULL,
	observed_at       timestamptz      NOT NULL,
	dns_rcode         integer,
	dns_addresses     inet[],
	dns_ede           integer,
	dns_rtt_ms        double precision,
	dns_resolver      text,
	tcp_error         integer,
	tcp_rtt_ms        double precision,
	tcp_address       inet,
	tls_error         integer,
	tls_chain_sha256  bytea[],
	tls_issuer        text,
	tls_trusted       boolean,
	http_error        integer,
	http_status       integer,
	http_location     text,
	http_body_bytes   bigint,
	http_title        text,
	http_body_sha256  bytea,
	http_fingerprints text[],
	CONSTRAINT filter_observation_pk PRIMARY KEY (report_id, ordinal),
	CONSTRAINT filter_observation_run FOREIGN KEY (agent_id, run_id) REFERENCES core.filter_run,
	CONSTRAINT filter_observation_expect FOREIGN KEY (expect) REFERENCES reference.filter_expect,
	CONSTRAINT filter_observation_verdict FOREIGN KEY (verdict) REFERENCES reference.filter_verdict,
	CONSTRAINT filter_observation_outcome FOREIGN KEY (outcome) REFERENCES reference.filter_outcome,
	CONSTRAINT filter_observation_confidence CHECK (confidence BETWEEN 0 AND 1),
	CONSTRAINT filter_observation_words CHECK (octet_length(entry_id) <= 256 AND octet_length(layer) <= 32 AND octet_length(rule_id) <= 64)
);
COMMENT ON TABLE core.filter_observation IS 'What became of one address of the list, with what was seen at each layer. Empty layer columns: the check did not go that far.';
COMMENT ON COLUMN core.filter_observation.rule_id IS 'The row of the decision table that gave the verdict.';
COMMENT ON COLUMN core.filter_observation.dns_rcode IS 'RFC 1035; -1 no answer.';
COMMENT ON COLUMN core.filter_observation.dns_ede IS 'Extended DNS error (RFC 8914); -1 none.';
COMMENT ON COLUMN core.filter_observation.tcp_error IS 'errno; 0 connected.';
COMMENT ON COLUMN core.filter_observation.tls_trusted IS 'The chain is valid in the public store.';
CREATE INDEX filter_observation_by_school ON core.filter_observation (school_id, observed_at);
