-- First fit: the earliest slot with room, so that there are as few as can be and each school measures as freely as can be.
CREATE OR REPLACE FUNCTION core.take_slot(p_school integer)
RETURNS TABLE (slot integer, slots integer, length_s integer)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
	v_school core.school;
	v_server text;
	v_room   numeric;
	v_need   numeric;
	v_slot   integer;
BEGIN
	SELECT * INTO v_school FROM core.school WHERE school_id = p_school;
	v_server := split_part(COALESCE(NULLIF(core.setting(p_school, 'speed_servers'), ''), core.setting(p_school, 'measure_url')), ',', 1);
	v_room := core.setting(p_school, 'measure_capacity_mbps')::numeric / 1.2;
	-- A test is held back at 1.1 of its target; one of capacity shows what was contracted.
	SELECT least(1.1 * COALESCE(max(n), 100), v_room)
	  INTO v_need
	  FROM (VALUES (v_school.contract_down_mbps), (v_school.contract_up_mbps),
	               (COALESCE(NULLIF(core.setting(p_school, 'target_down_mbps'), '')::numeric, core.norm_mbps(v_school.settlement, 'down', CURRENT_DATE))),
	               (COALESCE(NULLIF(core.setting(p_school, 'target_up_mbps'), '')::numeric, core.norm_mbps(v_school.settlement, 'up', CURRENT_DATE)))) AS v(n)
	 WHERE n > 0;

	PERFORM FROM core.speed_slot AS s
	  WHERE s.school_id = p_school AND s.server = v_server AND s.need_mbps = v_need AND s.taken_at > now() - interval '1 day'
	    AND (SELECT sum(o.need_mbps) FROM core.speed_slot AS o WHERE o.server = v_server AND o.slot = s.slot) <= v_room;
	IF NOT FOUND THEN
		PERFORM pg_advisory_xact_lock(hashtext('parta take_slot'), hashtext(v_server));
		DELETE FROM core.speed_slot AS s WHERE s.school_id = p_school;
		SELECT COALESCE((SELECT x.slot FROM (SELECT o.slot FROM core.speed_slot AS o WHERE o.server = v_server
		                                      GROUP BY o.slot HAVING sum(o.need_mbps) + v_need <= v_room) AS x
		                  UNION
		                 SELECT g FROM generate_series(0, (SELECT COALESCE(max(o.slot), -1) + 1 FROM core.speed_slot AS o WHERE o.server = v_server)) AS g
		                  WHERE NOT EXISTS (SELECT FROM core.speed_slot AS o WHERE o.server = v_server AND o.slot = g)
		                  ORDER BY 1 LIMIT 1))
		  INTO v_slot;
		INSERT INTO core.speed_slot (school_id, server, slot, need_mbps) VALUES (p_school, v_server, v_slot, v_need);
	END IF;

	RETURN QUERY
	SELECT s.slot, (SELECT max(o.slot) + 1 FROM core.speed_slot AS o WHERE o.server = v_server), 60
	  FROM core.speed_slot AS s WHERE s.school_id = p_school;
END
$$;

COMMENT ON FUNCTION core.take_slot(integer) IS
	'When a school measures: in the slot-th of slots stretches of length_s seconds that come round and round. Those of one slot never need more than the server carries (measure_capacity_mbps / 1.2). A school keeps its slot for a day at least, while it fits.';
