BEGIN;
\ir lib/schools.psql
SELECT plan(30);

SELECT pg_temp.device('A', 1, 'k1', '10.0.0.1', ARRAY['serial', 'mac'], ARRAY['SN1', '00:00:00:00:00:01'], 'switch', 0.9, 'SN1', 'Maker');
SELECT results_eq('SELECT class, serial, vendor, absent_since FROM core.device', $$ VALUES ('switch', 'SN1', 'Maker', NULL::timestamptz) $$, 'a device is born');
CREATE TEMP TABLE first AS SELECT device_id FROM core.device;

-- Another address, another name of the agent for it: the serial number holds.
SELECT pg_temp.device('A', 2, 'other', '10.0.0.77', ARRAY['serial'], ARRAY['SN1'], 'unknown', 0, '', '', now() + interval '1 minute');
SELECT results_eq('SELECT device_id FROM core.device', 'SELECT device_id FROM first', 'it keeps its number when its address changes');
SELECT results_eq('SELECT class, serial, vendor FROM core.device', $$ VALUES ('switch', 'SN1', 'Maker') $$, 'a failed query blanks nothing');
SELECT results_eq('SELECT address FROM core.device_address WHERE ended_at IS NULL ORDER BY 1', $$ VALUES ('10.0.0.1'::inet), ('10.0.0.77') $$, 'it has both addresses');
SELECT results_eq($$ SELECT count(*) FROM audit.change WHERE table_name = 'core.device' $$, 'VALUES (1::bigint)', 'and nothing changed that the audit tells');

-- A surer verdict changes the class, a less sure one does not.
SELECT pg_temp.device('A', 3, 'k1', '10.0.0.1', ARRAY['serial'], ARRAY['SN1'], 'router', 0.5, '', '', now() + interval '2 minutes');
SELECT results_eq('SELECT class FROM core.device', $$ VALUES ('switch') $$, 'a less sure verdict does not change the class');
SELECT pg_temp.device('A', 4, 'k1', '10.0.0.1', ARRAY['serial'], ARRAY['SN1'], 'router', 0.95, '', '', now() + interval '3 minutes') AS report \gset
SELECT results_eq('SELECT class FROM core.device', $$ VALUES ('router') $$, 'a surer one does');
SELECT results_eq(
	$$ SELECT was ->> 'class', became ->> 'class', report_id FROM audit.change WHERE action = 'update' AND table_name = 'core.device' $$,
	format($$ VALUES ('switch', 'router', %s::bigint) $$, :report), 'and the audit says which report brought it');
SELECT pg_temp.device('A', 5, 'k1', '10.0.0.1', ARRAY['serial'], ARRAY['SN1'], 'no_such_class', 1, '', '', now() + interval '3 minutes');
SELECT results_eq('SELECT class FROM core.device', $$ VALUES ('router') $$, 'a class that is not known here changes nothing');

-- An older report, late: it fills gaps and no more.
SELECT pg_temp.device('A', 6, 'k1', '10.0.0.9', ARRAY['serial'], ARRAY['SN1'], 'switch', 1, 'OLD', 'Old', now() - interval '1 day');
SELECT results_eq('SELECT class, serial, vendor FROM core.device', $$ VALUES ('router', 'SN1', 'Maker') $$, 'a late report does not turn back what is known');
SELECT results_eq('SELECT first_seen FROM core.device', $$ SELECT now() - interval '1 day 1 minute' $$, 'but it was there earlier');

-- Contradiction: the same address, another serial number.
SELECT pg_temp.device('A', 7, 'k2', '10.0.0.2', ARRAY['serial', 'mac'], ARRAY['SN2', '00:00:00:00:00:01'], 'switch', 0.9, 'SN2', '', now() + interval '4 minutes');
SELECT results_eq('SELECT count(*) FROM core.device', 'VALUES (2::bigint)', 'a contradicting serial number makes another device');
SELECT results_eq('SELECT kind, value FROM core.merge_candidate', $$ VALUES ('mac', '00:00:00:00:00:01') $$, 'and a question for a person');
SELECT pg_temp.device('A', 8, 'k2', '10.0.0.2', ARRAY['serial', 'mac'], ARRAY['SN2', '00:00:00:00:00:01'], 'switch', 0.9, 'SN2', '', now() + interval '5 minutes');
SELECT results_eq('SELECT count(*), (SELECT count(*) FROM core.merge_candidate) FROM core.device', 'VALUES (2::bigint, 1::bigint)', 'asked once');

-- Another maker's device with the same serial number is another one.
SELECT pg_temp.device('A', 9, 'k3', '10.0.0.3', ARRAY['serial'], ARRAY['100'], 'ups', 0.9, '100', 'X', now(), false, 'x');
SELECT pg_temp.device('A', 10, 'k4', '10.0.0.4', ARRAY['serial'], ARRAY['100'], 'printer', 0.9, '100', 'Y', now(), false, 'y');
SELECT results_eq($$ SELECT class FROM core.device WHERE serial = '100' ORDER BY 1 $$, $$ VALUES ('printer'), ('ups') $$, 'a serial number counts with its maker');

-- Two things told apart turn out to be one.
SELECT pg_temp.device('A', 11, 'm1', '10.0.0.21', ARRAY['uuid'], ARRAY['u-1'], 'desktop_pc', 0.9, '', '', now());
SELECT pg_temp.device('A', 12, 'm2', '10.0.0.22', ARRAY['mac'], ARRAY['00:00:00:00:00:99'], 'desktop_pc', 0.9, '', '', now());
SELECT pg_temp.device('A', 13, 'm3', '10.0.0.21', ARRAY['uuid', 'mac'], ARRAY['u-1', '00:00:00:00:00:99'], 'desktop_pc', 0.9, '', '', now() + interval '1 minute');
SELECT results_eq($$ SELECT count(*) FILTER (WHERE merged_into IS NULL), count(*) FROM core.device WHERE class = 'desktop_pc' $$,
	'VALUES (1::bigint, 2::bigint)', 'one report shows that two are one: they are merged, and the row stays');
SELECT results_eq('SELECT count(*) FROM core.device_merge WHERE undone_at IS NULL', 'VALUES (1::bigint)', 'the merge is recorded');

-- Two devices of one scan that claim the same are two.
SELECT pg_temp.device('A', 14, 's1', '10.0.0.31', ARRAY['mac'], ARRAY['00:00:00:00:01:00'], 'server', 0.9);
SELECT pg_temp.device('A', 14, 's2', '10.0.0.32', ARRAY['mac'], ARRAY['00:00:00:00:01:00'], 'server', 0.9);
SELECT results_eq($$ SELECT count(*) FROM core.device WHERE class = 'server' $$, 'VALUES (2::bigint)', 'what two devices of one scan claim is no key');

-- Nor is it later, when only one of them is seen, or a third one comes.
SELECT pg_temp.device('A', 30, 's2', '10.0.0.32', ARRAY['mac', 'serial'], ARRAY['00:00:00:00:01:00', 'Z'], 'server', 0.9, '', '', now() + interval '1 minute');
SELECT pg_temp.device('A', 31, 's3', '10.0.0.33', ARRAY['mac', 'serial'], ARRAY['00:00:00:00:01:00', 'Y'], 'server', 0.9, '', '', now() + interval '2 minutes');
SELECT pg_temp.device('A', 32, 's2', '10.0.0.32', ARRAY['mac', 'serial'], ARRAY['00:00:00:00:01:00', 'Z'], 'server', 0.9, '', '', now() + interval '3 minutes');
SELECT results_eq($$ SELECT count(*), count(*) FILTER (WHERE merged_into IS NULL) FROM core.device WHERE class = 'server' $$, 'VALUES (3::bigint, 3::bigint)',
	'what was shared once merges nobody later; the agent''s own key still holds');

-- Nothing strong: the agent's own key, else the address.
SELECT pg_temp.device('A', 15, 'w1', '10.9.0.1', '{}', '{}', 'nas', 0.9);
SELECT pg_temp.device('A', 16, 'w1', '10.9.0.2', '{}', '{}', 'nas', 0.9, '', '', now() + interval '1 minute');
SELECT pg_temp.device('A', 17, 'w2', '10.9.0.2', '{}', '{}', 'nas', 0.9, '', '', now() + interval '2 minutes');
SELECT results_eq($$ SELECT count(*) FROM core.device WHERE class = 'nas' $$, 'VALUES (1::bigint)', 'without anything strong the agent''s key or the address holds');

-- The other school has nothing to do with it.
SELECT pg_temp.device('B', 18, 'k1', '10.0.0.1', ARRAY['serial', 'mac'], ARRAY['SN1', '00:00:00:00:00:01'], 'switch', 0.9, 'SN1');
SELECT results_eq($$ SELECT count(*) FROM core.device WHERE school_id = pg_temp.school('B') $$, 'VALUES (1::bigint)', 'another school''s device is another device');

-- Evidence, ports and neighbors are replaced by what the same source says now.
SELECT results_eq($$ SELECT value FROM core.device_evidence AS e JOIN first USING (device_id) $$, $$ VALUES ('text k1') $$, 'evidence is what was said last');
SELECT results_eq($$ SELECT if_index, oper_status FROM core.port JOIN first USING (device_id) $$, 'VALUES (1::bigint, 1::smallint)', 'ports are those told last');
SELECT results_eq($$ SELECT system_name FROM core.neighbor JOIN first USING (device_id) $$, $$ VALUES ('peer') $$, 'so are neighbors');

-- Absence.
SELECT pg_temp.device('A', 20, 'k2', '10.0.0.2', ARRAY['serial'], ARRAY['SN2'], 'switch', 0.9, '', '', now() + interval '1 hour', true);
SELECT results_eq('SELECT absent_since FROM core.device JOIN first USING (device_id)', $$ SELECT now() + interval '59 minutes' $$, 'a complete scan that does not find it says since when it is absent');
SELECT results_eq($$ SELECT absent_since FROM core.device WHERE serial = 'SN2' $$, 'VALUES (NULL::timestamptz)', 'what it finds is not');
SELECT results_eq($$ SELECT count(*) FROM core.device WHERE class = 'nas' AND absent_since IS NOT NULL $$, 'VALUES (0::bigint)', 'nor is what lies outside its ranges');
SELECT pg_temp.device('A', 21, 'k1', '10.0.0.1', ARRAY['serial'], ARRAY['SN1'], 'router', 0.9, '', '', now() + interval '2 hours');
SELECT results_eq('SELECT absent_since FROM core.device JOIN first USING (device_id)', 'VALUES (NULL::timestamptz)', 'seen again it is there again');
SELECT results_eq($$ SELECT count(*) FROM core.device_address AS a JOIN first USING (device_id) WHERE a.address = '10.0.0.1' AND a.ended_at IS NULL $$,
	'VALUES (1::bigint)', 'and its address is its own');

SELECT results_eq($$ SELECT devices FROM core.transient_day WHERE school_id = pg_temp.school('A') AND day = (now() AT TIME ZONE 'Asia/Yekaterinburg')::date $$,
	'VALUES (1)', 'a personal device is counted once on its day');
SELECT * FROM finish();
ROLLBACK;
