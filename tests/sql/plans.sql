-- Under row-level security a school's question is answered by index: no scan of a big table.
BEGIN;
\ir lib/schools.psql

INSERT INTO core.school (code, name) SELECT 'S' || n, 'School' FROM generate_series(1, 300) AS n;
INSERT INTO core.agent (school_id) SELECT school_id FROM core.school WHERE code LIKE 'S%';
INSERT INTO core.series (agent_id, school_id, metric, subject)
SELECT agent_id, school_id, 'rtt_ms', n::text FROM core.agent, generate_series(1, 20) AS n;
INSERT INTO core.measurement
SELECT s.school_id, s.series_id, date_trunc('day', now()) + make_interval(mins => n), 1, 1
  FROM core.series AS s, generate_series(1, 120) AS n WHERE s.subject IN ('1', '2');
INSERT INTO core.device (school_id, class, first_seen, last_seen, agent_id, report_id)
SELECT a.school_id, 'switch', now(), now(), a.agent_id, 1 FROM core.agent AS a, generate_series(1, 60);
INSERT INTO core.speed_test (agent_id, test_id, school_id, started_at, backend, server, server_address, congestion_control, lesson, mode, report_id)
SELECT a.agent_id, gen_random_uuid(), a.school_id, now() - make_interval(hours => n), 'x', 'x', 'x', 'x', '', 'x', 1 FROM core.agent AS a, generate_series(1, 60) AS n;
INSERT INTO core.speed_direction
SELECT agent_id, test_id, 'down', school_id, 90, 85, 4, 2, 1, 'pass', 1, 1448, 100, 0, '{}', 1 FROM core.speed_test;
SELECT core.make_partitions((now() - interval '61 days')::date, now()::date);
INSERT INTO core.speed_day SELECT school_id, now()::date - n, d, 'lesson', 'pass', '{90,95}' FROM core.school, generate_series(1, 60) AS n, unnest(ARRAY['down', 'up']) AS d;
INSERT INTO core.line_day SELECT school_id, now()::date - n, l, 3600, 0, 1, 1, 0 FROM core.school, generate_series(1, 60) AS n, unnest(ARRAY['lesson', 'off_lesson']) AS l;
INSERT INTO core.line_hour SELECT school_id, date_trunc('hour', now()) - make_interval(hours => n), 3600, 0, 1, 1 FROM core.school, generate_series(1, 100) AS n;
INSERT INTO core.outage (agent_id, outage_id, school_id, outage_class, state, onset_at, end_at, told_at, report_id)
SELECT a.agent_id, gen_random_uuid(), a.school_id, 'gateway', 'down', now() - make_interval(hours => n), now() - make_interval(hours => n - 1), now(), 1 FROM core.agent AS a, generate_series(1, 40) AS n;
ANALYZE core.outage, core.speed_day, core.line_day, core.line_hour;
ANALYZE core.measurement, core.series, core.device, core.speed_test, core.speed_direction, core.school, audit.change;

CREATE ROLE page LOGIN;
GRANT parta_web TO page;
CREATE FUNCTION pg_temp.scans(p_sql text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	v_line text;
BEGIN
	FOR v_line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || p_sql LOOP
		IF substring(v_line FROM 'Seq Scan on ([a-z0-9_]+)') IN (SELECT name FROM big) THEN
			RETURN NEXT v_line;
		END IF;
	END LOOP;
END
$$;
CREATE TEMP TABLE big AS SELECT relname::text AS name FROM pg_class WHERE relnamespace IN ('core'::regnamespace, 'audit'::regnamespace) AND reltuples > 5000;
GRANT SELECT ON big TO PUBLIC;

SELECT plan(13);
SELECT cmp_ok((SELECT count(*) FROM big), '>=', 9::bigint, 'the tables are big enough for a plan to matter');
SELECT pg_temp.account('three', 'school', '{S3,S5,S7}') AS three_id \gset
SET SESSION AUTHORIZATION page;
SELECT set_config('app.account', :'three_id', true);
SELECT is_empty($$ SELECT pg_temp.scans('SELECT metric, avg(value) FROM api.measurement WHERE measured_at >= date_trunc(''day'', now()) GROUP BY metric') $$,
	'measurements of three schools come by index');
SELECT is_empty($$ SELECT pg_temp.scans('SELECT school, class, count(*) FROM api.device_current GROUP BY 1, 2') $$, 'so do devices');
SELECT is_empty($$ SELECT pg_temp.scans('SELECT * FROM api.speed_sample WHERE started_at > now() - interval ''1 day''') $$, 'and speed samples');
SELECT is_empty($$ SELECT pg_temp.scans('SELECT * FROM api.device_change WHERE school = ''S3''') $$, 'and changes');
SELECT is_empty($$ SELECT pg_temp.scans('SELECT * FROM api.outage_list ORDER BY onset DESC LIMIT 100') $$, 'outages as the page lists them');
SELECT is_empty($$ SELECT pg_temp.scans('SELECT * FROM api.speed_list WHERE school = ''S3'' ORDER BY started_at DESC LIMIT 10') $$, 'tests of a school');
SELECT is_empty($$ SELECT pg_temp.scans('SELECT * FROM api.bandwidth') $$, 'the bandwidth report');
SELECT is_empty($$ SELECT pg_temp.scans('SELECT * FROM api.school_state') $$, 'the state of schools');
SELECT is_empty($$ SELECT pg_temp.scans(format('SELECT * FROM api.series_values(%L, %L, now() - interval %L, now(), %L)', 'S3', x.name, '90 days', x.source))
                     FROM (VALUES ('down', 'raw'), ('down', 'day'), ('latency', 'raw'), ('latency', 'hour'), ('availability', 'day')) AS x(name, source) $$, 'charts');
SELECT is_empty($$ SELECT pg_temp.scans('SELECT day, sum(known_s) FROM api.line_day GROUP BY 1') $$, 'days of lines');
SELECT results_eq('SELECT count(*) FROM api.device_current', 'VALUES (180::bigint)', 'and they are the rows of these three');
SELECT results_eq('SELECT count(*) FROM api.measurement', 'VALUES (720::bigint)', 'measurements too');
RESET SESSION AUTHORIZATION;

SELECT * FROM finish();
ROLLBACK;
