-- What a test rests on beside its samples: how long answers took meanwhile, one by one, and the cipher that TLS took.
ALTER TABLE core.speed_test ADD COLUMN cipher text NOT NULL DEFAULT '';
ALTER TABLE core.speed_test ADD CONSTRAINT speed_test_cipher CHECK (octet_length(cipher) <= 255);
COMMENT ON COLUMN core.speed_test.cipher IS 'Of TLS, of the first server; empty: none, or not told.';
ALTER TABLE core.speed_run ADD COLUMN ping_us bigint[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN core.speed_run.ping_us IS 'Round trips while the line was loaded, in their order; empty: none was measured.';

-- Replaced by one that takes them too.
DROP FUNCTION IF EXISTS core.take_speed_runs(bigint, integer, uuid, uuid, double precision,
	text[], text[], text[], integer[], double precision[], double precision[], bigint[], text[], real[], text[], double precision[],
	double precision[], integer[], integer[], integer[], integer[], text[], double precision[], double precision[], text[], text[], integer[], bigint[], integer[], bigint[],
	integer[], bigint[]);
