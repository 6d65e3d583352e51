-- Examinations: while one is held agents are quiet and look at the line minute by minute.

CREATE TABLE core.exam (
	exam_id      bigint      GENERATED ALWAYS AS IDENTITY,
	school_id    integer,
	municipality text,
	from_at      timestamptz NOT NULL,
	to_at        timestamptz NOT NULL,
	name         text        NOT NULL,
	by_login     text        NOT NULL,
	made_at      timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT exam_pk PRIMARY KEY (exam_id),
	CONSTRAINT exam_school FOREIGN KEY (school_id) REFERENCES core.school,
	CONSTRAINT exam_whose CHECK (num_nonnulls(school_id, municipality) = 1),
	CONSTRAINT exam_time CHECK (from_at < to_at AND to_at <= from_at + interval '7 days'),
	CONSTRAINT exam_words CHECK (octet_length(name) BETWEEN 1 AND 100 AND octet_length(municipality) BETWEEN 1 AND 1000)
);
COMMENT ON TABLE core.exam IS 'When an examination is held, in one school or in all of a municipality.';
COMMENT ON COLUMN core.exam.by_login IS 'Who said so.';
CREATE INDEX exam_by_end ON core.exam (to_at);
