-- What changed, from what to what, and which report brought it. Append-only:
-- not even the owner of the tables may change a row that is there.

CREATE SCHEMA audit;
COMMENT ON SCHEMA audit IS 'What changed and who brought it. Rows are added and never touched again.';

CREATE TABLE audit.change (
	change_id  bigint      GENERATED ALWAYS AS IDENTITY,
	changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	table_name text        NOT NULL,
	row_key    jsonb       NOT NULL,
	school_id  integer,
	action     text        NOT NULL,
	was        jsonb,
	became     jsonb,
	report_id  bigint,
	actor      text        NOT NULL DEFAULT session_user,
	CONSTRAINT change_pk PRIMARY KEY (change_id),
	CONSTRAINT change_action CHECK (action IN ('insert', 'update', 'delete'))
);
COMMENT ON TABLE audit.change IS 'One change of one row that an auditor may ask about.';
COMMENT ON COLUMN audit.change.row_key IS 'The key of the changed row.';
COMMENT ON COLUMN audit.change.was IS 'The watched columns that changed, before; empty for a birth.';
COMMENT ON COLUMN audit.change.became IS 'The same columns after; empty for a death.';
COMMENT ON COLUMN audit.change.report_id IS 'The report that brought it; empty when a person did.';
COMMENT ON COLUMN audit.change.actor IS 'The database user.';
CREATE INDEX change_by_row ON audit.change (table_name, row_key, changed_at);
CREATE INDEX change_by_school ON audit.change (school_id, changed_at);

CREATE SCHEMA api;
COMMENT ON SCHEMA api IS
	'What is shown. Everything here may be read with psql, a spreadsheet or Grafana; the columns of a view are only ever added to.';
