-- Runs as its owner: who prints a paper may read alone. Whom the page acts for is looked at; who has no account is a person with
-- a right on the database.
CREATE OR REPLACE FUNCTION core.note_claim(p_school text, p_from date, p_to date, p_sha256 text, p_tests bigint, p_outages bigint, p_by text,
	OUT claim_id integer, OUT made_on date)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_school core.school;
BEGIN
	SELECT * INTO v_school FROM core.school AS s WHERE s.code = p_school AND s.school_id = ANY (COALESCE(core.visible_schools(), '{}'));
	IF NOT FOUND THEN
		RETURN;
	END IF;
	INSERT INTO core.claim (school_id, from_day, to_day, sha256, tests, outages, made_by)
	VALUES (v_school.school_id, p_from, p_to, p_sha256, p_tests, p_outages, COALESCE((SELECT a.login FROM core.asker() AS a), p_by))
	ON CONFLICT ON CONSTRAINT claim_once DO NOTHING;
	SELECT c.claim_id, (c.made_at AT TIME ZONE v_school.time_zone)::date INTO claim_id, made_on
	  FROM core.claim AS c
	 WHERE c.school_id = v_school.school_id AND c.from_day = p_from AND c.to_day = p_to AND c.sha256 = p_sha256;
END
$$;

COMMENT ON FUNCTION core.note_claim(text, date, date, text, bigint, bigint, text) IS
	'The number of a claim, made when it is new, and the school''s day on which it was first made; nulls when the asker does not see the school.';

CREATE OR REPLACE FUNCTION core.note_claim_file(p_claim integer, p_paper text, p_format text, p_file_sha256 text, p_by text)
RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	INSERT INTO core.claim_file (file_sha256, claim_id, school_id, paper, format, made_by)
	SELECT p_file_sha256, c.claim_id, c.school_id, p_paper, p_format, COALESCE((SELECT a.login FROM core.asker() AS a), p_by)
	  FROM core.claim AS c
	 WHERE c.claim_id = p_claim AND c.school_id = ANY (COALESCE(core.visible_schools(), '{}'))
	ON CONFLICT ON CONSTRAINT claim_file_pk DO NOTHING
$$;

COMMENT ON FUNCTION core.note_claim_file(integer, text, text, text, text) IS
	'Notes a file of a claim by its SHA-256, so that it is known again; a second time nothing changes.';
