-- The end of an outage whose own report was refused (its clock ran ahead) is drawn from what the agent tells later.

ALTER TABLE core.outage ADD COLUMN end_inferred boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN core.outage.end_inferred IS
	'The end was not told: it is when the line was first seen to work again, or the next outage began. A told end takes its place.';
