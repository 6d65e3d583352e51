-- Inventories that other programs took down come in as reports of the school's import: a row of core.agent that no
-- program has the key of, and that nobody waits for.
ALTER TABLE core.agent ADD COLUMN kind text NOT NULL DEFAULT 'agent';
ALTER TABLE core.agent ADD CONSTRAINT agent_kind CHECK (kind IN ('agent', 'import'));
COMMENT ON COLUMN core.agent.kind IS 'agent: a program; import: what parta-collector inventory import brings for a school, revoked from the beginning so that nobody may speak as it.';
CREATE UNIQUE INDEX agent_import_once ON core.agent (school_id) WHERE kind = 'import';
