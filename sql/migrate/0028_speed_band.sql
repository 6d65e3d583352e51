-- By which codes statistical forms ask for the speed of access: a table for each edition, since bounds and codes change.
CREATE TABLE reference.speed_band (
	form    text     NOT NULL,
	edition text     NOT NULL,
	code    smallint NOT NULL,
	mbps    numrange NOT NULL,
	CONSTRAINT speed_band_pk PRIMARY KEY (form, edition, code),
	CONSTRAINT speed_band_words CHECK (form <> '' AND edition <> '' AND NOT isempty(mbps))
);
COMMENT ON TABLE reference.speed_band IS 'Codes of the speed of access to the Internet in statistical forms (oo2: section 2.3; dop1: section 14), by edition.';
COMMENT ON COLUMN reference.speed_band.mbps IS 'The rates that the code stands for, Mbit/s: exactly 100 is of one band in one edition and of the next in another.';
