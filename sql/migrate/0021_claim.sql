-- Papers for a claim to a provider: what they say of the contract, which were made, and of which bytes.

ALTER TABLE core.school
	ADD COLUMN address            text NOT NULL DEFAULT '',
	ADD COLUMN contract_number    text NOT NULL DEFAULT '',
	ADD COLUMN contract_day       date,
	ADD COLUMN contract_month_rub numeric,
	ADD CONSTRAINT school_address CHECK (octet_length(address) <= 1000),
	ADD CONSTRAINT school_contract_number CHECK (octet_length(contract_number) <= 255),
	ADD CONSTRAINT school_contract_day CHECK (contract_day BETWEEN '1990-01-01' AND '2100-01-01'),
	ADD CONSTRAINT school_contract_month_rub CHECK (contract_month_rub > 0 AND contract_month_rub < 1e9);
COMMENT ON COLUMN core.school.address IS 'Where the line ends, as the contract has it.';
COMMENT ON COLUMN core.school.contract_number IS 'Of the contract with the provider; likewise its day.';
COMMENT ON COLUMN core.school.contract_month_rub IS 'What a month of the line costs, in roubles: the basis of a recalculation.';

CREATE TABLE reference.claim_text (
	paper   text     NOT NULL,
	ordinal smallint NOT NULL,
	kind    text     NOT NULL,
	holds   text     NOT NULL DEFAULT '',
	text_ru text     NOT NULL,
	CONSTRAINT claim_text_pk PRIMARY KEY (paper, ordinal),
	CONSTRAINT claim_text_paper CHECK (paper IN ('act', 'journal')),
	CONSTRAINT claim_text_kind CHECK (kind IN ('title', 'subtitle', 'pair', 'head', 'text', 'table', 'sign'))
);
COMMENT ON TABLE reference.claim_text IS 'What papers for a claim say, paragraph by paragraph, with {facts} of api.claim_facts().';
COMMENT ON COLUMN reference.claim_text.kind IS 'pair: a label and a value with | between them; table: the name of one of api.claim_table().';
COMMENT ON COLUMN reference.claim_text.holds IS 'fact=value: printed in that case alone.';

CREATE TABLE core.claim (
	claim_id  integer     GENERATED ALWAYS AS IDENTITY,
	school_id integer     NOT NULL,
	from_day  date        NOT NULL,
	to_day    date        NOT NULL,
	sha256    text        NOT NULL,
	tests     bigint      NOT NULL,
	outages   bigint      NOT NULL,
	made_at   timestamptz NOT NULL DEFAULT now(),
	made_by   text        NOT NULL,
	CONSTRAINT claim_pk PRIMARY KEY (claim_id),
	CONSTRAINT claim_once UNIQUE (school_id, from_day, to_day, sha256),
	CONSTRAINT claim_school FOREIGN KEY (school_id) REFERENCES core.school,
	CONSTRAINT claim_order CHECK (from_day <= to_day),
	CONSTRAINT claim_is_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$')
);
COMMENT ON TABLE core.claim IS 'Raw data that papers were made of: the same data of the same days are the same claim, whoever prints it how often.';
COMMENT ON COLUMN core.claim.sha256 IS 'Of the lines of api.claim_data(), each with its line feed.';
COMMENT ON COLUMN core.claim.tests IS 'Lines that are tests (one a direction); likewise outages.';
CREATE INDEX claim_by_sha256 ON core.claim (sha256);

CREATE TABLE core.claim_file (
	file_sha256 text        NOT NULL,
	claim_id    integer     NOT NULL,
	school_id   integer     NOT NULL,
	paper       text        NOT NULL,
	format      text        NOT NULL,
	made_at     timestamptz NOT NULL DEFAULT now(),
	made_by     text        NOT NULL,
	CONSTRAINT claim_file_pk PRIMARY KEY (file_sha256),
	CONSTRAINT claim_file_claim FOREIGN KEY (claim_id) REFERENCES core.claim,
	CONSTRAINT claim_file_paper CHECK (paper IN ('act', 'journal', 'data')),
	CONSTRAINT claim_file_format CHECK (format IN ('html', 'xlsx', 'json')),
	CONSTRAINT claim_file_is_sha256 CHECK (file_sha256 ~ '^[0-9a-f]{64}$')
);
COMMENT ON TABLE core.claim_file IS 'Every file of a paper that left the collector: one that was changed afterwards is none of these.';
