BEGIN;
\ir lib/schools.psql
SELECT plan(23);
CREATE FUNCTION pg_temp.again() RETURNS void LANGUAGE sql AS $$
	SELECT core.roll_again(school_id, now() - interval '2 days', now()) FROM core.school;
	SELECT pg_temp.roll()
$$;
SELECT results_eq($$ SELECT school, state, samples, availability_pct FROM api.school_state ORDER BY school $$,
	$$ VALUES ('A', 'no_data', 0::bigint, NULL::numeric), ('B', 'no_data', 0, NULL) $$, 'a school of which nothing is known is not good');
SELECT pg_temp.fill();
DELETE FROM core.outage_evidence; DELETE FROM core.outage;
DELETE FROM core.speed_stream; DELETE FROM core.speed_direction WHERE direction = 'up';
SELECT pg_temp.again();
SELECT results_eq($$ SELECT state, norm_down_mbps, contract_down_mbps, median_down_mbps, samples, leaks, overblocks, devices, pcs, agents, agents_silent, outages
                       FROM api.school_state WHERE school = 'A' $$,
	$$ VALUES ('norm', 100::numeric, 120::numeric, 97.5, 1::bigint, 1::bigint, 0::bigint, 2::bigint, 0::bigint, 1::bigint, 0::bigint, 0::bigint) $$, 'all figures of a school');
SELECT is((SELECT of_norm_pct FROM api.school_state WHERE school = 'A'), 98::numeric, 'how near the norm it is, by the worse of what is known');
SELECT is((SELECT journal_compliance FROM api.school_state WHERE school = 'A'), 'not_enough', 'a minute says nothing of a journal');
UPDATE core.school_figures SET journal_known_s = 2000000, journal_down_s = 15000 WHERE school_id = pg_temp.school('A');
SELECT is((SELECT journal_compliance FROM api.school_state WHERE school = 'A'), 'pass', 'a month does');
UPDATE core.school_figures SET long_outages = 2 WHERE school_id = pg_temp.school('A');
SELECT is((SELECT journal_compliance FROM api.school_state WHERE school = 'A'), 'below', 'one long outage is borne, two are not');
SELECT is((SELECT enough_for FROM api.school_state WHERE school = 'A'), 39::bigint, 'lesson video for 39 computers');
SELECT pg_temp.speed('A', 20, 60, 'fail_isp');
SELECT pg_temp.speed('A', 21, 60, 'fail_isp');
DELETE FROM core.speed_stream; DELETE FROM core.speed_direction WHERE direction = 'up';
SELECT pg_temp.again();
SELECT is((SELECT state FROM api.school_state WHERE school = 'A'), 'below', 'below the norm');
UPDATE core.speed_direction SET ip_mbps = 40 WHERE verdict = 'fail_isp';
SELECT pg_temp.again();
SELECT is((SELECT state FROM api.school_state WHERE school = 'A'), 'critical', 'below half of it');
SELECT pg_temp.outage('A', 30, 'collector_only', now() - interval '5 minutes', NULL);
SELECT is((SELECT state FROM api.school_state WHERE school = 'A'), 'critical', 'the collector''s own absence is not the school''s');
SELECT pg_temp.outage('A', 31, 'gateway', now() - interval '5 minutes', NULL);
SELECT results_eq($$ SELECT state, since FROM api.school_state WHERE school = 'A' $$, $$ VALUES ('no_link', now() - interval '5 minutes') $$, 'no link while an outage lasts');
UPDATE core.agent_state SET last_heard_at = now() - interval '76 seconds' WHERE school_id = pg_temp.school('B');
SELECT results_eq($$ SELECT state, since, agents_silent FROM api.school_state WHERE school = 'B' $$, $$ VALUES ('no_data', now() - interval '76 seconds', 1::bigint) $$, 'who is silent has no data, whatever was measured');
SELECT pg_temp.roll();
SELECT is((SELECT outages FROM api.school_state WHERE school = 'A'), 1::bigint, 'outages are those of the Internet');
INSERT INTO core.alert (school_id, kind, state, severity, value, since_at, pending_at, raised_at, changed_at)
SELECT pg_temp.school('A'), kind, 'firing', 'warning', 1, now(), now(), now(), now() FROM (SELECT kind FROM reference.alert_kind LIMIT 2) AS k;
SELECT is((SELECT alerts FROM api.school_state WHERE school = 'A'), (SELECT count(*) FROM api.alert_list WHERE school = 'A' AND state = 'firing'), 'alerts that fire');
INSERT INTO core.silence (school_id, is_maintenance, from_at, to_at, by_login) VALUES (pg_temp.school('A'), true, now() - interval '1 minute', now() + interval '1 hour', 'x');
SELECT results_eq($$ SELECT state, since FROM api.school_state WHERE school = 'A' $$, $$ VALUES ('maintenance', now() - interval '1 minute') $$, 'planned work stands before all');
UPDATE core.silence SET ended_at = now();
SELECT is((SELECT state FROM api.school_state WHERE school = 'A'), 'no_link', 'until it is over');
UPDATE core.school SET closed_at = now() WHERE code = 'B';
SELECT is_empty($$ SELECT FROM api.school_state WHERE school = 'B' $$, 'a closed school is not shown');
SELECT results_eq($$ SELECT school, median_down_mbps, p5_down_mbps, samples FROM api.school_state $$,
	$$ SELECT school, median_mbps, p5_mbps, samples FROM api.bandwidth WHERE direction = 'down' AND school = 'A' $$, 'the rates are those of the report');
SELECT results_eq($$ SELECT leaks, overblocks FROM api.school_state $$, $$ SELECT sum(leak)::bigint, sum(overblock)::bigint FROM api.filter WHERE school = 'A' $$, 'so is the filter');
SELECT results_eq($$ SELECT devices FROM api.school_state $$, $$ SELECT sum(count)::bigint FROM api.equipment WHERE school = 'A' $$, 'and the equipment');
SELECT results_eq($$ SELECT outages FROM api.school_state $$,
	$$ SELECT count(*) FROM api.outages_between(CURRENT_DATE - 30, CURRENT_DATE + 1) AS o JOIN api.outage_class AS c USING (class) WHERE o.school = 'A' AND c.is_internet $$, 'and the outages');
SELECT results_eq($$ SELECT availability_pct FROM api.school_state $$,
	$$ SELECT round((100 * (sum(known_s) - sum(down_s)) / sum(known_s))::numeric, 2) FROM api.line_day WHERE school = 'A' $$, 'and availability is that of the line''s days');
UPDATE core.agent SET revoked_at = now() WHERE agent_id = pg_temp.agent('A');
SELECT is((SELECT state FROM api.school_state WHERE school = 'A'), 'no_data', 'of a revoked agent nobody will hear that its outage is over');
SELECT * FROM finish();
ROLLBACK;
