-- Contracts have days: what is claimed of March rests on the contract of March. core.school goes on having the one in force today.
CREATE TABLE core.contract (
	school_id  integer NOT NULL,
	valid_from date    NOT NULL,
	valid_to   date,
	provider   text    NOT NULL DEFAULT '',
	number     text    NOT NULL DEFAULT '',
	signed_on  date,
	down_mbps  numeric,
	up_mbps    numeric,
	month_rub  numeric,
	access     text    NOT NULL DEFAULT '',
	CONSTRAINT contract_pk PRIMARY KEY (school_id, valid_from),
	CONSTRAINT contract_school FOREIGN KEY (school_id) REFERENCES core.school ON DELETE CASCADE,
	CONSTRAINT contract_days CHECK (valid_from <= valid_to),
	CONSTRAINT contract_words CHECK (octet_length(number) <= 255 AND octet_length(provider) <= 1000),
	CONSTRAINT contract_signed CHECK (signed_on BETWEEN '1990-01-01' AND '2100-01-01'),
	CONSTRAINT contract_down CHECK (down_mbps > 0 AND down_mbps <= 100000),
	CONSTRAINT contract_up CHECK (up_mbps > 0 AND up_mbps <= 100000),
	CONSTRAINT contract_month_rub CHECK (month_rub > 0 AND month_rub < 1e9),
	CONSTRAINT contract_access CHECK (access IN ('', 'wired', 'wireless', 'mobile'))
);
COMMENT ON TABLE core.contract IS 'A school''s contracts with its providers, each from a day on until the next begins, or until its own last day.';
COMMENT ON COLUMN core.contract.valid_from IS '-infinity: since ever, as far as is known.';
COMMENT ON COLUMN core.contract.valid_to IS 'Its last day; empty: until the next one begins.';
COMMENT ON COLUMN core.contract.signed_on IS 'The day that stands beside its number.';
COMMENT ON COLUMN core.contract.month_rub IS 'What a month of the line costs, in roubles: the basis of a recalculation.';
COMMENT ON COLUMN core.contract.access IS 'How the line comes: wired, wireless (fixed) or mobile, as form OO-2 asks; empty: not told.';

INSERT INTO core.contract (school_id, valid_from, provider, number, signed_on, down_mbps, up_mbps, month_rub)
SELECT s.school_id, '-infinity', s.provider, s.contract_number, s.contract_day, s.contract_down_mbps, s.contract_up_mbps, s.contract_month_rub
  FROM core.school AS s
 WHERE s.contract_number <> '' OR num_nonnulls(s.contract_day, s.contract_down_mbps, s.contract_up_mbps, s.contract_month_rub) > 0;

-- Replaced by one that knows days.
DROP FUNCTION IF EXISTS core.put_contract(text, text, date, numeric, text, text);
