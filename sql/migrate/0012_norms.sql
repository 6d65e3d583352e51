-- Norms that a person sets; those of reference/norm.csv are loaded anew with that file.

CREATE TABLE core.norm (
	settlement text    NOT NULL,
	direction  text    NOT NULL,
	valid_from date    NOT NULL,
	norm_mbps  numeric NOT NULL,
	source     text    NOT NULL,
	CONSTRAINT norm_pk PRIMARY KEY (settlement, direction, valid_from),
	CONSTRAINT norm_settlement_known FOREIGN KEY (settlement) REFERENCES reference.settlement,
	CONSTRAINT norm_direction_known FOREIGN KEY (direction) REFERENCES reference.direction,
	CONSTRAINT norm_plausible CHECK (norm_mbps > 0 AND norm_mbps <= 100000),
	CONSTRAINT norm_day CHECK (valid_from BETWEEN '2000-01-01' AND '2100-01-01'),
	CONSTRAINT norm_words CHECK (octet_length(source) <= 1000)
);
COMMENT ON TABLE core.norm IS 'Norms that a person set: each stands before the row of reference.norm of the same place, direction and day, and no file touches it.';
COMMENT ON COLUMN core.norm.norm_mbps IS 'Megabits a second (10^6) at the IP layer.';
COMMENT ON COLUMN core.norm.source IS 'The act that sets the norm.';
