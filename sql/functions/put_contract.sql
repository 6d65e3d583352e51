CREATE OR REPLACE FUNCTION core.contract_on(p_school integer, p_day date)
RETURNS core.contract
LANGUAGE sql
STABLE
AS $$
	SELECT c.*
	  FROM (SELECT x.* FROM core.contract AS x WHERE x.school_id = p_school AND x.valid_from <= p_day ORDER BY x.valid_from DESC LIMIT 1) AS c
	 WHERE c.valid_to IS NULL OR c.valid_to >= p_day
$$;

COMMENT ON FUNCTION core.contract_on(integer, date) IS 'The contract of a school that is in force on a day; null: there is none.';

CREATE OR REPLACE FUNCTION core.renew_contracts(p_now timestamptz, p_school integer DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	PERFORM set_config('parta.renewing', 'on', true);
	UPDATE core.school AS s
	   SET provider = COALESCE(NULLIF(c.provider, ''), s.provider), contract_number = COALESCE(c.number, ''), contract_day = c.signed_on,
	       contract_down_mbps = c.down_mbps, contract_up_mbps = c.up_mbps, contract_month_rub = c.month_rub
	  FROM core.school AS k
	 CROSS JOIN LATERAL core.contract_on(k.school_id, (p_now AT TIME ZONE k.time_zone)::date) AS c
	 WHERE s.school_id = k.school_id AND k.school_id = COALESCE(p_school, k.school_id)
	   AND EXISTS (SELECT FROM core.contract AS x WHERE x.school_id = k.school_id)
	   AND (COALESCE(NULLIF(c.provider, ''), s.provider), COALESCE(c.number, ''), c.signed_on, c.down_mbps, c.up_mbps, c.month_rub)
	       IS DISTINCT FROM (s.provider, s.contract_number, s.contract_day, s.contract_down_mbps, s.contract_up_mbps, s.contract_month_rub);
	PERFORM set_config('parta.renewing', '', true);
END
$$;

COMMENT ON FUNCTION core.renew_contracts(timestamptz, integer) IS
	'core.school takes over the contract that is in force at a moment, of one school or (null) of all; of one that ended it keeps the provider alone.';

-- Whoever changes what core.school says of the contract means the one in force today; before there was any, since ever.
CREATE OR REPLACE FUNCTION core.keep_contract()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_today date := (now() AT TIME ZONE NEW.time_zone)::date;
	v_from  date := (core.contract_on(NEW.school_id, v_today)).valid_from;
BEGIN
	-- What comes from the contracts need not go there.
	IF current_setting('parta.renewing', true) = 'on' THEN
		RETURN NULL;
	END IF;
	IF v_from IS NULL AND NEW.contract_number = '' AND num_nonnulls(NEW.contract_day, NEW.contract_down_mbps, NEW.contract_up_mbps, NEW.contract_month_rub) = 0 THEN
		RETURN NULL;
	END IF;
	INSERT INTO core.contract AS c (school_id, valid_from, provider, number, signed_on, down_mbps, up_mbps, month_rub)
	VALUES (NEW.school_id, COALESCE(v_from, CASE WHEN EXISTS (SELECT FROM core.contract AS x WHERE x.school_id = NEW.school_id) THEN v_today ELSE '-infinity' END),
	        NEW.provider, NEW.contract_number, NEW.contract_day, NEW.contract_down_mbps, NEW.contract_up_mbps, NEW.contract_month_rub)
	ON CONFLICT ON CONSTRAINT contract_pk DO UPDATE
	   SET provider = excluded.provider, number = excluded.number, signed_on = excluded.signed_on, down_mbps = excluded.down_mbps, up_mbps = excluded.up_mbps,
	       month_rub = excluded.month_rub
	 WHERE (c.provider, c.number, c.signed_on, c.down_mbps, c.up_mbps, c.month_rub)
	       IS DISTINCT FROM (excluded.provider, excluded.number, excluded.signed_on, excluded.down_mbps, excluded.up_mbps, excluded.month_rub);
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION core.keep_contract() IS 'Trigger: what core.school says of the contract becomes the contract that is in force today.';

CREATE OR REPLACE TRIGGER contract_kept AFTER INSERT OR UPDATE OF provider, contract_number, contract_day, contract_down_mbps, contract_up_mbps, contract_month_rub
	ON core.school FOR EACH ROW EXECUTE FUNCTION core.keep_contract();

-- The months that are shown are judged anew, each by its contract.
CREATE OR REPLACE FUNCTION core.mark_contract()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	INSERT INTO core.roll_mark (school_id, part, from_at, to_at)
	SELECT NEW.school_id, 'speed', m.first, m.first
	  FROM generate_series(date_trunc('month', greatest(NEW.valid_from, now()::date - 334)::timestamp), now()::timestamp, interval '1 month') AS m(first)
	 WHERE EXISTS (SELECT FROM core.speed_day AS d WHERE d.school_id = NEW.school_id);
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION core.mark_contract() IS 'Trigger: months since a contract began are to be summed up again.';

CREATE OR REPLACE TRIGGER contract_marked AFTER INSERT OR UPDATE ON core.contract FOR EACH ROW EXECUTE FUNCTION core.mark_contract();

CREATE OR REPLACE FUNCTION core.put_contract(p_school text, p_number text, p_day date, p_month_rub numeric, p_address text, p_login text,
	p_from date DEFAULT NULL, p_to date DEFAULT NULL, p_down numeric DEFAULT NULL, p_up numeric DEFAULT NULL, p_provider text DEFAULT NULL, p_access text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_school core.school;
	v_today  date;
	v_was    core.contract;
	v_from   date;
BEGIN
	PERFORM set_config('app.login', COALESCE(p_login, ''), true);
	SELECT * INTO v_school FROM core.school AS s WHERE s.code = p_school AND s.school_id = ANY (COALESCE(core.visible_schools(), '{}')) FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'no_school';
	END IF;
	v_today := (now() AT TIME ZONE v_school.time_zone)::date;
	v_was := core.contract_on(v_school.school_id, COALESCE(p_from, v_today));
	v_from := COALESCE(p_from, v_was.valid_from,
	                   CASE WHEN EXISTS (SELECT FROM core.contract AS x WHERE x.school_id = v_school.school_id) THEN v_today ELSE '-infinity' END);
	-- What a new contract does not say of provider, rates and kind of line stays; number, day and price are its own.
	INSERT INTO core.contract AS c (school_id, valid_from, valid_to, provider, number, signed_on, down_mbps, up_mbps, month_rub, access)
	VALUES (v_school.school_id, v_from, p_to, COALESCE(p_provider, v_was.provider, v_school.provider), COALESCE(p_number, ''), p_day,
	        COALESCE(p_down, v_was.down_mbps), COALESCE(p_up, v_was.up_mbps), p_month_rub, COALESCE(p_access, v_was.access, ''))
	ON CONFLICT ON CONSTRAINT contract_pk DO UPDATE
	   SET valid_to = COALESCE(p_to, c.valid_to), provider = COALESCE(p_provider, c.provider), number = COALESCE(p_number, c.number),
	       signed_on = COALESCE(p_day, c.signed_on), down_mbps = COALESCE(p_down, c.down_mbps), up_mbps = COALESCE(p_up, c.up_mbps),
	       month_rub = COALESCE(p_month_rub, c.month_rub), access = COALESCE(p_access, c.access);
	UPDATE core.school AS s SET address = p_address WHERE s.school_id = v_school.school_id AND p_address IS NOT NULL;
	PERFORM core.renew_contracts(now(), v_school.school_id);
	RETURN NULL;
EXCEPTION
	WHEN check_violation THEN
		RETURN 'bad_contract';
END
$$;

COMMENT ON FUNCTION core.put_contract(text, text, date, numeric, text, text, date, date, numeric, numeric, text, text) IS
	'A contract of a school that begins on a day, or (null) other values for the one in force today (null: as it is). Null: done; else no_school or bad_contract.';
