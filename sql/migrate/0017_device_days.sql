-- Which days a device was on, and which days somebody looked.

ALTER TABLE core.device ADD COLUMN gone_at timestamptz;
COMMENT ON COLUMN core.device.gone_at IS
	'The scan by which it had missed so many school days on which its agent looked (setting gone_school_days); empty while it is there or may come back. Holidays and days without a scan are not missed.';

CREATE TABLE core.device_month (
	device_id uuid    NOT NULL,
	school_id integer NOT NULL,
	month     date    NOT NULL,
	days      integer NOT NULL,
	CONSTRAINT device_month_pk PRIMARY KEY (device_id, month),
	CONSTRAINT device_month_device FOREIGN KEY (device_id) REFERENCES core.device,
	CONSTRAINT device_month_first CHECK (EXTRACT(day FROM month) = 1)
) WITH (fillfactor = 70);
COMMENT ON TABLE core.device_month IS 'The days of a month, by the clock of the school, on which a device was seen.';
COMMENT ON COLUMN core.device_month.days IS 'A bit a day: 1 the first, 2 the second, 4 the third.';
CREATE INDEX device_month_by_school ON core.device_month (school_id, month);

CREATE TABLE core.scan_month (
	school_id integer NOT NULL,
	month     date    NOT NULL,
	days      integer NOT NULL,
	CONSTRAINT scan_month_pk PRIMARY KEY (school_id, month),
	CONSTRAINT scan_month_school FOREIGN KEY (school_id) REFERENCES core.school,
	CONSTRAINT scan_month_first CHECK (EXTRACT(day FROM month) = 1)
);
COMMENT ON TABLE core.scan_month IS 'The days of a month on which a school''s network was looked at whole: who was not seen on another day has missed nothing.';
COMMENT ON COLUMN core.scan_month.days IS 'A bit a day: 1 the first, 2 the second, 4 the third.';

CREATE TABLE core.device_idle (
	device_id uuid     NOT NULL,
	school_id integer  NOT NULL,
	days_on   smallint NOT NULL,
	of_days   smallint NOT NULL,
	since_day date     NOT NULL,
	CONSTRAINT device_idle_pk PRIMARY KEY (device_id),
	CONSTRAINT device_idle_device FOREIGN KEY (device_id) REFERENCES core.device
);
COMMENT ON TABLE core.device_idle IS 'Devices that were on for few of the last school days, as summed up last (core.roll_idle()).';
CREATE INDEX device_idle_by_school ON core.device_idle (school_id);

CREATE TABLE reference.watched_evidence (
	source text NOT NULL,
	key    text NOT NULL,
	kind   text NOT NULL,
	CONSTRAINT watched_evidence_pk PRIMARY KEY (source, key),
	CONSTRAINT watched_evidence_kind CHECK (kind IN ('hardware', 'firmware', 'software'))
);
COMMENT ON TABLE reference.watched_evidence IS 'Evidence whose change is a change of the device: what it is built of and what runs on it.';

-- What a person decided.

CREATE TABLE core.device_split (
	split_id  bigint      GENERATED ALWAYS AS IDENTITY,
	school_id integer     NOT NULL,
	device_id uuid        NOT NULL,
	new_id    uuid        NOT NULL,
	split_at  timestamptz NOT NULL DEFAULT now(),
	reason    text        NOT NULL,
	moved     jsonb       NOT NULL,
	undone_at timestamptz,
	CONSTRAINT device_split_pk PRIMARY KEY (split_id),
	CONSTRAINT device_split_device FOREIGN KEY (device_id) REFERENCES core.device,
	CONSTRAINT device_split_new FOREIGN KEY (new_id) REFERENCES core.device
);
COMMENT ON TABLE core.device_split IS 'Identifiers that a person took from a device because they are another one''s. core.undo_split() takes it back.';
COMMENT ON COLUMN core.device_split.moved IS 'The identifiers, kind and value.';

-- When a school was looked at first.
CREATE INDEX scan_by_school ON core.scan (school_id, finished_at);
