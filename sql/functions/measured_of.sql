CREATE OR REPLACE FUNCTION core.measured_of(p_test uuid)
RETURNS json
LANGUAGE sql STABLE
AS $$
	SELECT coalesce(json_agg(json_build_object(
	           'protocol', m.protocol,
	           'direction', m.direction,
	           'started_ms', (EXTRACT(epoch FROM m.started_at) * 1000)::bigint,
	           'bytes', m.size_bytes,
	           'duration_us', (m.duration_s * 1000000)::bigint,
	           'sample_ms', m.sample_ms,
	           'first_sample', m.first_sample,
	           'samples', m.samples,
	           'rate_bps', m.rate_bps,
	           'congestion', m.congestion,
	           'cpu_pct', round(m.cpu_pct::numeric, 1),
	           'tcp', m.tcp) ORDER BY m.measured_id), '[]')
	  FROM (SELECT * FROM core.measured WHERE test_id = p_test ORDER BY measured_id LIMIT 128) AS m
$$;

COMMENT ON FUNCTION core.measured_of(uuid) IS
	'What the collector recorded of a test: an array of its streams, the first 128.';
