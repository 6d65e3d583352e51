BEGIN;
\ir lib/schools.psql
UPDATE core.school SET municipality = 'M' WHERE code IN ('A', 'B');
UPDATE core.school SET time_zone = 'Europe/Moscow' WHERE code = 'A';
INSERT INTO core.school (code, name, settlement, time_zone, municipality) VALUES ('C', 'School C', 'urban', 'Europe/Moscow', 'N');
-- Moscow's clock, so many minutes from now; minutes are whole, so that windows fall into them.
CREATE FUNCTION pg_temp.local(p_minutes integer) RETURNS timestamp LANGUAGE sql STABLE AS
	$$ SELECT (date_trunc('minute', now()) + make_interval(mins => p_minutes)) AT TIME ZONE 'Europe/Moscow' $$;
CREATE FUNCTION pg_temp.window(p_code text, p_minutes integer, p_received integer, p_median double precision DEFAULT 12) RETURNS void LANGUAGE sql AS $$
	INSERT INTO core.connectivity_window (school_id, agent_id, rung, target, from_at, to_at, sent, received, late, rtt_min_ms, rtt_median_ms, rtt_max_ms, micro_outages, report_id)
	SELECT pg_temp.school(p_code), pg_temp.agent(p_code), 'internet', '192.0.2.1', date_trunc('minute', now()) + make_interval(mins => p_minutes),
	       date_trunc('minute', now()) + make_interval(mins => p_minutes + 1), 60, p_received, 0, 10, p_median, 90, 0, pg_temp.report(p_code, 'connectivity')
$$;
CREATE FUNCTION pg_temp.verdict(p_code text) RETURNS text LANGUAGE sql AS $$ SELECT verdict FROM api.exam WHERE school = p_code $$;
SELECT plan(24);

SELECT is(core.add_exam('A', NULL, pg_temp.local(-60), pg_temp.local(60), 'ЕГЭ', 'console'), NULL, 'an examination of one school');
SELECT results_eq($$ SELECT from_at, to_at FROM core.exams_of(pg_temp.school('A')) $$,
	$$ SELECT date_trunc('minute', now()) - interval '1 hour', date_trunc('minute', now()) + interval '1 hour' $$, 'stands by the clock on its wall');
SELECT is_empty($$ SELECT * FROM core.exams_of(pg_temp.school('B')) $$, 'and is no other''s');
SELECT results_eq($$ SELECT a::bigint < b::bigint, c FROM core.policy_of(pg_temp.agent('A')) WHERE kind = 'exam' $$, $$ VALUES (true, 'ЕГЭ') $$, 'its agents are told');
SELECT is_empty($$ SELECT * FROM core.policy_of(pg_temp.agent('B')) WHERE kind = 'exam' $$, 'the others'' are not');
SELECT results_eq($$ SELECT action, actor, became ->> 'name' FROM audit.change WHERE table_name = 'core.exam' $$, $$ VALUES ('insert', 'console', 'ЕГЭ') $$, 'the audit keeps who said so');

SELECT is(core.add_exam('Z', NULL, pg_temp.local(1), pg_temp.local(60), 'x', 'y'), 'no_school', 'a school that is not there');
SELECT is(core.add_exam(NULL, 'Z', pg_temp.local(1), pg_temp.local(60), 'x', 'y'), 'no_school', 'a municipality that is not there');
SELECT is(core.add_exam('A', 'M', pg_temp.local(1), pg_temp.local(60), 'x', 'y'), 'no_school', 'it is the one or the other''s');
SELECT is(core.add_exam('A', NULL, pg_temp.local(-60), pg_temp.local(-1), 'x', 'y'), 'no_time', 'what is over');
SELECT is(core.add_exam('A', NULL, pg_temp.local(60), pg_temp.local(60), 'x', 'y'), 'no_time', 'no length');
SELECT is(core.add_exam('A', NULL, pg_temp.local(60), pg_temp.local(60 * 24 * 8 + 60), 'x', 'y'), 'no_time', 'more than a week');

SELECT is(pg_temp.verdict('A'), 'no_data', 'nobody watched');
SELECT pg_temp.window('A', n, 60) FROM generate_series(-60, -1) AS n;
SELECT pg_temp.window('A', -90, 0); -- before it began
SELECT results_eq($$ SELECT minutes, watched_min, bad_min, loss_pct, jitter_ms, verdict FROM api.exam WHERE school = 'A' $$, $$ VALUES (60, 60, 0, 0.00, 2.0, 'good') $$, 'an hour that was good');
UPDATE core.connectivity_window SET received = 50 WHERE from_at >= date_trunc('minute', now()) - interval '10 minutes';
SELECT results_eq($$ SELECT bad_min, loss_pct, verdict FROM api.exam WHERE school = 'A' $$, $$ VALUES (10, 2.78, 'poor') $$, 'ten minutes with losses');
UPDATE core.connectivity_window SET received = 60, rtt_median_ms = 80 WHERE from_at >= date_trunc('minute', now()) - interval '10 minutes';
SELECT results_eq($$ SELECT bad_min, loss_pct, verdict FROM api.exam WHERE school = 'A' $$, $$ VALUES (10, 0.00, 'poor') $$, 'or with a delay that varies');
UPDATE core.connectivity_window SET rtt_median_ms = 11;
SELECT pg_temp.outage('A', 9, 'isp_access', now() - interval '30 minutes', now() - interval '29 minutes');
DELETE FROM core.connectivity_window WHERE from_at > date_trunc('minute', now());
SELECT results_eq($$ SELECT outages, down_s, verdict FROM api.exam WHERE school = 'A' $$, $$ VALUES (1, 60.0, 'poor') $$, 'an outage in it');
UPDATE core.outage SET onset_at = now() - interval '3 hours', end_at = now() - interval '2 hours';
SELECT is(pg_temp.verdict('A'), 'good', 'not one before');
SELECT pg_temp.speed('A', 3, 3);
SELECT results_eq($$ SELECT upload_mbps, verdict FROM api.exam WHERE school = 'A' $$, $$ VALUES (1.5, 'poor') $$, 'a way up that carries too little');
SELECT is(core.alert_words('connectivity_drop', core.alert_detail('connectivity_drop', pg_temp.school('A'), '', 1, now() - interval '1 minute', NULL), 'ru') LIKE '%Идёт экзамен: ЕГЭ.', true, 'an alert says so');
SELECT is(core.alert_words('connectivity_drop', core.alert_detail('connectivity_drop', pg_temp.school('B'), '', 1, now() - interval '1 minute', NULL), 'en') LIKE '%xamination%', false, 'where one is held');

SELECT is(core.remove_exam((SELECT min(exam_id) FROM core.exam), 'console'), NULL, 'one is taken back');
SELECT is(core.remove_exam(-1, 'console'), 'no_exam', 'not one that is not there');
SELECT core.add_exam(NULL, 'M', pg_temp.local(-1), pg_temp.local(60), 'ОГЭ', 'console');
SELECT results_eq($$ SELECT school, municipality, name FROM api.exam ORDER BY 1 $$, $$ VALUES ('A', 'M', 'ОГЭ'), ('B', 'M', 'ОГЭ') $$, 'that of a municipality is all its schools''');
SELECT * FROM finish();
ROLLBACK;
