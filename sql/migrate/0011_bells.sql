-- A school's own bells, where they differ from the general ones.

CREATE TABLE core.school_lesson (
	school_id   integer  NOT NULL,
	weekday     smallint NOT NULL,
	from_minute smallint NOT NULL,
	to_minute   smallint NOT NULL,
	CONSTRAINT school_lesson_pk PRIMARY KEY (school_id, weekday, from_minute),
	CONSTRAINT school_lesson_school FOREIGN KEY (school_id) REFERENCES core.school,
	CONSTRAINT school_lesson_weekday CHECK (weekday BETWEEN 1 AND 7),
	CONSTRAINT school_lesson_minutes CHECK (from_minute >= 0 AND from_minute < to_minute AND to_minute <= 1440)
);
COMMENT ON TABLE core.school_lesson IS
	'When a school has lessons, in place of reference.lesson as a whole; no row: as all schools. Weekday 1 is Monday, minutes since local midnight.';

-- One that knows the school takes its place (functions/alert_facts.sql).
DROP FUNCTION IF EXISTS core.in_lesson(text, timestamptz);
