-- What is shown is summed up beforehand: words and the plan of what schools are
-- to become; the rollups of what was measured.

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
