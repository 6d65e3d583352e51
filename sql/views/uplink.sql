CREATE OR REPLACE FUNCTION api.uplink(p_device uuid)
RETURNS TABLE (hop integer, switch_id uuid, switch_name text, port text)
LANGUAGE sql
STABLE
AS $$
	WITH RECURSIVE way AS (
		SELECT 1 AS hop, p.switch_id, p.switch_name, p.port
		  FROM api.place AS p
		 WHERE p.device_id = p_device
		UNION ALL
		SELECT w.hop + 1, p.switch_id, p.switch_name, p.port
		  FROM way AS w
		  JOIN api.place AS p ON p.device_id = w.switch_id
		 WHERE w.hop < 16
	)
	SELECT w.hop, w.switch_id, w.switch_name, w.port FROM way AS w ORDER BY w.hop
$$;

COMMENT ON FUNCTION api.uplink(uuid) IS
	'The switch ports from a device upwards, hop by hop, as far as switches tell of each other.';
