CREATE OR REPLACE FUNCTION core.note_agent_change()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	UPDATE core.agent_generation SET generation = generation + 1;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION core.note_agent_change() IS
	'Trigger: who may speak has changed; collectors read the list again.';

CREATE OR REPLACE TRIGGER agent_changed
	AFTER INSERT OR UPDATE OR DELETE ON core.agent
	FOR EACH STATEMENT EXECUTE FUNCTION core.note_agent_change();
CREATE OR REPLACE TRIGGER agent_key_changed
	AFTER INSERT OR UPDATE OR DELETE ON core.agent_key
	FOR EACH STATEMENT EXECUTE FUNCTION core.note_agent_change();
CREATE OR REPLACE TRIGGER school_changed
	AFTER UPDATE ON core.school
	FOR EACH STATEMENT EXECUTE FUNCTION core.note_agent_change();
