-- A control vantage: agents that stand outside the schools' filters, so that what
-- a school does not reach can be told from what nobody reaches.

ALTER TABLE core.school
	ADD COLUMN vantage text NOT NULL DEFAULT 'school',
	ADD CONSTRAINT school_vantage CHECK (vantage IN ('school', 'control'));
COMMENT ON COLUMN core.school.vantage IS
	'school, or control: its agents stand outside the schools'' filters (at the municipality), and no report counts it among schools.';

-- One with a parameter more takes its place (functions/put_school.sql).
DROP FUNCTION IF EXISTS core.put_school(text, text, text, text, text, text, numeric, numeric, integer);
