-- Papers are printed in Russian alone: they go to a Russian provider. Cells keep a point in numbers; a column whose title begins
-- with # holds such, and whoever prints it writes the comma.

CREATE OR REPLACE FUNCTION api.ru_number(p_value numeric, p_digits integer)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
	SELECT replace(CASE WHEN strpos(v.text, '.') > 0 THEN rtrim(rtrim(v.text, '0'), '.') ELSE v.text END, '.', ',') FROM (SELECT round(p_value, p_digits)::text AS text) AS v
$$;
COMMENT ON FUNCTION api.ru_number(numeric, integer) IS 'A number as Russian papers write it.';

CREATE OR REPLACE FUNCTION api.ru_length(p_s double precision)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
	SELECT (v.s / 3600)::text || to_char(v.s / 60 % 60, '":"FM00') || to_char(v.s % 60, '":"FM00') FROM (SELECT round(p_s)::bigint AS s) AS v
$$;
COMMENT ON FUNCTION api.ru_length(double precision) IS 'A duration as hours:minutes:seconds.';

CREATE OR REPLACE FUNCTION api.ru_word(p_dictionary text, p_key text)
RETURNS text
LANGUAGE sql
STABLE
AS $$
	SELECT COALESCE((SELECT w.ru FROM api.word AS w WHERE w.dictionary = p_dictionary AND w.key = p_key), p_key)
$$;
COMMENT ON FUNCTION api.ru_word(text, text) IS 'What a key is called in Russian; the key itself where it has no word.';

-- The function belongs to whoever owns the schema: those who read need no right on core.
CREATE OR REPLACE FUNCTION api.filled(p_words text, p_facts jsonb)
RETURNS text
LANGUAGE sql
IMMUTABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT core.fill_words(p_words, p_facts)
$$;
COMMENT ON FUNCTION api.filled(text, jsonb) IS 'Words with facts in the place of {names}; a dash for what is not known.';

CREATE OR REPLACE FUNCTION api.claim_speed(p_school text, p_from date, p_to date)
RETURNS TABLE (direction text, lesson text, contract_mbps numeric, tests bigint, reached bigint, median_mbps numeric, p5_mbps numeric,
               share_pct numeric, low_pct numeric, high_pct numeric, compliance text)
LANGUAGE sql
STABLE
AS $$
	WITH test AS MATERIALIZED (
		SELECT * FROM api.claim_tests(p_school, p_from, p_to) AS t WHERE t.excluded IS NULL
	), figure AS (
		SELECT t.direction, l.lesson, count(*) AS tests, count(*) FILTER (WHERE t.reached) AS reached, percentile_cont(0.5) WITHIN GROUP (ORDER BY t.ip_mbps) AS median,
		       percentile_cont(0.05) WITHIN GROUP (ORDER BY t.ip_mbps) AS p5
		  FROM test AS t CROSS JOIN LATERAL (VALUES ('all'), (t.lesson)) AS l(lesson)
		 GROUP BY t.direction, l.lesson
	)
	SELECT d.direction, l.lesson, c.contract_mbps, COALESCE(t.tests, 0), COALESCE(t.reached, 0), round(t.median::numeric, 2), round(t.p5::numeric, 2),
	       i.share_pct, i.low_pct, i.high_pct, api.compliance_of(c.contract_mbps, COALESCE(t.reached, 0), COALESCE(t.tests, 0), r.min_tests)
	  FROM api.school AS s
	 CROSS JOIN api.claim_contract(p_school, p_from, p_to) AS k
	 CROSS JOIN api.counting AS r
	 CROSS JOIN (VALUES (1, 'down'), (2, 'up')) AS d(turn, direction)
	 CROSS JOIN (VALUES (1, 'all'), (2, 'lesson'), (3, 'off_lesson'), (4, 'holiday')) AS l(turn, lesson)
	 CROSS JOIN LATERAL (SELECT CASE d.direction WHEN 'down' THEN k.contract_down_mbps ELSE k.contract_up_mbps END AS contract_mbps) AS c
	  LEFT JOIN figure AS t USING (direction, lesson)
	 CROSS JOIN LATERAL api.share_interval(CASE WHEN c.contract_mbps IS NOT NULL THEN t.reached END, t.tests) AS i
	 WHERE s.school = p_school AND (t.tests > 0 OR l.lesson = 'all')
	 ORDER BY d.turn, l.turn
$$;

COMMENT ON FUNCTION api.claim_speed(text, date, date) IS
	'How the tests of api.claim_tests() that count stand to the contract, by direction and part of the day.';

-- Who sends decides over the congestion control and knows what was sent again: of a download that is the server.
CREATE OR REPLACE FUNCTION api.claim_streams(p_school text, p_from date, p_to date)
RETURNS TABLE (agent_id uuid, test_id uuid, direction text, started_at timestamptz, streams integer, congestion_control text, min_rtt_ms double precision,
               loaded_rtt_ms double precision, retrans_pct double precision, rpm double precision, agent_bytes bigint, server_bytes bigint)
LANGUAGE sql
STABLE
AS $$
	SELECT t.agent_id, t.test_id, t.direction, t.started_at, x.streams,
	       CASE t.direction WHEN 'down' THEN m.congestion ELSE NULLIF(r.congestion_control, '') END,
	       least(a.min_rtt_us, m.min_rtt_us) / 1000, x.latency_loaded_ms,
	       CASE t.direction WHEN 'down' THEN 100 * m.again / NULLIF(m.sent, 0) ELSE 100 * a.again * r.mss_bytes / NULLIF(a.acked + a.again * r.mss_bytes, 0) END,
	       u.rpm, u.size_bytes, m.size_bytes
	  FROM api.claim_tests(p_school, p_from, p_to) AS t
	  JOIN api.speed_sample AS x ON x.school = p_school AND x.agent_id = t.agent_id AND x.test_id = t.test_id AND x.direction = t.direction
	  JOIN api.speed_raw AS r ON r.school = p_school AND r.agent_id = t.agent_id AND r.test_id = t.test_id AND r.direction = t.direction
	 CROSS JOIN LATERAL (
	       SELECT min(NULLIF((e ->> 1)::double precision, 0)) AS min_rtt_us, sum((e ->> 2)::double precision) AS again, sum((e ->> 3)::double precision) AS acked
	         FROM jsonb_array_elements(r.streams) AS e) AS a
	 CROSS JOIN LATERAL (
	       SELECT sum((e ->> 1)::bigint)::bigint AS size_bytes, string_agg(DISTINCT NULLIF(e ->> 3, ''), ', ') AS congestion, sum((e ->> 4)::double precision) AS sent,
	              sum((e ->> 5)::double precision) AS again, min(NULLIF((e ->> 6)::double precision, 0)) AS min_rtt_us
	         FROM jsonb_array_elements(r.server_record) AS e) AS m
	 CROSS JOIN LATERAL (
	       SELECT max((e ->> 'rpm')::double precision) AS rpm, sum((e ->> 'size_bytes')::bigint)::bigint AS size_bytes
	         FROM jsonb_array_elements(r.runs) AS e) AS u
	 WHERE t.mode <> 'passive'
	 ORDER BY t.started_at, t.agent_id, t.test_id, t.direction
$$;

COMMENT ON FUNCTION api.claim_streams(text, date, date) IS
	'What TCP tells of a school''s tests from one day to another: streams; congestion control and share of what was sent again, of the sender (of a download the collector''s own server); least round trip; round trip and responsiveness (rpm) under load; payload of all runs as the agent counted it, and as the server of the same test_id did.';

CREATE OR REPLACE FUNCTION api.claim_facts(p_school text, p_from date, p_to date)
RETURNS jsonb
LANGUAGE sql
STABLE
AS $$
	WITH line AS MATERIALIZED (
		SELECT * FROM api.claim_speed(p_school, p_from, p_to) AS c WHERE c.lesson = 'all'
	), outage AS MATERIALIZED (
		SELECT * FROM api.claim_outages(p_school, p_from, p_to)
	), counted AS (
		SELECT COALESCE(range_agg(r), '{}') AS spans, count(DISTINCT (o.agent_id, o.outage_id)) AS n FROM outage AS o, unnest(o.counted) AS r
	), total AS (
		SELECT c.n, COALESCE((SELECT sum(EXTRACT(epoch FROM upper(r) - lower(r))) FROM unnest(c.spans) AS r), 0)::double precision AS s,
		       (SELECT COALESCE(sum(api.lesson_s(p_school, k.time_zone, lower(r), upper(r))), 0) FROM unnest(c.spans) AS r, api.school AS k WHERE k.school = p_school) AS lesson_s,
		       (SELECT max(EXTRACT(epoch FROM upper(r) - lower(r))) FROM unnest(c.spans) AS r)::double precision AS longest_s
		  FROM counted AS c
	), day AS (
		SELECT COALESCE(sum(d.known_s), 0) AS known_s, COALESCE(sum(d.down_s), 0) AS down_s FROM api.line_day AS d WHERE d.school = p_school AND d.day BETWEEN p_from AND p_to
	), tests AS (
		SELECT count(*) AS n, count(*) FILTER (WHERE t.excluded IS NULL) AS counted FROM api.claim_tests(p_school, p_from, p_to) AS t
	)
	SELECT jsonb_strip_nulls(jsonb_build_object(
	       'school_name', s.name, 'school_code', s.school, 'municipality', NULLIF(s.municipality, ''), 'address', NULLIF(s.address, ''), 'provider', NULLIF(k.provider, ''),
	       'contract_number', NULLIF(k.contract_number, ''), 'contract_day', to_char(k.contract_day, 'DD.MM.YYYY'),
	       'contract_down', api.ru_number(k.contract_down_mbps, 3), 'contract_up', api.ru_number(k.contract_up_mbps, 3),
	       'month_rub', api.ru_number(k.contract_month_rub, 2), 'has_cost', (k.contract_month_rub IS NOT NULL)::text,
	       'from', to_char(p_from, 'DD.MM.YYYY'), 'to', to_char(p_to, 'DD.MM.YYYY'), 'zone', s.time_zone,
	       'ratio', api.ru_number(100 * r.pass_ratio, 2), 'min_tests', r.min_tests, 'break_min', api.ru_number(r.break_s / 60.0, 1),
	       'break_window', api.ru_number(r.break_window_s / 3600.0, 1), 'works_h', api.ru_number(r.works_s / 3600.0, 1)))
	       || (SELECT jsonb_object_agg(l.direction || '_' || x.key, x.value)
	             FROM line AS l
	            CROSS JOIN LATERAL jsonb_each(jsonb_strip_nulls(jsonb_build_object('verdict', l.compliance, 'tests', l.tests, 'reached', l.reached,
	                  'median', api.ru_number(l.median_mbps, 1), 'p', api.ru_number(l.p5_mbps, 1), 'share', api.ru_number(l.share_pct, 1),
	                  'low', api.ru_number(l.low_pct, 1), 'high', api.ru_number(l.high_pct, 1),
	                  'short', api.ru_number(greatest(100 * (1 - l.median_mbps / l.contract_mbps), 0), 1)))) AS x)
	       || jsonb_strip_nulls(jsonb_build_object(
	       'tests', t.n, 'tests_counted', t.counted, 'outages', (SELECT count(*) FROM outage), 'outages_counted', o.n,
	       'counted', api.ru_length(o.s), 'counted_lesson', api.ru_length(o.lesson_s), 'longest', api.ru_length(o.longest_s),
	       'counted_h', api.ru_number((o.s / 3600)::numeric, 2), 'period_h', api.ru_number((p.s / 3600)::numeric, 0), 'counted_pct', api.ru_number((100 * o.s / p.s)::numeric, 3),
	       'finding', CASE WHEN EXISTS (SELECT FROM line AS l WHERE l.compliance = 'below') THEN 'below' ELSE 'other' END, 'is_known', (d.known_s > 0)::text,
	       'known_pct', api.ru_number((100 * d.known_s / p.s)::numeric, 1),
	       'availability', api.ru_number((100 * (d.known_s - d.down_s) / NULLIF(d.known_s, 0))::numeric, 3),
	       'recalc', api.ru_number((k.contract_month_rub * (p_to - p_from + 1) / 30.4375 * (o.s / p.s)::numeric), 2)))
	  FROM api.school AS s
	 CROSS JOIN api.claim_contract(p_school, p_from, p_to) AS k
	 CROSS JOIN api.counting AS r CROSS JOIN total AS o CROSS JOIN day AS d CROSS JOIN tests AS t
	 CROSS JOIN LATERAL (SELECT EXTRACT(epoch FROM ((p_to + 1)::timestamp AT TIME ZONE s.time_zone) - (p_from::timestamp AT TIME ZONE s.time_zone))::double precision AS s) AS p
	 WHERE s.school = p_school
$$;

COMMENT ON FUNCTION api.claim_facts(text, date, date) IS
	'What the texts of a claim''s papers (reference.claim_text) name in braces, as Russian papers write it.';

-- THE LIST of tables: the first row has the titles.
CREATE OR REPLACE FUNCTION api.claim_table(p_school text, p_from date, p_to date, p_table text)
RETURNS TABLE (n bigint, cells text[])
LANGUAGE sql
STABLE
AS $$
	WITH place AS (
		SELECT s.time_zone AS zone FROM api.school AS s WHERE s.school = p_school
	)
	SELECT 0::bigint, h.cells
	  FROM (VALUES
		('speed', ARRAY['Направление', 'Время', '#Договор, Мбит/с', '#Медиана, Мбит/с', '#5-й процентиль, Мбит/с', '#Учтено замеров', '#Не ниже порога', '#Доля, %', 'Доверительный интервал 95 %', 'Вывод']),
		('servers', ARRAY['Измерительный сервер', 'Протокол', '#Замеров']),
		('excluded', ARRAY['Причина исключения', '#Замеров']),
		('works', ARRAY['Начало', 'Окончание', 'Не учитывается до', 'Основание', 'Кем и когда внесено']),
		('tests', ARRAY['Начало замера', 'Направление', 'Время', '#Мбит/с', 'Результат замера', 'Учтён']),
		('streams', ARRAY['Начало замера', 'Номер замера', '#Соединений TCP', 'Управление перегрузкой', '#RTT наимен., мс', '#RTT под нагрузкой, мс', '#Повторно передано, %', '#Отклик, об/мин', '#По учёту агента, МБ', '#По учёту сервера, МБ']),
		('evidence', ARRAY['#№', 'Время', 'Что проверялось', 'Узел', 'Наблюдение']),
		('outages', ARRAY['#№', 'Начало', 'Окончание', 'Длительность', 'В учебное время', 'Учтено', 'Что нарушено', 'Сторона', 'Почему не учтён'])) AS h(name, cells)
	 WHERE h.name = p_table
	 UNION ALL
	SELECT row_number() OVER (ORDER BY c.direction, array_position(ARRAY['all', 'lesson', 'off_lesson', 'holiday'], c.lesson)),
	       ARRAY[api.ru_word('direction', c.direction), api.ru_word('lesson_part', c.lesson), c.contract_mbps::text, c.median_mbps::text, c.p5_mbps::text, c.tests::text,
	             CASE WHEN c.contract_mbps IS NOT NULL THEN c.reached::text END, c.share_pct::text, api.ru_number(c.low_pct, 1) || ' – ' || api.ru_number(c.high_pct, 1) || ' %', api.ru_word('compliance', c.compliance)]
	  FROM api.claim_speed(p_school, p_from, p_to) AS c WHERE p_table = 'speed'
	 UNION ALL
	SELECT row_number() OVER (ORDER BY count(*) DESC, t.server, t.backend), ARRAY[t.server, t.backend, count(*)::text]
	  FROM api.claim_tests(p_school, p_from, p_to) AS t WHERE p_table = 'servers' AND t.excluded IS NULL GROUP BY t.server, t.backend
	 UNION ALL
	SELECT row_number() OVER (ORDER BY count(*) DESC, t.excluded), ARRAY[CASE WHEN t.excluded IN ('works', 'capped') THEN api.ru_word('claim_excluded', t.excluded) ELSE api.ru_word('speed_verdict', t.excluded) END, count(*)::text]
	  FROM api.claim_tests(p_school, p_from, p_to) AS t WHERE p_table = 'excluded' AND t.excluded IS NOT NULL GROUP BY t.excluded
	 UNION ALL
	SELECT row_number() OVER (ORDER BY w.from_at, w.to_at, w.comment),
	       ARRAY[to_char(w.from_at AT TIME ZONE p.zone, 'DD.MM.YYYY HH24:MI'), to_char(w.to_at AT TIME ZONE p.zone, 'DD.MM.YYYY HH24:MI'), to_char(w.excluded_to AT TIME ZONE p.zone, 'DD.MM.YYYY HH24:MI'),
	             w.comment, w."by" || ', ' || to_char(w.noted_at AT TIME ZONE p.zone, 'DD.MM.YYYY HH24:MI')]
	  FROM api.claim_works(p_school, p_from, p_to) AS w, place AS p WHERE p_table = 'works'
	 UNION ALL
	SELECT row_number() OVER (ORDER BY t.started_at, t.agent_id, t.test_id, t.direction),
	       ARRAY[to_char(t.started_at AT TIME ZONE p.zone, 'DD.MM.YYYY HH24:MI:SS'), api.ru_word('direction', t.direction), api.ru_word('lesson', t.lesson), round(t.ip_mbps::numeric, 2)::text,
	             api.ru_word('speed_verdict', t.verdict), CASE WHEN t.excluded IS NULL THEN 'да' WHEN t.excluded IN ('works', 'capped') THEN 'нет: ' || api.ru_word('claim_excluded', t.excluded) ELSE 'нет: ' || api.ru_word('speed_verdict', t.excluded) END]
	  FROM api.claim_tests(p_school, p_from, p_to) AS t, place AS p WHERE p_table = 'tests'
	 UNION ALL
	SELECT row_number() OVER (ORDER BY c.started_at, c.agent_id, c.test_id, c.direction),
	       ARRAY[to_char(c.started_at AT TIME ZONE p.zone, 'DD.MM.YYYY HH24:MI:SS') || ', ' || api.ru_word('direction', c.direction), c.test_id::text, c.streams::text, c.congestion_control,
	             round(c.min_rtt_ms::numeric, 1)::text, round(c.loaded_rtt_ms::numeric, 1)::text, round(c.retrans_pct::numeric, 3)::text, round(c.rpm::numeric)::text,
	             round(c.agent_bytes / 1e6, 2)::text, round(c.server_bytes / 1e6, 2)::text]
	  FROM api.claim_streams(p_school, p_from, p_to) AS c, place AS p WHERE p_table = 'streams'
	 UNION ALL
	SELECT row_number() OVER (ORDER BY o.n, e.n),
	       ARRAY[o.n::text, to_char((e.item ->> 'at')::timestamptz AT TIME ZONE p.zone, 'DD.MM.YYYY HH24:MI:SS'), api.ru_word('rung', e.item ->> 'rung'), e.item ->> 'target', api.ru_word('rung_observed', e.item ->> 'observed')]
	  FROM (SELECT x.*, row_number() OVER (ORDER BY x.onset, x.agent_id, x.outage_id) AS n FROM api.claim_outages(p_school, p_from, p_to) AS x WHERE p_table = 'evidence') AS o
	  JOIN api.outage AS k ON k.school = p_school AND k.agent_id = o.agent_id AND k.outage_id = o.outage_id
	 CROSS JOIN LATERAL jsonb_array_elements(k.evidence) WITH ORDINALITY AS e(item, n), place AS p
	 WHERE o.excluded IS NULL
	 UNION ALL
	SELECT o.n, ARRAY[o.n::text, to_char(o.onset AT TIME ZONE p.zone, 'DD.MM.YYYY HH24:MI:SS'),
	             COALESCE(to_char(o."end" AT TIME ZONE p.zone, 'DD.MM.YYYY HH24:MI:SS') || CASE WHEN o.end_inferred THEN ' *' ELSE '' END, 'не завершён'),
	             api.ru_length(o.duration_s), api.ru_length(o.lesson_s),
	             CASE WHEN o.excluded IS NULL THEN api.ru_length((SELECT sum(EXTRACT(epoch FROM upper(r) - lower(r))) FROM unnest(o.counted) AS r)::double precision) END,
	             api.ru_word('outage_class', o.class), api.ru_word('party', o.party), api.ru_word('claim_excluded', o.excluded)]
	  FROM (SELECT x.*, row_number() OVER (ORDER BY x.onset, x.agent_id, x.outage_id) AS n FROM api.claim_outages(p_school, p_from, p_to) AS x WHERE p_table = 'outages') AS o, place AS p
	 ORDER BY 1
$$;

COMMENT ON FUNCTION api.claim_table(text, date, date, text) IS
	'A table of a claim''s papers: speed, servers, excluded, works, tests, streams, outages, evidence. Row 0 has the titles; a # before one says that its cells are numbers.';

-- number and made come from core.claim: the same claim printed again is the same paper.
CREATE OR REPLACE FUNCTION api.claim_paper(p_paper text, p_school text, p_from date, p_to date, p_number text, p_made date, p_sha256 text)
RETURNS TABLE (kind text, cells text[])
LANGUAGE sql
STABLE
AS $$
	WITH facts AS MATERIALIZED (
		SELECT api.claim_facts(p_school, p_from, p_to) || jsonb_build_object('number', p_number, 'made', to_char(p_made, 'DD.MM.YYYY'), 'hash', p_sha256) AS of
	), text AS (
		SELECT t.ordinal, t.kind, t.text_ru, f.of
		  FROM api.claim_text AS t, facts AS f
		 WHERE t.paper = p_paper AND (t.holds = '' OR f.of ->> split_part(t.holds, '=', 1) = split_part(t.holds, '=', 2))
	), piece AS (
		SELECT t.ordinal, 0::bigint AS n, t.kind,
		       CASE t.kind WHEN 'pair' THEN ARRAY[split_part(t.text_ru, '|', 1), api.filled(substr(t.text_ru, strpos(t.text_ru, '|') + 1), t.of)]
		                   ELSE ARRAY[api.filled(t.text_ru, t.of)] END AS cells
		  FROM text AS t WHERE t.kind <> 'table'
		 UNION ALL
		SELECT t.ordinal, c.n, CASE WHEN c.n = 0 THEN 'columns' ELSE 'row' END, c.cells
		  FROM text AS t CROSS JOIN LATERAL api.claim_table(p_school, p_from, p_to, t.text_ru) AS c
		 WHERE t.kind = 'table'
	)
	SELECT p.kind, p.cells FROM piece AS p ORDER BY p.ordinal, p.n
$$;

COMMENT ON FUNCTION api.claim_paper(text, text, date, date, text, date, text) IS
	'A paper (act: of a rate below the contract; journal: of outages) piece by piece: title, subtitle, pair (label, value), head, text, columns and rows of tables, sign.';

CREATE OR REPLACE VIEW api.claim_text AS
SELECT t.paper, t.ordinal, t.kind, t.holds, t.text_ru
  FROM reference.claim_text AS t;

COMMENT ON VIEW api.claim_text IS 'The words of papers for a claim, paragraph by paragraph.';
