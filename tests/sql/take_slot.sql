BEGIN;
\ir lib/schools.psql
CREATE FUNCTION pg_temp.slot(p_code text) RETURNS integer LANGUAGE sql AS $$ SELECT slot FROM core.take_slot(pg_temp.school(p_code)) $$;
CREATE FUNCTION pg_temp.slots(p_code text) RETURNS integer LANGUAGE sql AS $$ SELECT slots FROM core.take_slot(pg_temp.school(p_code)) $$;
CREATE FUNCTION pg_temp.fullest() RETURNS numeric LANGUAGE sql AS $$ SELECT max(n) FROM (SELECT sum(need_mbps) AS n FROM core.speed_slot GROUP BY server, slot) AS x $$;
SELECT plan(17);
SELECT core.put_setting(NULL, 'measure_url', 'https://m:1');

SELECT results_eq($$ SELECT * FROM core.take_slot(pg_temp.school('A')) $$, $$ VALUES (0, 1, 60) $$, 'alone a school has all the time');
SELECT is(need_mbps, 132.0, 'a test asks for what was contracted, and a tenth') FROM core.speed_slot WHERE school_id = pg_temp.school('A');
SELECT is(pg_temp.slot('B'), 0, 'another has room beside it');
SELECT is(need_mbps, 55.0, 'it asks for its norm where nothing was contracted') FROM core.speed_slot WHERE school_id = pg_temp.school('B');

SELECT core.put_setting(NULL, 'measure_capacity_mbps', '200');
SELECT is(pg_temp.slot('A') + pg_temp.slot('B'), 1, 'a smaller server has them take turns');
SELECT is(pg_temp.slots('A'), 2, 'there are as many turns as it takes');
SELECT core.put_setting('B', 'speed_servers', 'https://other:1,https://m:1');
SELECT is(pg_temp.slot('B'), 0, 'another server has turns of its own');
SELECT core.put_setting('B', 'speed_servers', NULL);
SELECT core.put_setting(NULL, 'measure_capacity_mbps', '60');
SELECT pg_temp.slot('A');
SELECT is(need_mbps, 50.0, 'who needs more than there is has it all') FROM core.speed_slot WHERE school_id = pg_temp.school('A');

-- A region of 1,000 schools at a server of 1 Gbit/s.
SELECT core.put_setting(NULL, 'measure_capacity_mbps', '1000');
INSERT INTO core.school (code, name, settlement, time_zone, contract_down_mbps)
SELECT 'r' || n, 'r' || n, CASE WHEN n % 3 = 0 THEN 'rural' ELSE 'urban' END, 'Europe/Moscow', CASE WHEN n % 7 = 0 THEN 300 END FROM generate_series(1, 1000) AS n;
SELECT is(count(*), 1000::bigint, 'each has a turn') FROM core.school AS s, core.take_slot(s.school_id) WHERE s.code LIKE 'r%';
SELECT cmp_ok(pg_temp.fullest(), '<=', 1000 / 1.2, 'no turn needs more than the server carries');
SELECT cmp_ok((SELECT (max(slot) + 1) * 1000 / 1.2 FROM core.speed_slot), '<', (SELECT sum(need_mbps) * 1.15 FROM core.speed_slot), 'and few are there in vain');
CREATE TEMP TABLE was AS SELECT school_id, slot FROM core.speed_slot;
SELECT is(count(*), 0::bigint, 'asked again they are the same') FROM core.school AS s, core.take_slot(s.school_id) AS t, was AS w WHERE s.code LIKE 'r%' AND w.school_id = s.school_id AND w.slot <> t.slot;
UPDATE core.school SET contract_down_mbps = 700 WHERE code IN ('r1', 'r2', 'r4');
SELECT count(*) FROM core.school AS s, core.take_slot(s.school_id) WHERE s.code LIKE 'r%';
SELECT cmp_ok(pg_temp.fullest(), '<=', 1000 / 1.2, 'a bigger contract finds room elsewhere');
SELECT cmp_ok((SELECT count(*) FROM was JOIN core.speed_slot AS s USING (school_id) WHERE s.slot <> was.slot), '<=', 3::bigint, 'and moves nobody else');
DELETE FROM core.speed_slot WHERE slot = 0;
UPDATE core.speed_slot SET taken_at = now() - interval '2 days';
SELECT count(*) FROM core.school AS s, core.take_slot(s.school_id) WHERE s.code LIKE 'r%';
SELECT cmp_ok(pg_temp.fullest(), '<=', 1000 / 1.2, 'a day later what became free is taken');
SELECT is(count(*), max(slot) + 1::bigint, 'by somebody in each turn') FROM (SELECT DISTINCT slot FROM core.speed_slot) AS x;
SELECT core.put_setting(NULL, 'measure_capacity_mbps', '500');
SELECT count(*) FROM core.school AS s, core.take_slot(s.school_id) WHERE s.code LIKE 'r%';
SELECT cmp_ok(pg_temp.fullest(), '<=', 500 / 1.2, 'a server that becomes smaller is heeded by all');
SELECT * FROM finish();
ROLLBACK;
