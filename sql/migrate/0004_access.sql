-- People who use the page: who they are, what they may see, what they did.

CREATE SCHEMA access;
COMMENT ON SCHEMA access IS 'What opens accounts and sessions: functions that the page''s own role (parta_access) may call, and nobody else.';

CREATE TABLE core.account (
	account_id    integer     GENERATED ALWAYS AS IDENTITY,
	login         text        NOT NULL,
	name          text        NOT NULL,
	role          text        NOT NULL,
	password_hash text        NOT NULL,
	language      text        NOT NULL DEFAULT 'ru',
	municipality  text,
	made_at       timestamptz NOT NULL DEFAULT now(),
	disabled_at   timestamptz,
	last_login_at timestamptz,
	CONSTRAINT account_pk PRIMARY KEY (account_id),
	CONSTRAINT account_login_once UNIQUE (login),
	CONSTRAINT account_login_form CHECK (login ~ '^[a-z0-9][a-z0-9._@-]{0,62}$'),
	CONSTRAINT account_name_form CHECK (name <> '' AND octet_length(name) < 256),
	CONSTRAINT account_role_known CHECK (role IN ('municipal', 'auditor', 'school', 'head', 'viewer')),
	CONSTRAINT account_hash_form CHECK (password_hash LIKE '$argon2id$%'),
	CONSTRAINT account_language_known CHECK (language IN ('ru', 'en')),
	CONSTRAINT account_municipality_form CHECK (municipality <> '' AND octet_length(municipality) < 256)
);
COMMENT ON TABLE core.account IS 'A person who may sign in to the page.';
COMMENT ON COLUMN core.account.login IS 'In lower case.';
COMMENT ON COLUMN core.account.role IS 'What the person may do; words in dictionary role.';
COMMENT ON COLUMN core.account.password_hash IS 'Argon2id (RFC 9106) in its encoded form, with salt and parameters.';
COMMENT ON COLUMN core.account.municipality IS 'Sees schools of this municipality only; empty: of all. Of no meaning for role school.';
COMMENT ON COLUMN core.account.disabled_at IS 'Since when the person may not sign in.';

CREATE TABLE core.account_school (
	account_id integer NOT NULL,
	school_id  integer NOT NULL,
	CONSTRAINT account_school_pk PRIMARY KEY (account_id, school_id),
	CONSTRAINT account_school_account FOREIGN KEY (account_id) REFERENCES core.account,
	CONSTRAINT account_school_school FOREIGN KEY (school_id) REFERENCES core.school
);
COMMENT ON TABLE core.account_school IS 'The schools of an account of role school.';
CREATE INDEX account_school_by_school ON core.account_school (school_id);

CREATE TABLE core.session (
	token_sha256 bytea       NOT NULL,
	account_id   integer     NOT NULL,
	made_at      timestamptz NOT NULL DEFAULT now(),
	used_at      timestamptz NOT NULL DEFAULT now(),
	address      inet        NOT NULL,
	CONSTRAINT session_pk PRIMARY KEY (token_sha256),
	CONSTRAINT session_account FOREIGN KEY (account_id) REFERENCES core.account,
	CONSTRAINT session_is_sha256 CHECK (octet_length(token_sha256) = 32)
);
COMMENT ON TABLE core.session IS 'Who is signed in. The token itself is kept in the browser alone.';
COMMENT ON COLUMN core.session.used_at IS 'When it was used last, to a minute.';
COMMENT ON COLUMN core.session.address IS 'Where it was opened from.';
CREATE INDEX session_by_account ON core.session (account_id);

CREATE TABLE core.login_attempt (
	key       text        NOT NULL,
	failures  integer     NOT NULL DEFAULT 0,
	failed_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT login_attempt_pk PRIMARY KEY (key),
	CONSTRAINT login_attempt_key CHECK (octet_length(key) <= 128),
	CONSTRAINT login_attempt_failures CHECK (failures >= 0)
);
COMMENT ON TABLE core.login_attempt IS 'Failed attempts to sign in, of a login ("login:x") or an address ("address:x"): more of them wait longer.';

CREATE TABLE core.access_log (
	entry_id   bigint      GENERATED ALWAYS AS IDENTITY,
	at         timestamptz NOT NULL DEFAULT now(),
	account_id integer,
	login      text        NOT NULL,
	address    inet        NOT NULL,
	action     text        NOT NULL,
	object     text        NOT NULL DEFAULT '',
	outcome    text        NOT NULL,
	CONSTRAINT access_log_pk PRIMARY KEY (entry_id),
	CONSTRAINT access_log_words CHECK (octet_length(login) < 256 AND octet_length(action) < 64 AND octet_length(object) < 256),
	CONSTRAINT access_log_outcome CHECK (outcome IN ('done', 'refused', 'failed'))
);
COMMENT ON TABLE core.access_log IS 'Who signed in and what people did. Rows are added and never touched again.';
COMMENT ON COLUMN core.access_log.account_id IS 'Empty when nobody was signed in.';
COMMENT ON COLUMN core.access_log.login IS 'As it was typed, when nobody was signed in.';
COMMENT ON COLUMN core.access_log.action IS 'As in the paths of the API: login, alerts/ack.';
COMMENT ON COLUMN core.access_log.object IS 'What it was done to: a school, a device, a login.';
COMMENT ON COLUMN core.access_log.outcome IS 'done; refused: not allowed or a wrong password; failed: it could not be done.';
CREATE INDEX access_log_by_time ON core.access_log (at);
CREATE INDEX access_log_by_account ON core.access_log (account_id, at);
