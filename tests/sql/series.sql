BEGIN;
\ir lib/schools.psql
SELECT plan(12);
SELECT pg_temp.speed('A', 1, 90, 'pass', '2026-03-02 06:00+00');
SELECT pg_temp.speed('A', 2, 100, 'pass', '2026-03-02 06:10+00');
SELECT pg_temp.speed('A', 3, 95, 'pass', '2026-03-02 06:20+00');
SELECT pg_temp.speed('A', 4, 1, 'limited_lan', '2026-03-02 06:20+00');
SELECT is(api.series('A', 'down', '2026-03-02 00:00+00', '2026-03-03 00:00+00', 24),
	'{"bucket_s": 3600, "points": [[1772431200, 90.00, 95.00, 100.00, 3]], "norm": 100, "contract": 120, "lessons": [[1772422200, 1772445600]]}'::jsonb,
	'an hour of tests is a point; what the LAN limited is none');
SELECT is(api.series('A', 'down', '2026-03-02 00:00+00', '2026-03-03 00:00+00', 2000) -> 'bucket_s', '60', 'no more points than asked');
SELECT is(jsonb_array_length(api.series('A', 'up', '2026-01-01', '2026-12-31', 100) -> 'points'), 1, 'a year too');
SELECT pg_temp.outage('A', 9, 'gateway', date_trunc('hour', now()) - interval '2 hours', date_trunc('hour', now()));
SELECT is(api.series('A', 'latency', now() - interval '1 hour', now() + interval '1 minute') #>> '{points,0,2}', '2.00', 'latency is the median of windows');
SELECT is(api.series('A', 'loss', now() - interval '1 hour', now() + interval '1 minute') #>> '{points,0,2}', '5.00', 'loss in percent');
SELECT is(api.series('A', 'availability', now() - interval '5 hours', now()) -> 'points', '[]', 'availability is told when it is summed up');
SELECT pg_temp.roll();
SELECT is(api.series('A', 'availability', date_trunc('hour', now()) - interval '1 hour', date_trunc('hour', now()), 1) #>> '{points,0,2}', '0.00', 'an outage is no availability');
SELECT is(api.series('A', 'down', '2026-03-02 00:00+05', '2026-12-31 00:00+05', 400) -> 'points' -> 0, '[1772391600, 90.00, 95.00, 100.00, 3]',
	'a day of a long chart begins at midnight of the school''s own clock');
DELETE FROM core.speed_stream; DELETE FROM core.speed_direction; DELETE FROM core.speed_test;
SELECT is(api.series('A', 'down', '2026-03-02 00:00+00', '2026-03-03 00:00+00', 24) #> '{points,0,2}', '95.00', 'what raw facts no longer tell, days do');
SELECT is(api.series('none', 'down', now() - interval '1 hour', now()), NULL, 'a school that is not there');
SELECT throws_ok($$ SELECT api.series('A', 'down', now(), now()) $$, 'P0001', NULL, 'a period has a length');
SELECT throws_ok($$ SELECT api.series('A', 'x', now() - interval '1 hour', now()) $$, 'P0001', NULL, 'and a series a name');
SELECT * FROM finish();
ROLLBACK;
