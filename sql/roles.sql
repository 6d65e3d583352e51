-- Who may do what. Re-applied with every migration; nothing here is for a person
-- to log in with: give your login the membership it needs.
--
--   parta_ingest   the collector: writes core, reads reference
--   parta_web      the page: reads api, for the account it names in app.account
--   parta_access   the page's own: opens accounts and sessions by the functions of schema access
--   parta_auditor  reads api and audit, all schools
--   parta_school   reads api, for the schools core.school_login gives its login
--   parta_api      owns the views of api, so that the others need no right on core

DO $$
DECLARE
	a_role text;
BEGIN
	FOREACH a_role IN ARRAY ARRAY['parta_ingest', 'parta_web', 'parta_access', 'parta_auditor', 'parta_school', 'parta_api'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = a_role) THEN
			EXECUTE format('CREATE ROLE %I NOLOGIN', a_role);
		END IF;
		IF NOT pg_has_role(current_user, a_role, 'MEMBER') THEN
			EXECUTE format('GRANT %I TO CURRENT_USER', a_role);
		END IF;
	END LOOP;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA core, audit, api, access FROM PUBLIC;
REVOKE ALL ON SCHEMA core, audit, reference, api, access FROM PUBLIC;

-- ---------------------------------------------------------------- the collector

GRANT USAGE ON SCHEMA core, reference TO parta_ingest;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA core TO parta_ingest;
-- A person's decisions are not the collector's.
REVOKE EXECUTE ON FUNCTION core.undo_merge(bigint), core.split_device(uuid, text[], text), core.undo_split(bigint), core.decide_candidate(bigint, text),
	core.tell_apart(uuid, uuid, text) FROM parta_ingest;
REVOKE EXECUTE ON FUNCTION core.put_school(text, text, text, text, text, text, numeric, numeric, integer, text) FROM parta_ingest;
REVOKE EXECUTE ON FUNCTION core.put_setting(text, text, text) FROM parta_ingest;
REVOKE EXECUTE ON FUNCTION core.add_exam(text, text, timestamp, timestamp, text, text), core.remove_exam(bigint, text) FROM parta_ingest;
REVOKE EXECUTE ON FUNCTION core.reclassify(uuid[], text[], text[], real[], text[], text[], text[], text[], text[], text[]) FROM parta_ingest;
GRANT SELECT ON ALL TABLES IN SCHEMA reference TO parta_ingest;
GRANT UPDATE (value) ON reference.setting TO parta_ingest;

DO $$
DECLARE
	a_table record;
BEGIN
	-- Partitions are reached through their parents only.
	FOR a_table IN
		SELECT c.oid::regclass AS name,
		       EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'school_id' AND NOT attisdropped) AS has_school
		  FROM pg_class AS c
		 WHERE c.relnamespace = 'core'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
	LOOP
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO parta_ingest', a_table.name);
		CONTINUE WHEN NOT a_table.has_school;

		EXECUTE format('GRANT SELECT ON %s TO parta_api', a_table.name);
		EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', a_table.name);
		EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', a_table.name);
		EXECUTE format('DROP POLICY IF EXISTS owner_all ON %s', a_table.name);
		EXECUTE format('CREATE POLICY owner_all ON %s TO CURRENT_USER USING (true) WITH CHECK (true)', a_table.name);
		EXECUTE format('DROP POLICY IF EXISTS ingest_all ON %s', a_table.name);
		EXECUTE format('CREATE POLICY ingest_all ON %s TO parta_ingest USING (true) WITH CHECK (true)', a_table.name);
		EXECUTE format('DROP POLICY IF EXISTS api_visible ON %s', a_table.name);
		EXECUTE format('CREATE POLICY api_visible ON %s FOR SELECT TO parta_api '
			'USING (ROW(school_id, 0) >= ROW((SELECT core.sees_from()), 0) AND school_id <= (SELECT core.sees_to()) '
			'AND ((SELECT core.sees_all()) OR school_id = ANY ((SELECT core.visible_schools())::integer[])))', a_table.name);
	END LOOP;
END
$$;

-- A token is a secret's shadow and a key says who may speak: neither is shown.
REVOKE DELETE ON core.report, core.agent, core.school FROM parta_ingest;
REVOKE ALL ON core.token, core.agent_key FROM parta_api;
REVOKE ALL ON core.schema_file FROM parta_ingest;
GRANT SELECT ON core.schema_file TO parta_ingest, parta_api;

-- People are no business of the collector's; who they are is seen through views, their passwords are not.
REVOKE ALL ON core.account, core.account_school, core.session, core.login_attempt, core.access_log FROM parta_ingest;
GRANT SELECT (account_id, login, name, role, language, municipality, disabled_at, last_login_at) ON core.account TO parta_api;
GRANT SELECT ON core.access_log TO parta_api;
GRANT USAGE ON SCHEMA access TO parta_access;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA access TO parta_access;
-- The rest of an alert is seen through its alerts, whose policy asks for the school; a silence of all schools by everybody.
GRANT SELECT ON core.incident, core.outbox TO parta_api;
GRANT SELECT (receiver_id, name, kind) ON core.receiver TO parta_api;
DROP POLICY IF EXISTS api_everywhere ON core.silence;
CREATE POLICY api_everywhere ON core.silence FOR SELECT TO parta_api USING (school_id IS NULL);
DROP POLICY IF EXISTS api_everywhere ON core.exam;
CREATE POLICY api_everywhere ON core.exam FOR SELECT TO parta_api USING (school_id IS NULL);
-- Of a view's functions it is whoever asks that runs them.
GRANT EXECUTE ON FUNCTION core.fill_words(text, jsonb) TO parta_api, parta_web, parta_auditor, parta_school;
GRANT EXECUTE ON FUNCTION core.evidence_pattern(text, boolean) TO parta_api, parta_web, parta_auditor, parta_school;
GRANT EXECUTE ON FUNCTION core.is_within(timestamptz, text, smallint[], smallint, smallint) TO parta_api, parta_web, parta_auditor, parta_school;

-- ---------------------------------------------------------------- those who read

GRANT USAGE ON SCHEMA core, reference, audit TO parta_api;
GRANT SELECT ON ALL TABLES IN SCHEMA reference TO parta_api;
GRANT SELECT ON core.demo, core.norm TO parta_api;
-- The other end of a test is seen beside the test, whose policy asks for the school.
GRANT SELECT (measured_id, test_id, direction, started_at, size_bytes, duration_s, congestion, tcp) ON core.measured TO parta_api;
GRANT SELECT ON audit.change TO parta_api, parta_auditor;
ALTER TABLE audit.change ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.change FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner_all ON audit.change;
CREATE POLICY owner_all ON audit.change TO CURRENT_USER USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS auditor_all ON audit.change;
CREATE POLICY auditor_all ON audit.change FOR SELECT TO parta_auditor USING (true);
DROP POLICY IF EXISTS api_visible ON audit.change;
CREATE POLICY api_visible ON audit.change FOR SELECT TO parta_api
	USING (ROW(school_id, 0) >= ROW((SELECT core.sees_from()), 0) AND school_id <= (SELECT core.sees_to())
	       AND ((SELECT core.sees_all()) OR school_id = ANY ((SELECT core.visible_schools())::integer[])));

-- A policy's function runs as whoever asks.
GRANT EXECUTE ON FUNCTION core.visible_schools(), core.sees_all(), core.sees_from(), core.sees_to(), core.asker() TO parta_api, parta_web, parta_auditor, parta_school;
GRANT USAGE ON SCHEMA api TO parta_web, parta_auditor, parta_school;
-- What people do on the page are functions that run as their owner and look first whom the page acts for.
GRANT USAGE ON SCHEMA core TO parta_web;
DO $$
DECLARE
	an_act text;
BEGIN
	FOREACH an_act IN ARRAY ARRAY['core.correct_device(uuid, text, jsonb)',
		'core.act_put_school(text, text, text, text, text, text, text, text, text, text)', 'core.act_make_token(text, bytea)',
		'core.put_lessons(text, jsonb)', 'core.act_add_exams(text[], text, date, date, time, time, text)', 'core.act_remove_exam(bigint, text)',
		'core.put_norm(text, text, date, numeric, text, text)',
		'core.act_revoke_agent(uuid, text)', 'core.act_decide_candidate(bigint, text, text)', 'core.ack_alert(bigint, text, text)', 'core.end_silence(bigint, text)',
		'core.add_quiet(text, text, boolean, timestamptz, timestamptz, smallint[], smallint, smallint, text, text)',
		'core.add_silence(text, text, timestamptz, timestamptz, text, text)', 'core.add_maintenance(text, timestamptz, timestamptz, text, text)',
		'core.note_claim(text, date, date, text, bigint, bigint, text)', 'core.note_claim_file(integer, text, text, text, text)',
		'core.put_contract(text, text, date, numeric, text, text, date, date, numeric, numeric, text, text)', 'core.note_export(inet, text, bigint, text, text)', 'core.find_devices(text)'] LOOP
		EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM parta_ingest', an_act);
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO parta_web', an_act);
	END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION core.put_receiver(text, text, text, text, text[], text, text[], text, text, boolean), core.drop_receiver(text),
	core.test_receiver(text), core.retry_outbox(bigint) FROM parta_ingest;
GRANT USAGE ON SCHEMA reference, audit TO parta_auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA reference TO parta_auditor;
GRANT CREATE, USAGE ON SCHEMA api TO parta_api;

DO $$
DECLARE
	a_view regclass;
BEGIN
	FOR a_view IN SELECT c.oid FROM pg_class AS c WHERE c.relnamespace = 'api'::regnamespace AND c.relkind = 'v' LOOP
		EXECUTE format('ALTER VIEW %s OWNER TO parta_api', a_view);
		EXECUTE format('GRANT SELECT ON %s TO parta_web, parta_auditor, parta_school', a_view);
	END LOOP;
END
$$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA api TO parta_web, parta_auditor, parta_school, parta_api;
