-- What clerks may edit: norms, words, classes, calendars, lists. The rows come
-- from sql/reference/*.csv and are loaded again when a file's text changes.

CREATE SCHEMA reference;
COMMENT ON SCHEMA reference IS
	'What clerks may edit: norms, words, device classes, calendars, filter lists. Loaded from CSV files by "parta-collector migrate".';

CREATE TABLE reference.settlement (
	settlement text NOT NULL,
	name_ru    text NOT NULL,
	name_en    text NOT NULL,
	CONSTRAINT settlement_pk PRIMARY KEY (settlement)
);
COMMENT ON TABLE reference.settlement IS 'Kinds of places that norms tell apart: a town, a village.';

CREATE TABLE reference.direction (
	direction text NOT NULL,
	name_ru   text NOT NULL,
	name_en   text NOT NULL,
	CONSTRAINT direction_pk PRIMARY KEY (direction)
);
COMMENT ON TABLE reference.direction IS 'Directions of a line: down (to the school), up (from it).';

CREATE TABLE reference.norm (
	settlement text    NOT NULL,
	direction  text    NOT NULL,
	valid_from date    NOT NULL,
	norm_mbps  numeric NOT NULL,
	source     text    NOT NULL,
	CONSTRAINT norm_pk PRIMARY KEY (settlement, direction, valid_from),
	CONSTRAINT norm_settlement_known FOREIGN KEY (settlement) REFERENCES reference.settlement,
	CONSTRAINT norm_direction_known FOREIGN KEY (direction) REFERENCES reference.direction,
	CONSTRAINT norm_plausible CHECK (norm_mbps > 0 AND norm_mbps <= 100000)
);
COMMENT ON TABLE reference.norm IS 'The rate a school must have, by kind of place and direction; the newest row not after the day in question holds.';
COMMENT ON COLUMN reference.norm.norm_mbps IS 'Megabits a second (10^6) at the IP layer.';
COMMENT ON COLUMN reference.norm.source IS 'The act that sets the norm.';

CREATE TABLE reference.device_class (
	class     text    NOT NULL,
	name_ru   text    NOT NULL,
	name_en   text    NOT NULL,
	form_rows text[]  NOT NULL DEFAULT '{}',
	is_pc     boolean NOT NULL DEFAULT false,
	CONSTRAINT device_class_pk PRIMARY KEY (class)
);
COMMENT ON TABLE reference.device_class IS 'What a device may be, with its words and the rows of form OO-2 that count it.';
COMMENT ON COLUMN reference.device_class.form_rows IS 'Rows of section 2.1 of federal form OO-2 in which a device of this class is counted; empty: in none.';
COMMENT ON COLUMN reference.device_class.is_pc IS 'Counted among personal computers.';

CREATE TABLE reference.identifier_kind (
	kind     text     NOT NULL,
	family   text     NOT NULL,
	strength text     NOT NULL,
	rank     smallint NOT NULL,
	name_en  text     NOT NULL,
	CONSTRAINT identifier_kind_pk PRIMARY KEY (kind),
	CONSTRAINT identifier_kind_strength CHECK (strength IN ('strong', 'medium', 'weak'))
);
COMMENT ON TABLE reference.identifier_kind IS 'What tells devices apart, strongest first.';
COMMENT ON COLUMN reference.identifier_kind.family IS 'Values of one family are compared with each other: a chassis address and the address of a port are both MAC addresses.';
COMMENT ON COLUMN reference.identifier_kind.strength IS 'One strong match, or two medium ones of different families, make it the same device; a weak one only where there is nothing else.';
COMMENT ON COLUMN reference.identifier_kind.rank IS 'Which is asked first: 1 before 2.';

CREATE TABLE reference.outage_class (
	outage_class text    NOT NULL,
	name_ru      text    NOT NULL,
	name_en      text    NOT NULL,
	party        text    NOT NULL,
	is_internet  boolean NOT NULL,
	CONSTRAINT outage_class_pk PRIMARY KEY (outage_class),
	CONSTRAINT outage_class_party CHECK (party IN ('school', 'provider', 'destination', 'collector', 'agent', 'unknown'))
);
COMMENT ON TABLE reference.outage_class IS 'Where a path broke, as in OutageClass of proto/parta/v1/connectivity.proto.';
COMMENT ON COLUMN reference.outage_class.party IS 'Whose it is to mend.';
COMMENT ON COLUMN reference.outage_class.is_internet IS 'The school had no Internet while it lasted.';

CREATE TABLE reference.connectivity_state (
	state   text NOT NULL,
	name_ru text NOT NULL,
	name_en text NOT NULL,
	CONSTRAINT connectivity_state_pk PRIMARY KEY (state)
);
COMMENT ON TABLE reference.connectivity_state IS 'How a line does, as in ConnectivityState of the wire.';

CREATE TABLE reference.speed_verdict (
	verdict   text    NOT NULL,
	name_ru   text    NOT NULL,
	name_en   text    NOT NULL,
	is_judged boolean NOT NULL,
	CONSTRAINT speed_verdict_pk PRIMARY KEY (verdict)
);
COMMENT ON TABLE reference.speed_verdict IS 'What a test of a line concluded, as in SpeedVerdict of the wire, and what a period of tests did.';
COMMENT ON COLUMN reference.speed_verdict.is_judged IS 'The test speaks about the line; otherwise something nearer was the limit.';

CREATE TABLE reference.filter_expect (
	expect  text NOT NULL,
	name_ru text NOT NULL,
	name_en text NOT NULL,
	CONSTRAINT filter_expect_pk PRIMARY KEY (expect)
);
COMMENT ON TABLE reference.filter_expect IS 'What the filter should do with an address, as in FilterExpect of the wire.';

CREATE TABLE reference.filter_verdict (
	verdict text NOT NULL,
	name_ru text NOT NULL,
	name_en text NOT NULL,
	CONSTRAINT filter_verdict_pk PRIMARY KEY (verdict)
);
COMMENT ON TABLE reference.filter_verdict IS 'What became of a request, as in FilterVerdict of the wire.';

CREATE TABLE reference.filter_outcome (
	outcome text NOT NULL,
	name_ru text NOT NULL,
	name_en text NOT NULL,
	CONSTRAINT filter_outcome_pk PRIMARY KEY (outcome)
);
COMMENT ON TABLE reference.filter_outcome IS 'Expectation against verdict, as in FilterOutcome of the wire.';

CREATE TABLE reference.filter_stage (
	stage   text     NOT NULL,
	depth   smallint NOT NULL,
	name_en text     NOT NULL,
	CONSTRAINT filter_stage_pk PRIMARY KEY (stage)
);
COMMENT ON TABLE reference.filter_stage IS 'How far a check may go, as in FilterStage of the wire.';

CREATE TABLE reference.filter_entry (
	entry_id  text    NOT NULL,
	url       text    NOT NULL,
	expect    text    NOT NULL,
	max_stage text    NOT NULL,
	category  text    NOT NULL,
	name_ru   text    NOT NULL DEFAULT '',
	CONSTRAINT filter_entry_pk PRIMARY KEY (entry_id),
	CONSTRAINT filter_entry_id_form CHECK (entry_id ~ '^[A-Za-z0-9._-]{1,64}$'),
	CONSTRAINT filter_entry_url_form CHECK (url ~ '^https?://[^[:space:]]+$' AND octet_length(url) <= 2000),
	CONSTRAINT filter_entry_expect_known FOREIGN KEY (expect) REFERENCES reference.filter_expect,
	CONSTRAINT filter_entry_stage_known FOREIGN KEY (max_stage) REFERENCES reference.filter_stage
);
COMMENT ON TABLE reference.filter_entry IS 'The list that agents check, both ways: what must stay blocked and what must stay open. Harmless stand-ins only where blocking is expected.';

CREATE TABLE reference.lesson (
	weekday     smallint NOT NULL,
	from_minute smallint NOT NULL,
	to_minute   smallint NOT NULL,
	CONSTRAINT lesson_pk PRIMARY KEY (weekday, from_minute),
	CONSTRAINT lesson_weekday CHECK (weekday BETWEEN 1 AND 7),
	CONSTRAINT lesson_minutes CHECK (from_minute >= 0 AND from_minute < to_minute AND to_minute <= 1440)
);
COMMENT ON TABLE reference.lesson IS 'When lessons are, by weekday (1 Monday), in minutes since local midnight. Empty: Monday to Saturday, 08:30 to 15:00.';

CREATE TABLE reference.holiday (
	from_day date NOT NULL,
	to_day   date NOT NULL,
	name_ru  text NOT NULL,
	CONSTRAINT holiday_pk PRIMARY KEY (from_day),
	CONSTRAINT holiday_order CHECK (from_day <= to_day)
);
COMMENT ON TABLE reference.holiday IS 'Days without lessons, both ends included.';

CREATE TABLE reference.internet_target (
	address inet NOT NULL,
	kind    text NOT NULL,
	name_en text NOT NULL DEFAULT '',
	CONSTRAINT internet_target_pk PRIMARY KEY (address, kind),
	CONSTRAINT internet_target_kind CHECK (kind ~ '^(icmp|dns|tcp:[0-9]{1,5})$')
);
COMMENT ON TABLE reference.internet_target IS 'Addresses outside every school that stand for the Internet.';

CREATE TABLE reference.setting (
	name     text NOT NULL,
	fallback text NOT NULL,
	value    text,
	pattern  text NOT NULL,
	text_en  text NOT NULL,
	CONSTRAINT setting_pk PRIMARY KEY (name),
	CONSTRAINT setting_fallback_form CHECK (fallback ~ pattern),
	CONSTRAINT setting_value_form CHECK (value ~ pattern)
);
COMMENT ON TABLE reference.setting IS 'What agents are asked to do when their school says nothing else (core.school_setting), and how reports judge.';
COMMENT ON COLUMN reference.setting.fallback IS 'The value that holds when nobody set another.';
COMMENT ON COLUMN reference.setting.value IS 'Set here, for all schools; loading the CSV file leaves it alone.';
COMMENT ON COLUMN reference.setting.pattern IS 'A regular expression that a value must match.';
