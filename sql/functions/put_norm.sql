-- Runs as its owner: the page may not write.
CREATE OR REPLACE FUNCTION core.put_norm(p_settlement text, p_direction text, p_valid_from date, p_norm_mbps numeric, p_source text, p_login text)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_asker record;
BEGIN
	SELECT * INTO v_asker FROM core.asker();
	-- A norm is every municipality's.
	IF v_asker.role IS DISTINCT FROM 'municipal' OR v_asker.municipality IS NOT NULL THEN
		RETURN 'not_all_schools';
	END IF;

	PERFORM set_config('app.login', p_login, true);
	IF p_norm_mbps IS NULL THEN
		DELETE FROM core.norm AS n WHERE n.settlement = p_settlement AND n.direction = p_direction AND n.valid_from = p_valid_from;
		IF NOT FOUND THEN
			RETURN 'no_norm';
		END IF;
	ELSE
		INSERT INTO core.norm AS n (settlement, direction, valid_from, norm_mbps, source)
		VALUES (p_settlement, p_direction, p_valid_from, p_norm_mbps, COALESCE(p_source, ''))
		ON CONFLICT ON CONSTRAINT norm_pk DO UPDATE SET norm_mbps = excluded.norm_mbps, source = excluded.source;
	END IF;
	-- The months that are shown (api.trend), each judged by the norm of its time, and with them the figures.
	INSERT INTO core.roll_mark (school_id, part, from_at, to_at)
	SELECT s.school_id, 'speed', m.first, m.first
	  FROM core.school AS s,
	       generate_series(date_trunc('month', greatest(p_valid_from::timestamp, now()::timestamp - interval '11 months')), now()::timestamp, interval '1 month') AS m(first)
	 WHERE s.settlement = p_settlement AND s.closed_at IS NULL;
	RETURN NULL;
EXCEPTION
	WHEN check_violation OR not_null_violation OR foreign_key_violation THEN
		RETURN 'bad_norm';
END
$$;

COMMENT ON FUNCTION core.put_norm(text, text, date, numeric, text, text) IS
	'Sets a norm for whom the page asks; a rate of null takes back what a person set, and the norm of the files holds again. Schools are judged anew by it. Null: done; else not_all_schools, no_norm or bad_norm.';
