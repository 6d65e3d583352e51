-- Schools take turns at a measuring server.

CREATE TABLE core.speed_slot (
	school_id integer     NOT NULL,
	server    text        NOT NULL,
	slot      integer     NOT NULL,
	need_mbps numeric     NOT NULL,
	taken_at  timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT speed_slot_pk PRIMARY KEY (school_id),
	CONSTRAINT speed_slot_school FOREIGN KEY (school_id) REFERENCES core.school,
	CONSTRAINT speed_slot_positive CHECK (slot >= 0 AND need_mbps > 0)
);
COMMENT ON TABLE core.speed_slot IS 'When a school measures: those of one slot of a server may do so at once.';
COMMENT ON COLUMN core.speed_slot.server IS 'URL of the server that the school measures against first.';
COMMENT ON COLUMN core.speed_slot.slot IS 'From 0; a server has as many as its highest one needs.';
COMMENT ON COLUMN core.speed_slot.need_mbps IS 'The most that a test of the school asks of the server.';
COMMENT ON COLUMN core.speed_slot.taken_at IS 'A day later it is looked whether an earlier one has become free.';
CREATE INDEX speed_slot_by_slot ON core.speed_slot (server, slot);
