-- Takes the made-up schools away with all that belongs to them. Facts go first and
-- schools last; the audit loses only what demo-data itself wrote there.

LOCK TABLE core.alert IN SHARE ROW EXCLUSIVE MODE; -- a running collector raises no alert of a school that is going

CREATE TEMP TABLE demo_gone ON COMMIT DROP AS SELECT school_id FROM core.school WHERE code LIKE 'demo-%' AND EXISTS (SELECT FROM core.demo);
CREATE TEMP TABLE demo_agent ON COMMIT DROP AS SELECT agent_id FROM core.agent WHERE school_id IN (SELECT school_id FROM demo_gone);
ANALYZE demo_gone; ANALYZE demo_agent;
CREATE INDEX demo_by_agent ON core.device (agent_id);

DELETE FROM core.measured WHERE test_id IN (SELECT test_id FROM core.speed_test WHERE school_id IN (SELECT school_id FROM demo_gone));

ALTER TABLE audit.change DISABLE TRIGGER change_is_kept;
DELETE FROM audit.change WHERE actor = 'demo-data' AND school_id IN (SELECT school_id FROM demo_gone);
ALTER TABLE audit.change ENABLE TRIGGER change_is_kept;

ALTER TABLE core.contract DISABLE TRIGGER noted;

DO $$
DECLARE
	a_table text;
BEGIN
	-- Children before parents; what is not named here has no foreign key and goes in any order.
	FOR a_table IN
		SELECT c.relname
		  FROM pg_class AS c
		  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'school_id' AND NOT a.attisdropped
		  LEFT JOIN (VALUES ('claim_file', 1), ('claim', 2), ('speed_stream', 1), ('speed_direction', 2), ('speed_test', 3), ('outage_evidence', 1), ('outage', 2), ('filter_observation', 1), ('filter_run', 2),
		                    ('alert_event', 1), ('alert', 3), ('series', 4), ('device_correction', 1), ('device_merge', 1), ('merge_candidate', 1), ('device', 5),
		                    ('agent_counter', 1), ('agent_state', 6), ('gap', 1), ('report', 7), ('agent', 9), ('token', 9), ('school', 10)) AS o(name, turn) ON o.name = c.relname
		 WHERE c.relnamespace = 'core'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
		 ORDER BY COALESCE(o.turn, 0)
	LOOP
		IF a_table = 'agent' THEN
			DELETE FROM core.agent_key WHERE agent_id IN (SELECT agent_id FROM demo_agent);
			ALTER TABLE core.agent DISABLE TRIGGER noted;
			ALTER TABLE core.school DISABLE TRIGGER noted;
		ELSIF a_table = 'device' THEN
			ALTER TABLE core.device DISABLE TRIGGER noted;
		END IF;
		EXECUTE format('DELETE FROM core.%I WHERE school_id IN (SELECT school_id FROM demo_gone)', a_table);
	END LOOP;
	ALTER TABLE core.agent ENABLE TRIGGER noted;
	ALTER TABLE core.school ENABLE TRIGGER noted;
	ALTER TABLE core.contract ENABLE TRIGGER noted;
	ALTER TABLE core.device ENABLE TRIGGER noted;
END
$$;
DROP INDEX core.demo_by_agent;
DELETE FROM core.session WHERE account_id IN (SELECT account_id FROM core.account WHERE login LIKE 'demo-%');
DELETE FROM core.account WHERE login LIKE 'demo-%';
ALTER TABLE core.exam DISABLE TRIGGER noted;
DELETE FROM core.exam WHERE by_login = 'demo-data';
ALTER TABLE core.exam ENABLE TRIGGER noted;
DELETE FROM reference.plan WHERE source = 'demo-data';
DELETE FROM core.demo;
