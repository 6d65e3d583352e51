-- One trigger for every watched table. Its arguments: the key columns, '|', the
-- watched columns (none: all). Nothing is written when no watched column changed.
CREATE OR REPLACE FUNCTION audit.note_change()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_bar     integer := array_position(TG_ARGV, '|');
	v_keys    text[];
	v_watched text[];
	v_was     jsonb;
	v_became  jsonb;
	v_row     jsonb;
BEGIN
	SELECT array_agg(a) FILTER (WHERE n - 1 < v_bar), array_agg(a) FILTER (WHERE n - 1 > v_bar)
	  INTO v_keys, v_watched
	  FROM unnest(TG_ARGV) WITH ORDINALITY AS t(a, n);
	IF TG_OP <> 'INSERT' THEN
		v_was := to_jsonb(OLD);
	END IF;
	IF TG_OP <> 'DELETE' THEN
		v_became := to_jsonb(NEW);
	END IF;
	v_row := COALESCE(v_became, v_was);

	IF TG_OP = 'UPDATE' THEN
		SELECT jsonb_object_agg(w.key, w.value), jsonb_object_agg(w.key, v_became -> w.key)
		  INTO v_was, v_became
		  FROM jsonb_each(v_was) AS w
		 WHERE w.value IS DISTINCT FROM v_became -> w.key
		   AND (v_watched IS NULL OR w.key = ANY (v_watched));
		IF v_was IS NULL THEN
			RETURN NULL;
		END IF;
	ELSE
		SELECT jsonb_object_agg(k, v_was -> k), jsonb_object_agg(k, v_became -> k)
		  INTO v_was, v_became
		  FROM jsonb_object_keys(v_row) AS k
		 WHERE v_watched IS NULL OR k = ANY (v_watched);
	END IF;

	INSERT INTO audit.change (table_name, row_key, school_id, action, was, became, report_id, actor)
	SELECT TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME,
	       (SELECT jsonb_object_agg(k, v_row -> k) FROM unnest(v_keys) AS k),
	       (v_row ->> 'school_id')::integer,
	       lower(TG_OP),
	       CASE WHEN TG_OP <> 'INSERT' THEN v_was END,
	       CASE WHEN TG_OP <> 'DELETE' THEN v_became END,
	       NULLIF(current_setting('parta.report_id', true), '')::bigint,
	       COALESCE(NULLIF(current_setting('app.login', true), ''), session_user);
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION audit.note_change() IS
	'Trigger: writes what changed into audit.change, with the report of this transaction (parta.report_id) when one is being stored, and the person the page acts for (app.login).';

-- Runs as its owner: who stores evidence may not write the audit.
CREATE OR REPLACE FUNCTION core.note_evidence(
	p_report bigint, p_school integer, p_devices uuid[],
	e_of integer[], e_source text[], e_key text[], e_value text[], e_seen timestamptz[])
RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	WITH given AS MATERIALIZED (
		SELECT p_devices[u.of] AS device_id, u.source, u.key, array_agg(DISTINCT u.value) AS vals, max(u.seen) AS seen_at
		  FROM unnest(e_of, e_source, e_key, e_value, e_seen) AS u(of, source, key, value, seen)
		  JOIN reference.watched_evidence AS w ON w.source = u.source AND w.key = u.key
		 GROUP BY 1, 2, 3
	), changed AS (
		SELECT g.device_id, g.source || '.' || g.key AS what,
		       ARRAY(SELECT v FROM unnest(k.vals) AS v WHERE v <> ALL (g.vals) ORDER BY v) AS lost,
		       ARRAY(SELECT v FROM unnest(g.vals) AS v WHERE v <> ALL (k.vals) ORDER BY v) AS gained
		  FROM given AS g
		 CROSS JOIN LATERAL (
		       SELECT array_agg(e.value) AS vals, max(e.seen_at) AS seen_at
		         FROM core.device_evidence AS e WHERE e.device_id = g.device_id AND e.source = g.source AND e.key = g.key) AS k
		 WHERE g.seen_at >= k.seen_at
	)
	INSERT INTO audit.change (table_name, row_key, school_id, action, was, became, report_id, actor)
	SELECT 'core.device_evidence', jsonb_build_object('device_id', c.device_id), p_school, 'update',
	       jsonb_object_agg(c.what, array_to_string(c.lost, '; ')), jsonb_object_agg(c.what, array_to_string(c.gained, '; ')), p_report, session_user
	  FROM changed AS c
	 WHERE cardinality(c.lost) + cardinality(c.gained) > 0
	 GROUP BY c.device_id
$$;

COMMENT ON FUNCTION core.note_evidence(bigint, integer, uuid[], integer[], text[], text[], text[], timestamptz[]) IS
	'Writes into audit.change what evidence of reference.watched_evidence a report takes away and brings; what comes for the first time is no change. To be called before it is stored.';

CREATE OR REPLACE FUNCTION audit.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
	RAISE EXCEPTION '%.% keeps what it has: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, lower(TG_OP)
		USING ERRCODE = 'insufficient_privilege';
END
$$;

COMMENT ON FUNCTION audit.refuse_change() IS 'Trigger: a row of the audit stays as it is.';

CREATE OR REPLACE TRIGGER change_is_kept
	BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.change
	FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

-- ---------------------------------------------------------------- the list of what is watched

-- A device is updated whenever it is seen: the trigger asks first whether anything watched has changed. That it was
-- switched off for the night is none of it: core.device_month knows its days.
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR DELETE ON core.device FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('device_id', '|', 'class', 'class_rule', 'vendor', 'model', 'serial',
		'firmware', 'os', 'name', 'location', 'gone_at', 'merged_into');
CREATE OR REPLACE TRIGGER noted_update AFTER UPDATE ON core.device FOR EACH ROW
	WHEN ((OLD.class, OLD.class_rule, OLD.vendor, OLD.model, OLD.serial, OLD.firmware, OLD.os, OLD.name, OLD.location,
	       OLD.gone_at, OLD.merged_into) IS DISTINCT FROM
	      (NEW.class, NEW.class_rule, NEW.vendor, NEW.model, NEW.serial, NEW.firmware, NEW.os, NEW.name, NEW.location,
	       NEW.gone_at, NEW.merged_into))
	EXECUTE FUNCTION audit.note_change('device_id', '|', 'class', 'class_rule', 'vendor', 'model', 'serial',
		'firmware', 'os', 'name', 'location', 'gone_at', 'merged_into');
-- Who is seen where it was is no news.
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR DELETE ON core.device_place FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('device_id', '|', 'switch_key', 'port', 'vlan', 'access_point_key', 'ssid');
CREATE OR REPLACE TRIGGER noted_update AFTER UPDATE ON core.device_place FOR EACH ROW
	WHEN ((OLD.port, OLD.vlan, OLD.ssid) IS DISTINCT FROM (NEW.port, NEW.vlan, NEW.ssid)
	      -- Another key of the same switch is no other place.
	      OR (OLD.switch_key <> NEW.switch_key AND (OLD.switch_id = NEW.switch_id) IS NOT TRUE)
	      OR (OLD.access_point_key <> NEW.access_point_key AND (OLD.access_point_id = NEW.access_point_id) IS NOT TRUE))
	EXECUTE FUNCTION audit.note_change('device_id', '|', 'switch_key', 'port', 'vlan', 'access_point_key', 'ssid');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.school FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('school_id', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.contract FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('school_id', 'valid_from', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.school_setting FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('school_id', 'name', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.school_lesson FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('school_id', 'weekday', 'from_minute', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.agent FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('agent_id', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.agent_key FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('key_sha256', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.token FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('token_sha256', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.account FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('login', '|', 'name', 'role', 'municipality', 'disabled_at');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.account_school FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('account_id', 'school_id', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.merge_candidate FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('candidate_id', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.device_merge FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('merge_id', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.device_split FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('split_id', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.device_correction FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('device_id', '|', 'class', 'room', 'inventory_number');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.exam FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('exam_id', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON core.norm FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('settlement', 'direction', 'valid_from', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON reference.norm FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('settlement', 'direction', 'valid_from', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON reference.device_class FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('class', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON reference.filter_entry FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('entry_id', '|');
CREATE OR REPLACE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON reference.setting FOR EACH ROW
	EXECUTE FUNCTION audit.note_change('name', '|');
