-- What a test could show at the most, so that one that was held near the norm
-- says nothing of a contract for more; and what schools' figures say of it all.

ALTER TABLE core.speed_day ADD COLUMN cap_mbps double precision[];
COMMENT ON COLUMN core.speed_day.cap_mbps IS
	'What each of the tests could show at the most, in the order of ip_mbps: one that checks a target is not driven beyond 1.1 of it. Null, or shorter than ip_mbps: no limit is known.';

ALTER TABLE core.school_figures
	ADD COLUMN compliance_down text NOT NULL DEFAULT 'no_data',
	ADD COLUMN compliance_up text NOT NULL DEFAULT 'no_data',
	ADD COLUMN contract_down text NOT NULL DEFAULT 'no_data',
	ADD COLUMN contract_up text NOT NULL DEFAULT 'no_data',
	ADD COLUMN share_down_pct numeric,
	ADD COLUMN share_low_pct numeric,
	ADD COLUMN share_high_pct numeric,
	ADD COLUMN excluded bigint NOT NULL DEFAULT 0,
	ADD COLUMN passive bigint NOT NULL DEFAULT 0,
	ADD COLUMN journal_known_s double precision NOT NULL DEFAULT 0,
	ADD COLUMN journal_down_s double precision NOT NULL DEFAULT 0,
	ADD COLUMN long_outages bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN core.school_figures.compliance_down IS 'As api.compliance_of() judges the tests against the norm; likewise contract_ against the contract.';
COMMENT ON COLUMN core.school_figures.share_down_pct IS 'Of the tests, those that reached the norm, with the bounds of its confidence interval.';
COMMENT ON COLUMN core.school_figures.journal_known_s IS 'Seconds of the hours in which the electronic journal must work of which it is known how the line did.';
COMMENT ON COLUMN core.school_figures.long_outages IS 'Outages longer than the electronic journal may be away.';

CREATE TABLE core.line_month (
	school_id        integer NOT NULL,
	month            date    NOT NULL,
	direction        text    NOT NULL,
	lesson           text    NOT NULL,
	norm_mbps        numeric,
	contract_mbps    numeric,
	samples          bigint  NOT NULL,
	median_mbps      numeric,
	p5_mbps          numeric,
	passed           bigint  NOT NULL,
	compliance       text    NOT NULL,
	contract_samples bigint  NOT NULL,
	contract_passed  bigint  NOT NULL,
	contract_compliance text NOT NULL,
	excluded         jsonb   NOT NULL,
	passive          bigint  NOT NULL,
	CONSTRAINT line_month_pk PRIMARY KEY (school_id, month, direction, lesson)
);
COMMENT ON TABLE core.line_month IS 'api.compliance_parts() of a calendar month that has tests, written with core.school_month.';

INSERT INTO core.roll_mark (school_id, part, from_at, to_at)
SELECT DISTINCT d.school_id, 'speed', m.first, m.first
  FROM core.speed_day AS d
 CROSS JOIN LATERAL (SELECT date_trunc('month', d.day::timestamp) + interval '15 days' AS first) AS m
 WHERE d.day > now() - interval '13 months';
