CREATE OR REPLACE FUNCTION core.merge_devices(p_kept uuid, p_gone uuid, p_reason text, p_report bigint)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
	v_school integer;
	v_merge  bigint;
BEGIN
	SELECT k.school_id INTO v_school
	  FROM core.device AS k
	  JOIN core.device AS g ON g.school_id = k.school_id
	 WHERE k.device_id = p_kept AND g.device_id = p_gone AND k.merged_into IS NULL AND g.merged_into IS NULL AND p_kept <> p_gone;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'devices % and % cannot be merged: both must be of one school and not merged yet', p_kept, p_gone;
	END IF;

	INSERT INTO core.device_merge (school_id, kept_id, gone_id, reason, report_id, moved)
	SELECT v_school, p_kept, p_gone, p_reason, p_report, jsonb_build_object(
	       'identifiers', COALESCE((SELECT jsonb_agg(jsonb_build_array(i.kind, i.value))
	                                  FROM core.device_identifier AS i WHERE i.device_id = p_gone AND i.ended_at IS NULL), '[]'),
	       'addresses', COALESCE((SELECT jsonb_agg(a.address)
	                                FROM core.device_address AS a WHERE a.device_id = p_gone AND a.ended_at IS NULL), '[]'))
	RETURNING merge_id INTO v_merge;

	INSERT INTO core.device_identifier AS i (device_id, kind, value, school_id, qualifier, claimed_at, seen_at, is_shared, report_id)
	SELECT p_kept, kind, value, school_id, qualifier, claimed_at, seen_at, is_shared, COALESCE(p_report, report_id)
	  FROM core.device_identifier WHERE device_id = p_gone AND ended_at IS NULL
	ON CONFLICT ON CONSTRAINT device_identifier_pk DO UPDATE
	   SET seen_at = greatest(i.seen_at, excluded.seen_at), claimed_at = least(i.claimed_at, excluded.claimed_at), ended_at = NULL;
	INSERT INTO core.device_address AS a (device_id, address, school_id, claimed_at, seen_at, report_id)
	SELECT p_kept, address, school_id, claimed_at, seen_at, COALESCE(p_report, report_id)
	  FROM core.device_address WHERE device_id = p_gone AND ended_at IS NULL
	ON CONFLICT ON CONSTRAINT device_address_pk DO UPDATE
	   SET seen_at = greatest(a.seen_at, excluded.seen_at), claimed_at = least(a.claimed_at, excluded.claimed_at), ended_at = NULL;

	UPDATE core.device_identifier SET ended_at = now() WHERE device_id = p_gone AND ended_at IS NULL;
	UPDATE core.device_address SET ended_at = now() WHERE device_id = p_gone AND ended_at IS NULL;
	UPDATE core.device AS k
	   SET first_seen = least(k.first_seen, g.first_seen), last_seen = greatest(k.last_seen, g.last_seen)
	  FROM core.device AS g
	 WHERE k.device_id = p_kept AND g.device_id = p_gone;
	UPDATE core.device SET merged_into = p_kept WHERE device_id = p_gone;
	PERFORM core.join_days(p_kept, p_gone);
	DELETE FROM core.device_idle WHERE device_id = p_gone;
	-- What a person said of the gone one holds for the kept one, unless it has been spoken of itself.
	UPDATE core.device_correction SET device_id = p_kept
	 WHERE device_id = p_gone AND NOT EXISTS (SELECT FROM core.device_correction WHERE device_id = p_kept);
	INSERT INTO core.roll_mark (school_id, part, from_at, to_at) VALUES (v_school, 'device', now(), now());
	RETURN v_merge;
END
$$;

COMMENT ON FUNCTION core.merge_devices(uuid, uuid, text, bigint) IS
	'Two devices are one: the first keeps its number and takes over what identified the second. Recorded; core.undo_merge() takes it back.';

CREATE OR REPLACE FUNCTION core.undo_merge(p_merge bigint)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	v_merge core.device_merge;
BEGIN
	UPDATE core.device_merge SET undone_at = now()
	 WHERE merge_id = p_merge AND undone_at IS NULL
	RETURNING * INTO v_merge;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'merge % is not there or is undone already', p_merge;
	END IF;

	UPDATE core.device SET merged_into = NULL WHERE device_id = v_merge.gone_id AND merged_into = v_merge.kept_id;
	UPDATE core.device_identifier AS i SET ended_at = NULL
	  FROM jsonb_array_elements(v_merge.moved -> 'identifiers') AS m
	 WHERE i.device_id = v_merge.gone_id AND i.kind = m ->> 0 AND i.value = m ->> 1;
	UPDATE core.device_identifier AS i SET ended_at = now()
	  FROM jsonb_array_elements(v_merge.moved -> 'identifiers') AS m
	 WHERE i.device_id = v_merge.kept_id AND i.kind = m ->> 0 AND i.value = m ->> 1 AND i.ended_at IS NULL;
	UPDATE core.device_address AS a SET ended_at = NULL
	  FROM jsonb_array_elements_text(v_merge.moved -> 'addresses') AS m
	 WHERE a.device_id = v_merge.gone_id AND a.address = m::inet;
	UPDATE core.device_address AS a SET ended_at = now()
	  FROM jsonb_array_elements_text(v_merge.moved -> 'addresses') AS m
	 WHERE a.device_id = v_merge.kept_id AND a.address = m::inet AND a.ended_at IS NULL;

	PERFORM core.tell_apart(v_merge.kept_id, v_merge.gone_id, 'a person undid the merge');
	INSERT INTO core.roll_mark (school_id, part, from_at, to_at) VALUES (v_merge.school_id, 'device', now(), now());
END
$$;

COMMENT ON FUNCTION core.undo_merge(bigint) IS
	'Takes a merge back: the gone device lives again with what identified it, and the two are not merged again.';
