CREATE OR REPLACE FUNCTION core.put_receiver(p_name text, p_kind text, p_address text, p_secret text, p_schools text[], p_municipality text,
	p_kinds text[], p_severity text, p_language text, p_quiet boolean)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	v_wrong text;
BEGIN
	SELECT c INTO v_wrong FROM unnest(p_schools) AS c WHERE c NOT IN (SELECT code FROM core.school) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'school ''%'' is not known', v_wrong;
	END IF;
	SELECT k INTO v_wrong FROM unnest(p_kinds) AS k WHERE k NOT IN (SELECT kind FROM reference.alert_kind) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'there are no alerts of kind ''%''', v_wrong;
	END IF;
	-- What waits for the one before him is not his.
	PERFORM core.drop_receiver(p_name);
	INSERT INTO core.receiver (name, kind, address, secret, schools, municipality, kinds, severity, language, is_quiet)
	VALUES (p_name, p_kind, p_address, COALESCE(p_secret, ''), p_schools, p_municipality, p_kinds, COALESCE(p_severity, 'warning'),
	        COALESCE(p_language, 'ru'), COALESCE(p_quiet, false));
END
$$;

COMMENT ON FUNCTION core.put_receiver(text, text, text, text, text[], text, text[], text, text, boolean) IS
	'Adds somebody who is told of alerts, in the place of whoever had the name; null filters let everything through.';

CREATE OR REPLACE FUNCTION core.drop_receiver(p_name text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	v_receiver integer;
BEGIN
	UPDATE core.receiver SET removed_at = now(), secret = '' WHERE name = p_name AND removed_at IS NULL RETURNING receiver_id INTO v_receiver;
	UPDATE core.outbox SET state = 'dead', done_at = now(), error = 'the receiver was removed' WHERE receiver_id = v_receiver AND state = 'waiting';
	RETURN v_receiver IS NOT NULL;
END
$$;

COMMENT ON FUNCTION core.drop_receiver(text) IS 'Somebody is told no more; what waited for him is dead. False: there is nobody of that name.';

CREATE OR REPLACE FUNCTION core.test_receiver(p_name text)
RETURNS bigint
LANGUAGE sql
AS $$
	INSERT INTO core.outbox (receiver_id, what, title, body, facts, made_at, next_at)
	SELECT r.receiver_id, 'test', CASE r.language WHEN 'ru' THEN 'Проверка оповещений' ELSE 'A test of alerts' END,
	       CASE r.language WHEN 'ru' THEN 'Это проверка: оповещения доходят.' ELSE 'This is a test: alerts arrive.' END,
	       jsonb_build_object('what', 'test', 'kind', 'test', 'severity', 'info', 'since', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
	           'words_ru', 'Это проверка: оповещения доходят.', 'words_en', 'This is a test: alerts arrive.'),
	       now(), now()
	  FROM core.receiver AS r WHERE r.name = p_name AND r.removed_at IS NULL
	RETURNING outbox_id
$$;

COMMENT ON FUNCTION core.test_receiver(text) IS 'A message that says only that messages arrive; its number in the outbox, null when there is nobody of that name.';
