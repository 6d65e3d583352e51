-- What a person says of a device wins everywhere, is kept over what reports and rules say, and can be taken back.
BEGIN;
\ir lib/schools.psql
SELECT pg_temp.fill();
CREATE FUNCTION pg_temp.switch(p_code text) RETURNS uuid LANGUAGE sql AS
	$$ SELECT device_id FROM core.device WHERE serial = 'SN1' AND school_id = pg_temp.school(p_code) $$;
CREATE TEMP TABLE it AS SELECT pg_temp.switch('A') AS a, pg_temp.switch('B') AS b;
GRANT SELECT ON it TO PUBLIC;
SELECT pg_temp.asks('A');

SELECT plan(18);
SET ROLE parta_web;
SELECT is(core.correct_device(a, 'anna', '{"class": "router", "room": " 12 ", "inventory_number": "И-1"}'), NULL, 'the page corrects a device of a school it sees') FROM it;
SELECT is(core.correct_device(b, 'anna', '{"room": "1"}'), 'no_device', 'but none of another') FROM it;
SELECT is(core.correct_device(a, 'anna', '{"class": "wheel"}'), 'no_class', 'nor to a class that is none') FROM it;
RESET ROLE;
SELECT results_eq($$ SELECT class, class_rule, confidence, room, inventory_number, corrected FROM api.device_current WHERE device_id = (SELECT a FROM it) $$,
	$$ VALUES ('router', 'person', 1::real, '12', 'И-1', true) $$, 'it is what the person said');
SELECT results_eq($$ SELECT class FROM api.equipment WHERE school = 'A' ORDER BY 1 $$, $$ VALUES ('printer'), ('router') $$, 'and counts as that');
SELECT pg_temp.device('A', 9, 'k1', '10.0.0.1', ARRAY['serial', 'mac'], ARRAY['SN1', '00:00:00:00:00:01'], 'server', 0.99, 'SN1', 'Maker', now() + interval '8 days');
SELECT is((SELECT class FROM core.device WHERE device_id = a), 'server', 'a later report brings another class') FROM it;
SELECT core.reclassify(ARRAY[a], ARRAY['nas'], ARRAY['r'], ARRAY[0.9::real], ARRAY[''], ARRAY[''], ARRAY[''], ARRAY[''], ARRAY[''], ARRAY['']) FROM it;
SELECT is((SELECT class FROM api.device_current WHERE device_id = a), 'router', 'neither it nor the rules touch the correction') FROM it;
SELECT results_eq($$ SELECT found_class, class, by, evidence #>> '{0,value}' FROM api.class_correction WHERE school = 'A' $$,
	$$ VALUES ('nas', 'router', 'anna', 'text k1') $$, 'the rules may learn from it');
SELECT results_eq($$ SELECT class FROM api.equipment_at(now()) WHERE school = 'A' ORDER BY 1 $$, $$ VALUES ('printer'), ('router') $$, 'it was a router on past days too');
SELECT is(core.correct_device(a, 'boris', '{"class": null}'), NULL, 'one word is taken back') FROM it;
SELECT results_eq($$ SELECT class, room, corrected FROM api.device_current WHERE device_id = (SELECT a FROM it) $$, $$ VALUES ('nas', '12', true) $$, 'the others stay');
SELECT is(core.correct_device(a, 'boris', '{"room": "", "inventory_number": ""}'), NULL, 'then all') FROM it;
SELECT results_eq($$ SELECT class, room, corrected FROM api.device_current WHERE device_id = (SELECT a FROM it) $$, $$ VALUES ('nas', '', false) $$, 'and it is as found');
SELECT results_eq($$ SELECT action, became ->> 'room', by FROM api.device_history WHERE device_id = (SELECT a FROM it) AND action = 'correction' ORDER BY changed_at $$,
	$$ VALUES ('correction', '12', 'anna'), ('correction', NULL, 'boris'), ('correction', NULL, 'boris') $$, 'its history says who said what');

SELECT is((SELECT is_corrected FROM core.device WHERE device_id = a), false, 'and nothing is looked up for it any more') FROM it;

SELECT pg_temp.asks('B');
SELECT core.correct_device(b, 'anna', '{"room": "7"}') FROM it;
SELECT core.merge_devices((SELECT device_id FROM core.device WHERE serial = 'SN2' AND school_id = pg_temp.school('B')), b, 'test', NULL) FROM it;
SELECT results_eq($$ SELECT room FROM api.device_current WHERE school = 'B' $$, $$ VALUES ('7') $$, 'a device that another turned out to be takes over what was said of it');
SELECT is((SELECT is_corrected FROM core.device WHERE device_id = b), false, 'the other has nothing left') FROM it;
SELECT throws_ok($$ INSERT INTO core.device_correction (device_id, school_id, room, by_login) SELECT a, pg_temp.school('A'), '', 'x' FROM it $$, '23514', NULL, 'an empty word is none');
SELECT * FROM finish();
ROLLBACK;
