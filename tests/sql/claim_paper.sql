BEGIN;
\ir lib/schools.psql
\ir lib/claim.psql
SELECT plan(22);
SELECT results_eq('SELECT api.ru_number(12.50, 2), api.ru_number(100, 0), api.ru_number(1234.567, 1), api.ru_number(NULL, 1)', $$ VALUES ('12,5', '100', '1234,6', NULL) $$, 'numbers');
SELECT results_eq('SELECT api.ru_length(11100.4), api.ru_length(0), api.ru_length(360061)', $$ VALUES ('3:05:00', '0:00:00', '100:01:01') $$, 'durations');
SELECT results_eq($$ SELECT tests, reached, median_mbps, share_pct, low_pct, high_pct, compliance FROM api.claim_speed('A', '2026-03-01', '2026-03-31') WHERE direction = 'down' AND lesson = 'all' $$,
	$$ VALUES (11::bigint, 1::bigint, 90.00, 9.1, 1.6, 37.7, 'below') $$, 'one of eleven tests reached 94.5 percent of 120');
SELECT results_eq($$ SELECT tests, compliance FROM api.claim_speed('A', '2026-03-01', '2026-03-31') WHERE direction = 'up' $$, $$ VALUES (0::bigint, 'no_target') $$, 'upload is not in the contract');
CREATE TEMP TABLE f AS SELECT api.claim_facts('A', '2026-03-01', '2026-03-31') AS of;
SELECT results_eq($$ SELECT of ->> 'outages', of ->> 'outages_counted', of ->> 'counted', of ->> 'longest' FROM f $$, $$ VALUES ('9', '4', '3:05:00', '1:00:00') $$,
	'time that two agents saw counts once: 300 s, two hours and an hour');
SELECT results_eq($$ SELECT of ->> 'period_h', of ->> 'counted_pct', of ->> 'recalc' FROM f $$, $$ VALUES ('744', '0,414', '25,33') $$, '6000 roubles a month, 31 days of 30.4375, 11100 of 2678400 s');
SELECT results_eq($$ SELECT of ->> 'tests', of ->> 'tests_counted', of ->> 'down_short', of ->> 'contract_day' FROM f $$, $$ VALUES ('16', '11', '25', '20.12.2025') $$, 'a quarter is missing');

CREATE TEMP TABLE act AS SELECT row_number() OVER () AS n, * FROM api.claim_paper('act', 'A', '2026-03-01', '2026-03-31', '7', '2026-04-02', repeat('ab', 32));
SELECT results_eq($$ SELECT kind, cells FROM act WHERE n <= 2 $$, $$ VALUES ('title', ARRAY['Акт о несоответствии скорости доступа к сети Интернет']), ('subtitle', ARRAY['№ 7 от 02.04.2026']) $$, 'the act');
SELECT results_eq($$ SELECT cells FROM act WHERE kind = 'pair' AND cells[1] LIKE 'Договор%' $$, $$ VALUES (ARRAY['Договор (контракт) об оказании услуг связи', '№ 12/34 от 20.12.2025']) $$, 'names the contract');
SELECT is((SELECT count(*) FROM act WHERE cells[1] LIKE 'Скорость приёма%ниже предусмотренной договором%достигли 1 из 11 учтённых замеров: 9,1 \%, доверительный интервал 95 \% — от 1,6 до 37,7 \%.%'), 1::bigint, 'says the one thing that is so');
SELECT is_empty($$ SELECT cells FROM act WHERE cells[1] LIKE '%соответствует договору%' OR array_to_string(cells, '') ~ '[{}]' $$, 'nothing else, and no name is left in braces');
SELECT is((SELECT count(*) FROM act WHERE kind = 'row' AND cells[1] ~ '^10\.03\.2026 [0-9:]{8}$'), 15::bigint, 'lists every test of that day');
SELECT results_eq($$ SELECT cells[4], cells[6] FROM act WHERE kind = 'row' AND cells[1] = '05.03.2026 11:00:00' $$, $$ VALUES ('20.00', 'нет: плановые работы') $$, 'and says why one is left out');
SELECT isnt_empty(format($$ SELECT FROM act WHERE cells[1] LIKE '%%%s%%' $$, repeat('ab', 32)), 'with the digest');
CREATE TEMP TABLE journal AS SELECT row_number() OVER () AS n, * FROM api.claim_paper('journal', 'A', '2026-03-01', '2026-03-31', '7', '2026-04-02', repeat('ab', 32));
SELECT results_eq($$ SELECT cells[2:] FROM journal WHERE kind = 'row' AND cells[1] = '7' AND cardinality(cells) = 9 $$,
	$$ VALUES (ARRAY['05.03.2026 09:00:00', '05.03.2026 15:00:00', '6:00:00', '6:00:00', '2:00:00', 'нет связи у провайдера (последняя миля)', 'провайдер', NULL]) $$, 'the journal has each outage by the school''s clock');
SELECT is_empty($$ SELECT kind, cells FROM journal WHERE array_to_string(cells, '') ~ '[{}]' $$, 'no name is left in braces there either');
SELECT is_empty($$ SELECT t.paper, t.text_ru FROM reference.claim_text AS t WHERE t.kind = 'table' AND NOT EXISTS (SELECT FROM api.claim_table('A', '2026-03-01', '2026-03-31', t.text_ru)) $$, 'every table that a text names is there');
SELECT is((SELECT count(*) FROM journal WHERE kind = 'row' AND cells[1] = '7' AND cells[3:5] = ARRAY['узел сети Интернет', '192.0.2.1', 'не отвечает']), 1::bigint, 'and what was seen of one that counts');
SELECT is((SELECT count(*) FROM journal WHERE kind = 'row' AND cells[1] = '6' AND cardinality(cells) = 5), 0::bigint, 'but not of one that does not');

-- The other end of test 1, as the collector's own server recorded it; and what its runs took.
INSERT INTO core.measured (test_id, direction, client, started_at, size_bytes, duration_s, congestion, tcp)
SELECT pg_temp.id(1), 'down', '192.0.2.7', '2026-03-10 06:01+00', 12000000 * n, 2, 'bbr', jsonb_build_object('bytes_sent', 1000000, 'bytes_retrans', 5000 * n, 'min_rtt_us', 4000 + n)
  FROM generate_series(1, 2) AS n;
INSERT INTO core.speed_run
SELECT d.agent_id, d.test_id, 1, d.school_id, d.direction, 'capacity', 'https://x', d.streams, d.ip_mbps, d.duration_s, 35500000, d.verdict,
       d.confidence, '', 1.04, NULL, d.sample_ms, d.warmup_samples, 0, 0, d.sample_bytes, '{}', '{}', '{}', 640, 'high', '[]', 120
  FROM core.speed_direction AS d WHERE d.test_id = pg_temp.id(1);
SELECT results_eq($$ SELECT direction, streams, congestion_control, min_rtt_ms, loaded_rtt_ms, retrans_pct, rpm, agent_bytes, server_bytes FROM api.claim_streams('A', '2026-03-01', '2026-03-31') WHERE test_id = pg_temp.id(1) $$,
	$$ VALUES ('down', 4, 'bbr', 0.001::float8, 20::float8, 0.75::float8, 640::float8, 35500000::bigint, 36000000::bigint) $$, 'both ends tell of a test, of a download the sender is the server');
SELECT results_eq($$ SELECT cells[4:10] FROM api.claim_table('A', '2026-03-01', '2026-03-31', 'streams') WHERE cells[2] = pg_temp.id(1)::text $$,
	$$ VALUES (ARRAY['bbr', '0.0', '20.0', '0.750', '640', '35.50', '36.00']) $$, 'which the act prints beside the number of the test');
SELECT results_eq($$ SELECT congestion_control, retrans_pct, server_bytes FROM api.claim_streams('A', '2026-03-01', '2026-03-31') WHERE test_id = pg_temp.id(2) $$,
	'VALUES (NULL::text, NULL::float8, NULL::bigint)', 'what no server recorded is not known');
SELECT * FROM finish();
ROLLBACK;
