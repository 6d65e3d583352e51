-- What is shown is summed up beforehand: words of states, the plan of what schools
-- are to become, and the rollups of what was measured. All tables of core here can
-- be computed again from the facts while those are kept (core.roll_again()).

CREATE TABLE reference.school_state (
	state    text     NOT NULL,
	severity smallint NOT NULL,
	name_ru  text     NOT NULL,
	name_en  text     NOT NULL,
	CONSTRAINT school_state_pk PRIMARY KEY (state)
);
COMMENT ON TABLE reference.school_state IS 'How a school does. "No data" is never good.';
COMMENT ON COLUMN reference.school_state.severity IS 'In which order a list shows them: 0 is good, the highest is seen to first.';

CREATE TABLE reference.plan (
	from_day  date    NOT NULL,
	share_pct numeric NOT NULL,
	source    text    NOT NULL,
	CONSTRAINT plan_pk PRIMARY KEY (from_day),
	CONSTRAINT plan_share CHECK (share_pct BETWEEN 0 AND 100)
);
COMMENT ON TABLE reference.plan IS 'Which part of the schools is to meet the norm of bandwidth; the newest row not after the day in question holds.';
COMMENT ON COLUMN reference.plan.share_pct IS 'Percent of the schools in the programme.';
COMMENT ON COLUMN reference.plan.source IS 'The document that says so.';

-- ---------------------------------------------------------------- what is to be summed up

-- Written by every report that changes something, so it has no key, no index and
-- nobody waits for another. Who sums up takes only marks that it can see, and then
-- sees the facts that came with them.
CREATE TABLE core.roll_mark (
	school_id integer     NOT NULL,
	part      text        NOT NULL,
	from_at   timestamptz NOT NULL,
	to_at     timestamptz NOT NULL
);
COMMENT ON TABLE core.roll_mark IS 'Stretches of time of which something new was stored, until core.roll_up() takes them over, some seconds.';
COMMENT ON COLUMN core.roll_mark.part IS 'number: measurements; line: windows; outage; speed; filter; device.';

CREATE TABLE core.roll_due (
	school_id integer     NOT NULL,
	part      text        NOT NULL,
	at        timestamptz NOT NULL,
	due_at    timestamptz NOT NULL,
	CONSTRAINT roll_due_pk PRIMARY KEY (school_id, part, at)
);
COMMENT ON TABLE core.roll_due IS 'What is to be summed up again, once however often it was marked.';
COMMENT ON COLUMN core.roll_due.part IS 'hour, day: measurements; line: the line''s day; month: the trend; figures: core.school_figures.';
COMMENT ON COLUMN core.roll_due.at IS 'The beginning of the hour, of the school''s own day or month; of figures always the same.';
CREATE INDEX roll_due_by_time ON core.roll_due (due_at);

-- ---------------------------------------------------------------- measurements

CREATE TABLE core.measurement_hour (
	school_id integer          NOT NULL,
	series_id integer          NOT NULL,
	hour      timestamptz      NOT NULL,
	n         integer          NOT NULL,
	total     double precision NOT NULL,
	low       double precision NOT NULL,
	high      double precision NOT NULL,
	p5        double precision NOT NULL,
	median    double precision NOT NULL,
	p95       double precision NOT NULL,
	CONSTRAINT measurement_hour_pk PRIMARY KEY (school_id, series_id, hour)
) PARTITION BY RANGE (hour);
COMMENT ON TABLE core.measurement_hour IS 'core.measurement by series and hour. Monthly partitions.';

CREATE TABLE core.measurement_day (
	school_id integer          NOT NULL,
	series_id integer          NOT NULL,
	day       date             NOT NULL,
	n         integer          NOT NULL,
	total     double precision NOT NULL,
	low       double precision NOT NULL,
	high      double precision NOT NULL,
	p5        double precision NOT NULL,
	median    double precision NOT NULL,
	p95       double precision NOT NULL,
	CONSTRAINT measurement_day_pk PRIMARY KEY (school_id, series_id, day)
) PARTITION BY RANGE (day);
COMMENT ON TABLE core.measurement_day IS 'core.measurement by series and day of the school''s own time zone, written when the day is over. Yearly partitions.';

-- ---------------------------------------------------------------- the line

CREATE TABLE core.line_hour (
	school_id     integer          NOT NULL,
	hour          timestamptz      NOT NULL,
	known_s       double precision NOT NULL,
	down_s        double precision NOT NULL,
	sent          bigint           NOT NULL,
	received      bigint           NOT NULL,
	rtt_min_ms    double precision,
	rtt_median_ms double precision,
	rtt_max_ms    double precision,
	CONSTRAINT line_hour_pk PRIMARY KEY (school_id, hour),
	CONSTRAINT line_hour_order CHECK (down_s <= known_s)
) PARTITION BY RANGE (hour);
COMMENT ON TABLE core.line_hour IS 'How a line did in an hour, from windows of the Internet rung and outages. Monthly partitions.';
COMMENT ON COLUMN core.line_hour.known_s IS 'Seconds of which it is known how the line did; the rest nobody watched.';
COMMENT ON COLUMN core.line_hour.down_s IS 'Seconds without Internet.';
COMMENT ON COLUMN core.line_hour.rtt_median_ms IS 'The median of the windows'' medians.';

CREATE TABLE core.line_day (
	school_id     integer          NOT NULL,
	day           date             NOT NULL,
	lesson        text             NOT NULL,
	known_s       double precision NOT NULL,
	down_s        double precision NOT NULL,
	sent          bigint           NOT NULL,
	received      bigint           NOT NULL,
	micro_outages bigint           NOT NULL,
	rtt_min_ms    double precision,
	rtt_median_ms double precision,
	rtt_max_ms    double precision,
	CONSTRAINT line_day_pk PRIMARY KEY (school_id, day, lesson),
	CONSTRAINT line_day_lesson CHECK (lesson IN ('lesson', 'off_lesson', 'holiday')),
	CONSTRAINT line_day_order CHECK (down_s <= known_s)
) PARTITION BY RANGE (day);
COMMENT ON TABLE core.line_day IS 'How a line did on a day of the school''s own time zone, lessons apart. Yearly partitions.';

CREATE TABLE core.speed_day (
	school_id integer            NOT NULL,
	day       date               NOT NULL,
	direction text               NOT NULL,
	lesson    text               NOT NULL,
	verdict   text               NOT NULL,
	ip_mbps   double precision[] NOT NULL,
	CONSTRAINT speed_day_pk PRIMARY KEY (school_id, day, direction, lesson, verdict)
) PARTITION BY RANGE (day);
COMMENT ON TABLE core.speed_day IS 'The rates of all tests of a day of the school''s own time zone: medians of any period are exact. Added to by core.take_speed(). Yearly partitions.';

-- ---------------------------------------------------------------- schools

CREATE TABLE core.school_figures (
	school_id        integer          NOT NULL,
	day              date             NOT NULL,
	pace             text             NOT NULL,
	pace_since       timestamptz      NOT NULL,
	norm_down_mbps   numeric,
	norm_up_mbps     numeric,
	median_down_mbps numeric,
	median_up_mbps   numeric,
	p5_down_mbps     numeric,
	samples          bigint           NOT NULL,
	known_s          double precision NOT NULL,
	down_s           double precision NOT NULL,
	outages          bigint           NOT NULL,
	outage_lesson_s  double precision NOT NULL,
	leaks            bigint           NOT NULL,
	overblocks       bigint           NOT NULL,
	devices          bigint           NOT NULL,
	pcs              bigint           NOT NULL,
	CONSTRAINT school_figures_pk PRIMARY KEY (school_id),
	CONSTRAINT school_figures_school FOREIGN KEY (school_id) REFERENCES core.school,
	CONSTRAINT school_figures_pace CHECK (pace IN ('norm', 'below', 'critical', 'no_data'))
) WITH (fillfactor = 70);
COMMENT ON TABLE core.school_figures IS 'A school over the last 30 days, one row each, written anew when something changed and every day.';
COMMENT ON COLUMN core.school_figures.day IS 'The day on which it was written, in UTC.';
COMMENT ON COLUMN core.school_figures.pace IS 'How the measured rates compare with the norm.';
COMMENT ON COLUMN core.school_figures.pace_since IS 'When pace became what it is.';

CREATE TABLE core.school_equipment (
	school_id   integer NOT NULL,
	class       text    NOT NULL,
	count       bigint  NOT NULL,
	with_serial bigint  NOT NULL,
	CONSTRAINT school_equipment_pk PRIMARY KEY (school_id, class)
);
COMMENT ON TABLE core.school_equipment IS 'Devices of a school by class, written with core.school_figures.';

CREATE TABLE core.school_filter (
	school_id integer NOT NULL,
	expect    text    NOT NULL,
	checked   bigint  NOT NULL,
	leak      bigint  NOT NULL,
	overblock bigint  NOT NULL,
	excluded  bigint  NOT NULL,
	CONSTRAINT school_filter_pk PRIMARY KEY (school_id, expect)
);
COMMENT ON TABLE core.school_filter IS 'The filter of a school over the last 30 days, written with core.school_figures.';

CREATE TABLE core.school_month (
	school_id integer NOT NULL,
	month     date    NOT NULL,
	is_judged boolean NOT NULL,
	is_norm   boolean NOT NULL,
	CONSTRAINT school_month_pk PRIMARY KEY (school_id, month)
);
COMMENT ON TABLE core.school_month IS 'Whether a school met the norm of bandwidth in a calendar month, both ways.';

-- ---------------------------------------------------------------- what is looked up by its time

CREATE INDEX speed_test_by_time ON core.speed_test (started_at);
CREATE INDEX outage_by_time ON core.outage (onset_at);
CREATE INDEX filter_observation_by_run ON core.filter_observation (agent_id, run_id);

-- ---------------------------------------------------------------- made-up data

CREATE TABLE core.demo (
	only_row boolean     NOT NULL DEFAULT true,
	made_at  timestamptz NOT NULL DEFAULT now(),
	schools  integer     NOT NULL,
	days     integer     NOT NULL,
	seed     integer     NOT NULL,
	CONSTRAINT demo_pk PRIMARY KEY (only_row),
	CONSTRAINT demo_one CHECK (only_row)
);
COMMENT ON TABLE core.demo IS 'One row while schools of "parta-collector demo-data" are here: whoever shows anything says so. Their codes begin with demo-.';
