-- What people say of devices, where it differs from what was found; and the words
-- of lists: titles of columns, and values that have no table of their own.

CREATE TABLE core.device_correction (
	device_id        uuid        NOT NULL,
	school_id        integer     NOT NULL,
	class            text,
	room             text,
	inventory_number text,
	by_login         text        NOT NULL,
	corrected_at     timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT device_correction_pk PRIMARY KEY (device_id),
	CONSTRAINT device_correction_device FOREIGN KEY (device_id) REFERENCES core.device,
	CONSTRAINT device_correction_class FOREIGN KEY (class) REFERENCES reference.device_class,
	CONSTRAINT device_correction_words CHECK (room <> '' AND octet_length(room) <= 255
		AND inventory_number <> '' AND octet_length(inventory_number) <= 255)
);
COMMENT ON TABLE core.device_correction IS 'What a person says of a device. It wins over discovery, and no report and no reclassify touches it.';
COMMENT ON COLUMN core.device_correction.class IS 'Empty: as evidence shows it.';
COMMENT ON COLUMN core.device_correction.by_login IS 'Who said so last.';
CREATE INDEX device_correction_by_school ON core.device_correction (school_id);

CREATE TABLE reference.word (
	dictionary text NOT NULL,
	key        text NOT NULL,
	name_ru    text NOT NULL,
	name_en    text NOT NULL,
	CONSTRAINT word_pk PRIMARY KEY (dictionary, key)
);
COMMENT ON TABLE reference.word IS 'Words of values that have no table of their own.';

CREATE TABLE reference.column_title (
	key     text NOT NULL,
	words   text NOT NULL DEFAULT '',
	name_ru text NOT NULL,
	name_en text NOT NULL,
	CONSTRAINT column_title_pk PRIMARY KEY (key)
);
COMMENT ON TABLE reference.column_title IS 'Titles of the columns of api views, as lists and spreadsheets print them.';
COMMENT ON COLUMN reference.column_title.key IS 'A column, or view.column where that view means something else by it.';
COMMENT ON COLUMN reference.column_title.words IS 'The dictionary of api.word that its values are keys of; empty: they are no keys.';

-- An export is written down with its whole filter.
ALTER TABLE core.access_log DROP CONSTRAINT access_log_words;
ALTER TABLE core.access_log ADD CONSTRAINT access_log_words
	CHECK (octet_length(login) < 256 AND octet_length(action) < 64 AND octet_length(object) <= 4096);

-- People look for 2 before 10, for а before Б, for ё beside е.
DO $$
BEGIN
	CREATE COLLATION core.natural_order (provider = icu, locale = 'ru-u-kn-true');
EXCEPTION WHEN feature_not_supported THEN
	-- A server that was built without ICU sorts by bytes.
	CREATE COLLATION core.natural_order FROM "C";
END
$$;
COMMENT ON COLLATION core.natural_order IS 'How lists of the page are sorted: by Russian letters, and numbers by their value.';
