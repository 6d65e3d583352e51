BEGIN;
\ir lib/schools.psql
SELECT plan(21);
-- Lessons Monday to Saturday; holidays from Saturday 2026-10-31 to Sunday 2026-11-08. 04:00Z is 09:00 in Yekaterinburg.
DELETE FROM reference.holiday;
INSERT INTO reference.holiday VALUES ('2026-10-31', '2026-11-08', 'x'), ('2027-06-01', '2027-08-31', 'summer');
CREATE FUNCTION pg_temp.seen(p_key text, p_day date, p_complete boolean DEFAULT true, p_class text DEFAULT 'desktop_pc') RETURNS bigint LANGUAGE sql AS $$
	SELECT pg_temp.device('A', nextval('pg_temp.seq')::integer + 1000, p_key, ('10.0.0.' || ascii(p_key))::inet, ARRAY['serial'], ARRAY['SN-' || p_key], p_class, 0.9, 'SN-' || p_key, '',
		p_day + interval '4 hours', p_complete)
$$;
-- A is there each school day, B on the first alone.
SELECT pg_temp.seen('b', '2026-10-26');
SELECT pg_temp.seen('a', d::date) FROM generate_series(timestamp '2026-10-26', '2026-11-08', interval '1 day') AS d WHERE EXTRACT(isodow FROM d) < 7 OR d > '2026-10-30';
CREATE FUNCTION pg_temp.gone() RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', absent_since IS NOT NULL, gone_at IS NOT NULL) FROM core.device WHERE serial = 'SN-b'
$$;
SELECT results_eq($$ SELECT d FROM core.school_days(pg_temp.school('A'), '2026-11-10', 99) AS d $$,
	$$ VALUES ('2026-10-30'::date), ('2026-10-29'), ('2026-10-28'), ('2026-10-27'), ('2026-10-26') $$, 'school days are those with lessons on which somebody looked');
SELECT results_eq($$ SELECT d FROM core.school_days(pg_temp.school('A'), '2026-10-28', 2) AS d $$, $$ VALUES ('2026-10-28'::date), ('2026-10-27') $$, 'until a moment, so many');
SELECT is_empty($$ SELECT core.school_days(pg_temp.school('B'), '2026-11-10', 99) $$, 'nobody looked elsewhere');
SELECT is(pg_temp.gone(), 't f', 'who was not seen for four school days and a holiday is absent and not gone');
SELECT pg_temp.seen('a', d::date, d <> '2026-11-11') FROM generate_series(timestamp '2026-11-09', '2026-11-14', interval '1 day') AS d;
SELECT is(pg_temp.gone(), 't f', 'nor after nine days, of which a look that broke off is none');
SELECT pg_temp.seen('a', '2026-11-16') AS report \gset
SELECT is(pg_temp.gone(), 't t', 'after ten it is');
SELECT results_eq($$ SELECT gone_at FROM core.device WHERE serial = 'SN-b' $$, $$ VALUES ('2026-11-16 03:59Z'::timestamptz) $$, 'since the scan that missed it');
SELECT results_eq(format($$ SELECT report_id FROM audit.change WHERE became ? 'gone_at' AND report_id = %s $$, :report), format('VALUES (%s::bigint)', :report), 'by the report that brought it');
SELECT pg_temp.seen('b', '2026-11-17');
SELECT is(pg_temp.gone(), 'f f', 'seen again it is back');
SELECT is((SELECT core.note_absent(pg_temp.agent('A'), pg_temp.id(1))), 0, 'a scan that was not there makes nobody absent');

-- A summer is no absence.
SELECT pg_temp.seen('b', '2027-05-31'), pg_temp.seen('a', '2027-05-31');
SELECT pg_temp.seen('a', d::date) FROM generate_series(timestamp '2027-06-01', '2027-08-31', interval '7 days') AS d;
SELECT is(pg_temp.gone(), 't f', 'who was off all summer is not gone');
SELECT pg_temp.seen('a', '2027-09-01');
SELECT is(pg_temp.gone(), 't f', 'nor on the first day of school');
SELECT is(api.counted_since('2027-09-02 00:00Z') < '2027-06-01', true, 'and it is counted');
SELECT is(api.counted_since('2026-10-30 00:00Z'), '2026-08-01 00:00Z'::timestamptz, 'where there are no holidays for 90 days as they are');

-- Days on
SELECT results_eq($$ SELECT m.month, bit_count(m.days::bit(32)) FROM core.device_month AS m JOIN core.device AS d USING (device_id) WHERE d.serial = 'SN-b' ORDER BY 1 $$,
	$$ VALUES ('2026-10-01'::date, 1::bigint), ('2026-11-01', 1), ('2027-05-01', 1) $$, 'days are marked once each');
SELECT results_eq($$ SELECT d.serial, i.days_on, i.of_days, i.since_day FROM core.idle_devices(pg_temp.school('A'), '2026-11-30') AS i JOIN core.device AS d USING (device_id) $$,
	$$ SELECT ''::text, 0, 0, NULL::date WHERE false $$, 'too few days say nothing');
UPDATE reference.setting SET value = '6' WHERE name = 'idle_of_days';
UPDATE reference.setting SET value = '1' WHERE name = 'idle_days_on';
SELECT results_eq($$ SELECT d.serial, i.days_on, i.of_days, i.since_day FROM core.idle_devices(pg_temp.school('A'), '2026-11-30') AS i JOIN core.device AS d USING (device_id) $$,
	$$ VALUES ('SN-b', 1, 6, '2026-11-10'::date) $$, 'who was on for one day of six');
UPDATE reference.setting SET value = '0' WHERE name = 'idle_days_on';
SELECT is_empty($$ SELECT * FROM core.idle_devices(pg_temp.school('A'), '2026-11-30') $$, 'is not idle where none is allowed');
SELECT core.roll_idle(pg_temp.school('A'));
SELECT is_empty('SELECT * FROM core.device_idle', 'today nobody is: nothing was seen for so long that nothing is counted');
SELECT core.join_days((SELECT device_id FROM core.device WHERE serial = 'SN-b'), (SELECT device_id FROM core.device WHERE serial = 'SN-a'));
SELECT cmp_ok((SELECT bit_count(m.days::bit(32)) FROM core.device_month AS m JOIN core.device AS d USING (device_id) WHERE d.serial = 'SN-b' AND month = '2026-11-01'), '>=', 14::bigint,
	'two that are one were on when either was');
SELECT core.note_days(pg_temp.school('A'), ARRAY[(SELECT device_id FROM core.device WHERE serial = 'SN-a')], ARRAY['2026-12-31 20:00Z'::timestamptz]), core.note_look(pg_temp.school('A'), '2026-12-31 20:00Z');
SELECT results_eq($$ SELECT month, days FROM core.device_month WHERE month > '2026-12-01' AND month < '2027-02-01' UNION ALL SELECT month, days FROM core.scan_month WHERE month BETWEEN '2026-12-02' AND '2027-02-01' $$,
	$$ VALUES ('2027-01-01'::date, 1), ('2027-01-01', 1) $$, 'a day is that of the school''s clock');
SELECT * FROM finish();
ROLLBACK;
