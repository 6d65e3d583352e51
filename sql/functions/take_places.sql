-- Places of the devices of one report. A device that has none there keeps the one it has.
CREATE OR REPLACE FUNCTION core.take_places(
	p_report bigint, p_school integer, p_agent uuid,
	l_key text[], l_switch text[], l_port text[], l_index bigint[], l_load integer[], l_vlan integer[], l_point text[], l_ssid text[],
	l_seen timestamptz[])
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	PERFORM set_config('parta.report_id', p_report::text, true);
	INSERT INTO core.device_place AS p (device_id, school_id, agent_id, switch_key, port, if_index, port_load, vlan, access_point_key, ssid,
	                                    since, seen_at, report_id, switch_id, access_point_id)
	SELECT DISTINCT ON (d.device_id) d.device_id, p_school, p_agent, u.switch, u.port, u.index, u.load, u.vlan, u.point, u.ssid, u.seen, u.seen, p_report,
	       w.device_id, a.device_id
	  FROM unnest(l_key, l_switch, l_port, l_index, l_load, l_vlan, l_point, l_ssid, l_seen)
	       AS u(key, switch, port, index, load, vlan, point, ssid, seen)
	  JOIN core.device AS d ON d.agent_id = p_agent AND d.agent_key = u.key AND d.merged_into IS NULL
	  LEFT JOIN core.device AS w ON w.agent_id = p_agent AND w.agent_key = u.switch AND u.switch <> '' AND w.merged_into IS NULL
	  LEFT JOIN core.device AS a ON a.agent_id = p_agent AND a.agent_key = u.point AND u.point <> '' AND a.merged_into IS NULL
	 ORDER BY d.device_id, u.seen DESC
	ON CONFLICT ON CONSTRAINT device_place_pk DO UPDATE
	   SET agent_id = excluded.agent_id,
	       switch_key = excluded.switch_key,
	       port = excluded.port,
	       if_index = excluded.if_index,
	       port_load = excluded.port_load,
	       vlan = excluded.vlan,
	       access_point_key = excluded.access_point_key,
	       ssid = excluded.ssid,
	       since = CASE WHEN p.port = excluded.port AND (p.switch_key = excluded.switch_key OR p.switch_id = excluded.switch_id)
	                         AND (p.access_point_key = excluded.access_point_key OR p.access_point_id = excluded.access_point_id)
	                    THEN p.since ELSE excluded.since END,
	       switch_id = COALESCE(excluded.switch_id, CASE WHEN p.switch_key = excluded.switch_key THEN p.switch_id END),
	       access_point_id = COALESCE(excluded.access_point_id, CASE WHEN p.access_point_key = excluded.access_point_key THEN p.access_point_id END),
	       seen_at = excluded.seen_at,
	       report_id = excluded.report_id
	 WHERE p.seen_at <= excluded.seen_at;
	PERFORM set_config('parta.report_id', '', true);
END
$$;

COMMENT ON FUNCTION core.take_places(bigint, integer, uuid, text[], text[], text[], bigint[], integer[], integer[], text[], text[], timestamptz[]) IS
	'Stores where the devices of a report hang; each is found by the key that its agent has for it. Another port or access point is a move, which audit.change keeps.';
