-- Either direction has a target of its own, and a verdict is about it.
ALTER TABLE core.speed_direction ADD COLUMN target_mbps double precision;
COMMENT ON COLUMN core.speed_direction.target_mbps IS 'That the verdict is about; empty: that of the test.';
ALTER TABLE core.speed_run ADD COLUMN target_mbps double precision;
COMMENT ON COLUMN core.speed_run.target_mbps IS 'That the verdict is about; empty: that of the test.';

-- Replaced by functions that take the targets too.
DROP FUNCTION IF EXISTS core.take_speed(bigint, integer, uuid, uuid, timestamptz, text, text, text, double precision,
	double precision, double precision, double precision, bigint, double precision, text, text, text,
	text[], double precision[], double precision[], integer[], double precision[], bigint[], text[], real[], integer[], integer[], integer[],
	integer[], bigint[], integer[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]);
DROP FUNCTION IF EXISTS core.take_speed_runs(bigint, integer, uuid, uuid, double precision,
	text[], text[], text[], integer[], double precision[], double precision[], bigint[], text[], real[], text[], double precision[],
	double precision[], integer[], integer[], integer[], integer[], text[], double precision[], text[], text[], integer[], bigint[], integer[], bigint[],
	integer[], bigint[]);
