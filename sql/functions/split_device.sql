-- What a person decides about identity, and takes back.

CREATE OR REPLACE FUNCTION core.tell_apart(p_device uuid, p_other uuid, p_reason text)
RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO core.merge_candidate (school_id, device_id, other_id, kind, value, reason, noted_at, report_id, decided_at, decision)
	SELECT d.school_id, p_device, p_other, 'person', p_other::text, p_reason, now(), 0, now(), 'different'
	  FROM core.device AS d WHERE d.device_id = p_device
	ON CONFLICT ON CONSTRAINT merge_candidate_once DO UPDATE SET decided_at = now(), decision = 'different'
$$;

COMMENT ON FUNCTION core.tell_apart(uuid, uuid, text) IS 'A person says that two devices are two: they are never merged, nor proposed, again.';

CREATE OR REPLACE FUNCTION core.split_device(p_device uuid, p_values text[], p_reason text)
RETURNS TABLE (split_id bigint, new_id uuid)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
	v_new   uuid;
	v_split bigint;
	v_moved jsonb;
BEGIN
	SELECT jsonb_agg(jsonb_build_array(i.kind, i.value)) INTO v_moved
	  FROM core.device_identifier AS i
	 WHERE i.device_id = p_device AND i.ended_at IS NULL AND i.value = ANY (p_values);
	IF v_moved IS NULL OR jsonb_array_length(v_moved) < cardinality(p_values) THEN
		RAISE EXCEPTION 'device % does not have all of these identifiers', p_device USING ERRCODE = 'no_data_found';
	END IF;
	IF NOT EXISTS (SELECT FROM core.device_identifier AS i WHERE i.device_id = p_device AND i.ended_at IS NULL AND i.value <> ALL (p_values)) THEN
		RAISE EXCEPTION 'nothing would be left of device %', p_device USING ERRCODE = 'invalid_parameter_value';
	END IF;

	INSERT INTO core.device (school_id, first_seen, last_seen, agent_id, report_id)
	SELECT d.school_id, x.first, x.last, d.agent_id, d.report_id
	  FROM core.device AS d
	 CROSS JOIN (SELECT min(i.claimed_at) AS first, max(i.seen_at) AS last FROM core.device_identifier AS i
	              WHERE i.device_id = p_device AND i.ended_at IS NULL AND i.value = ANY (p_values)) AS x
	 WHERE d.device_id = p_device AND d.merged_into IS NULL
	RETURNING device_id INTO v_new;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'device % was taken for another one', p_device USING ERRCODE = 'no_data_found';
	END IF;
	INSERT INTO core.device_identifier (device_id, kind, value, school_id, qualifier, claimed_at, seen_at, is_shared, report_id)
	SELECT v_new, i.kind, i.value, i.school_id, i.qualifier, i.claimed_at, i.seen_at, i.is_shared, i.report_id
	  FROM core.device_identifier AS i WHERE i.device_id = p_device AND i.ended_at IS NULL AND i.value = ANY (p_values);
	UPDATE core.device_identifier AS i SET ended_at = now() WHERE i.device_id = p_device AND i.ended_at IS NULL AND i.value = ANY (p_values);
	INSERT INTO core.device_split (school_id, device_id, new_id, reason, moved)
	SELECT d.school_id, p_device, v_new, p_reason, v_moved FROM core.device AS d WHERE d.device_id = p_device
	RETURNING device_split.split_id INTO v_split;
	PERFORM core.tell_apart(p_device, v_new, p_reason);
	INSERT INTO core.roll_mark (school_id, part, from_at, to_at) SELECT d.school_id, 'device', now(), now() FROM core.device AS d WHERE d.device_id = v_new;
	RETURN QUERY SELECT v_split, v_new;
END
$$;

COMMENT ON FUNCTION core.split_device(uuid, text[], text) IS
	'These identifiers of a device are another one''s: it gets them, and the two are not merged again. core.undo_split() takes it back.';

CREATE OR REPLACE FUNCTION core.undo_split(p_split bigint)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	v_split core.device_split;
BEGIN
	UPDATE core.device_split SET undone_at = now() WHERE split_id = p_split AND undone_at IS NULL RETURNING * INTO v_split;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'split % is not there or is undone already', p_split USING ERRCODE = 'no_data_found';
	END IF;
	UPDATE core.merge_candidate SET decided_at = now(), decision = 'same'
	 WHERE (device_id, other_id) IN ((v_split.device_id, v_split.new_id), (v_split.new_id, v_split.device_id)) AND decision = 'different';
	PERFORM core.merge_devices(v_split.device_id, v_split.new_id, 'the split was undone', NULL);
END
$$;

COMMENT ON FUNCTION core.undo_split(bigint) IS 'Takes a split back: the device has its identifiers again.';

CREATE OR REPLACE FUNCTION core.decide_candidate(p_candidate bigint, p_decision text)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
	v_pair  core.merge_candidate;
	v_kept  uuid;
	v_merge bigint;
BEGIN
	UPDATE core.merge_candidate SET decided_at = now(), decision = p_decision
	 WHERE candidate_id = p_candidate AND decision IS NULL RETURNING * INTO v_pair;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'question % is not there or is answered already', p_candidate USING ERRCODE = 'no_data_found';
	END IF;
	IF p_decision = 'same' THEN
		SELECT d.device_id INTO v_kept FROM core.device AS d
		 WHERE d.device_id IN (v_pair.device_id, v_pair.other_id) ORDER BY d.first_seen, d.device_id LIMIT 1;
		v_merge := core.merge_devices(v_kept, CASE WHEN v_kept = v_pair.device_id THEN v_pair.other_id ELSE v_pair.device_id END,
			'a person said so', NULL);
	END IF;
	RETURN v_merge;
END
$$;

COMMENT ON FUNCTION core.decide_candidate(bigint, text) IS
	'A person answers whether two devices are one: same (they are merged, the older stays; returns the merge) or different (never asked again).';

-- Runs as its owner: the page may not write, and asks as one who sees some schools only.
CREATE OR REPLACE FUNCTION core.act_decide_candidate(p_candidate bigint, p_decision text, p_by text)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_school integer;
BEGIN
	SELECT c.school_id INTO v_school FROM core.merge_candidate AS c
	 WHERE c.candidate_id = p_candidate AND c.decision IS NULL AND c.school_id = ANY (core.visible_schools()) FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'no_candidate';
	END IF;
	IF p_decision IS NULL OR p_decision NOT IN ('same', 'different') THEN
		RETURN 'malformed';
	END IF;
	PERFORM set_config('app.login', p_by, true);
	PERFORM core.decide_candidate(p_candidate, p_decision);
	PERFORM core.roll_equipment(v_school);
	INSERT INTO core.roll_mark (school_id, part, from_at, to_at) VALUES (v_school, 'device', now(), now());
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION core.act_decide_candidate(bigint, text, text) IS
	'What a person of the page says of two devices that share a key: same or different. Null when done, else what is wrong: no_candidate, malformed.';
