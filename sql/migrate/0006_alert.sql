-- Alerts: what is wrong now and was before, who is told of it and whether he was,
-- and when nobody wants to be told.

CREATE TABLE reference.alert_kind (
	kind      text NOT NULL,
	name_ru   text NOT NULL,
	name_en   text NOT NULL,
	party     text NOT NULL,
	raised_ru text NOT NULL,
	raised_en text NOT NULL,
	advice_ru text NOT NULL,
	advice_en text NOT NULL,
	CONSTRAINT alert_kind_pk PRIMARY KEY (kind),
	CONSTRAINT alert_kind_party CHECK (party IN ('school', 'provider', 'destination', 'collector', 'agent', 'unknown'))
);
COMMENT ON TABLE reference.alert_kind IS 'What an alert may be about, and the words for it. When it begins and ends stands in collector/alert/engine.h.';
COMMENT ON COLUMN reference.alert_kind.party IS 'Whose it seems to be to mend, where the alert itself does not tell.';
COMMENT ON COLUMN reference.alert_kind.raised_ru IS 'What happened; {name} stands for a detail of the alert.';
COMMENT ON COLUMN reference.alert_kind.advice_ru IS 'What to do.';

CREATE TABLE core.incident (
	incident_id bigint      GENERATED ALWAYS AS IDENTITY,
	kind        text        NOT NULL,
	provider    text        NOT NULL DEFAULT '',
	opened_at   timestamptz NOT NULL,
	closed_at   timestamptz,
	acked_at    timestamptz,
	acked_by    text,
	ack_comment text,
	CONSTRAINT incident_pk PRIMARY KEY (incident_id),
	CONSTRAINT incident_kind CHECK (kind IN ('alert', 'provider')),
	CONSTRAINT incident_acked CHECK ((acked_at IS NULL) = (acked_by IS NULL))
);
COMMENT ON TABLE core.incident IS 'What a person takes in hand: one alert, or the schools of one provider that are off at once.';
COMMENT ON COLUMN core.incident.acked_by IS 'Who took it in hand. It ends with the incident.';
CREATE UNIQUE INDEX incident_provider_open ON core.incident (provider) WHERE kind = 'provider' AND closed_at IS NULL;

CREATE TABLE core.alert (
	alert_id    bigint           GENERATED ALWAYS AS IDENTITY,
	school_id   integer          NOT NULL,
	kind        text             NOT NULL,
	subject     text             NOT NULL DEFAULT '',
	state       text             NOT NULL,
	severity    text             NOT NULL,
	incident_id bigint,
	value       double precision NOT NULL,
	since_at    timestamptz      NOT NULL,
	pending_at  timestamptz      NOT NULL,
	raised_at   timestamptz,
	ended_at    timestamptz,
	told        boolean          NOT NULL DEFAULT false,
	told_lesson boolean          NOT NULL DEFAULT false,
	is_grouped  boolean          NOT NULL DEFAULT false,
	flapping    boolean          NOT NULL DEFAULT false,
	transitions timestamptz[]    NOT NULL DEFAULT '{}',
	detail      jsonb            NOT NULL DEFAULT '{}',
	changed_at  timestamptz      NOT NULL,
	CONSTRAINT alert_pk PRIMARY KEY (alert_id),
	CONSTRAINT alert_school FOREIGN KEY (school_id) REFERENCES core.school,
	CONSTRAINT alert_kind_known FOREIGN KEY (kind) REFERENCES reference.alert_kind,
	CONSTRAINT alert_incident FOREIGN KEY (incident_id) REFERENCES core.incident,
	CONSTRAINT alert_state CHECK (state IN ('pending', 'firing', 'stale', 'resolved')),
	CONSTRAINT alert_severity CHECK (severity IN ('info', 'warning', 'critical')),
	CONSTRAINT alert_raised CHECK (state = 'pending' OR raised_at IS NOT NULL),
	CONSTRAINT alert_ended CHECK ((state = 'resolved') = (ended_at IS NOT NULL)),
	CONSTRAINT alert_subject CHECK (octet_length(subject) < 64)
) WITH (fillfactor = 80);
COMMENT ON TABLE core.alert IS 'What was wrong with a subject of a school, from one time to another. At most one that is not resolved for each kind and subject.';
COMMENT ON COLUMN core.alert.subject IS 'An agent, a device, a direction of the line; empty: the school.';
COMMENT ON COLUMN core.alert.state IS 'pending: it must hold first; stale: what is known is too old to say whether it still is.';
COMMENT ON COLUMN core.alert.value IS 'In the unit of its kind, see collector/alert/engine.h.';
COMMENT ON COLUMN core.alert.since_at IS 'The onset, as facts say.';
COMMENT ON COLUMN core.alert.told IS 'Its receivers were told by itself; is_grouped: as part of its provider''s incident.';
COMMENT ON COLUMN core.alert.transitions IS 'Beginnings and ends of this kind and subject, the last ones: by them flapping is seen.';
COMMENT ON COLUMN core.alert.detail IS 'What the words are made of.';
CREATE UNIQUE INDEX alert_open ON core.alert (school_id, kind, subject) WHERE state <> 'resolved';
CREATE INDEX alert_by_school ON core.alert (school_id, since_at);
CREATE INDEX alert_by_incident ON core.alert (incident_id);
CREATE INDEX alert_by_end ON core.alert (ended_at);

CREATE TABLE core.alert_event (
	event_id    bigint      GENERATED ALWAYS AS IDENTITY,
	alert_id    bigint      NOT NULL,
	school_id   integer     NOT NULL,
	at          timestamptz NOT NULL,
	what        text        NOT NULL,
	by_login    text        NOT NULL DEFAULT '',
	comment     text        NOT NULL DEFAULT '',
	CONSTRAINT alert_event_pk PRIMARY KEY (event_id),
	CONSTRAINT alert_event_alert FOREIGN KEY (alert_id) REFERENCES core.alert ON DELETE CASCADE,
	CONSTRAINT alert_event_what CHECK (what ~ '^[a-z_]{1,32}$')
);
COMMENT ON TABLE core.alert_event IS 'What became of an alert, step by step.';
CREATE INDEX alert_event_by_alert ON core.alert_event (alert_id, at);

CREATE TABLE core.silence (
	silence_id     bigint      GENERATED ALWAYS AS IDENTITY,
	school_id      integer,
	kind           text,
	is_maintenance boolean     NOT NULL DEFAULT false,
	from_at        timestamptz NOT NULL,
	to_at          timestamptz NOT NULL,
	weekdays       smallint[],
	from_minute    smallint,
	to_minute      smallint,
	comment        text        NOT NULL DEFAULT '',
	by_login       text        NOT NULL,
	made_at        timestamptz NOT NULL DEFAULT now(),
	ended_at       timestamptz,
	ended_by       text,
	CONSTRAINT silence_pk PRIMARY KEY (silence_id),
	CONSTRAINT silence_school FOREIGN KEY (school_id) REFERENCES core.school,
	CONSTRAINT silence_kind FOREIGN KEY (kind) REFERENCES reference.alert_kind,
	CONSTRAINT silence_order CHECK (from_at < to_at),
	CONSTRAINT silence_minutes CHECK ((from_minute IS NULL) = (to_minute IS NULL)
		AND from_minute >= 0 AND from_minute < to_minute AND to_minute <= 1440),
	CONSTRAINT silence_weekdays CHECK (weekdays <@ '{1,2,3,4,5,6,7}' AND weekdays <> '{}'),
	CONSTRAINT silence_comment CHECK (octet_length(comment) <= 1000)
);
COMMENT ON TABLE core.silence IS 'When people do not want to be told: a rule that is asked at every moment. Maintenance is a silence of everything of a school.';
COMMENT ON COLUMN core.silence.school_id IS 'Empty: all schools.';
COMMENT ON COLUMN core.silence.kind IS 'Empty: all kinds.';
COMMENT ON COLUMN core.silence.weekdays IS '1 Monday; on these days alone, by the school''s clock.';
COMMENT ON COLUMN core.silence.from_minute IS 'Since the school''s midnight; empty: all day.';
COMMENT ON COLUMN core.silence.ended_at IS 'A person took it back.';
CREATE INDEX silence_by_end ON core.silence (to_at) WHERE ended_at IS NULL;

CREATE TABLE core.receiver (
	receiver_id  integer     GENERATED ALWAYS AS IDENTITY,
	name         text        NOT NULL,
	kind         text        NOT NULL,
	address      text        NOT NULL,
	secret       text        NOT NULL DEFAULT '',
	schools      text[],
	municipality text,
	kinds        text[],
	severity     text        NOT NULL DEFAULT 'warning',
	language     text        NOT NULL DEFAULT 'ru',
	is_quiet     boolean     NOT NULL DEFAULT false,
	added_at     timestamptz NOT NULL DEFAULT now(),
	removed_at   timestamptz,
	told_at      timestamptz,
	CONSTRAINT receiver_pk PRIMARY KEY (receiver_id),
	CONSTRAINT receiver_name CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$'),
	CONSTRAINT receiver_kind CHECK (kind IN ('email', 'webhook', 'alertmanager')),
	CONSTRAINT receiver_address CHECK (octet_length(address) <= 512 AND CASE kind
		WHEN 'email' THEN address ~ '^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$'
		ELSE address ~ '^https?://[^[:space:][:cntrl:]]+$' END),
	CONSTRAINT receiver_secret CHECK (octet_length(secret) <= 256),
	CONSTRAINT receiver_severity CHECK (severity IN ('info', 'warning', 'critical')),
	CONSTRAINT receiver_language CHECK (language IN ('ru', 'en'))
);
COMMENT ON TABLE core.receiver IS 'Who is told, where, of what.';
COMMENT ON COLUMN core.receiver.secret IS 'Of a webhook: with it the body is signed. Shown nowhere.';
COMMENT ON COLUMN core.receiver.schools IS 'Codes; empty: all. Likewise municipality and kinds.';
COMMENT ON COLUMN core.receiver.is_quiet IS 'Told in lesson time only; what lasts until then is told when lessons begin.';
COMMENT ON COLUMN core.receiver.told_at IS 'Of an Alertmanager: when it was told of everything that is open; it forgets what is not repeated.';
CREATE UNIQUE INDEX receiver_by_name ON core.receiver (name) WHERE removed_at IS NULL;

CREATE TABLE core.outbox (
	outbox_id    bigint      GENERATED ALWAYS AS IDENTITY,
	key          uuid        NOT NULL DEFAULT gen_random_uuid(),
	receiver_id  integer     NOT NULL,
	incident_id  bigint,
	alert_id     bigint,
	what         text        NOT NULL,
	title        text        NOT NULL,
	body         text        NOT NULL,
	facts        jsonb       NOT NULL,
	made_at      timestamptz NOT NULL,
	next_at      timestamptz NOT NULL,
	attempts     integer     NOT NULL DEFAULT 0,
	state        text        NOT NULL DEFAULT 'waiting',
	done_at      timestamptz,
	error        text        NOT NULL DEFAULT '',
	CONSTRAINT outbox_pk PRIMARY KEY (outbox_id),
	CONSTRAINT outbox_key_once UNIQUE (key),
	CONSTRAINT outbox_receiver FOREIGN KEY (receiver_id) REFERENCES core.receiver,
	CONSTRAINT outbox_incident FOREIGN KEY (incident_id) REFERENCES core.incident,
	CONSTRAINT outbox_what CHECK (what IN ('raised', 'resolved', 'test')),
	CONSTRAINT outbox_state CHECK (state IN ('waiting', 'delivered', 'dead'))
) WITH (fillfactor = 80);
COMMENT ON TABLE core.outbox IS 'Messages, written with what they tell of and delivered at least once: whoever gets one twice sees the same key.';
COMMENT ON COLUMN core.outbox.key IS 'Message-ID of a mail, Idempotency-Key of a webhook.';
COMMENT ON COLUMN core.outbox.alert_id IS 'Empty: of the whole incident.';
COMMENT ON COLUMN core.outbox.next_at IS 'Not before; while it is under way, when another may try.';
COMMENT ON COLUMN core.outbox.state IS 'dead: refused for good, or tried for two days.';
-- Each is told once, whatever asks for it.
CREATE UNIQUE INDEX outbox_once ON core.outbox (receiver_id, incident_id, COALESCE(alert_id, 0), what) WHERE what <> 'test';
CREATE INDEX outbox_due ON core.outbox (next_at) WHERE state = 'waiting';
CREATE INDEX outbox_by_incident ON core.outbox (incident_id);

CREATE TABLE core.alert_watch (
	only_row  boolean     NOT NULL DEFAULT true,
	holder    uuid,
	passed_at timestamptz NOT NULL DEFAULT '-infinity',
	CONSTRAINT alert_watch_pk PRIMARY KEY (only_row),
	CONSTRAINT alert_watch_one CHECK (only_row)
);
COMMENT ON TABLE core.alert_watch IS 'One row: which collector watches, and when it looked last. When it has not for a while, another takes over.';
INSERT INTO core.alert_watch DEFAULT VALUES;

-- What alerts ask every few seconds.
CREATE INDEX outage_open ON core.outage (school_id) WHERE end_at IS NULL;
CREATE INDEX report_judged ON core.report (received_at) WHERE kind IN ('speed', 'filter');
CREATE INDEX device_absent ON core.device (absent_since) WHERE absent_since IS NOT NULL AND merged_into IS NULL;
CREATE INDEX device_new ON core.device (first_seen) WHERE merged_into IS NULL AND class = 'unknown';
