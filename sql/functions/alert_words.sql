-- What the words of an alert are made of, as things are when it begins or ends.
CREATE OR REPLACE FUNCTION core.alert_detail(p_kind text, p_school integer, p_subject text, p_value double precision,
	p_since timestamptz, p_until timestamptz)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
AS $$
DECLARE
	v_detail jsonb := '{}';
BEGIN
	IF p_kind IN ('agent_silent', 'certificate_ending', 'clock_wrong', 'spool_full') THEN
		SELECT jsonb_build_object('agent', COALESCE(NULLIF(a.host_name, ''), a.agent_id::text),
		       'seconds', round(abs(p_value)::numeric), 'percent', round(p_value::numeric),
		       'day', to_char((SELECT max(k.ends_at) FROM core.agent_key AS k WHERE k.agent_id = a.agent_id) AT TIME ZONE 'UTC', 'DD.MM.YYYY'))
		  INTO v_detail FROM core.agent AS a WHERE a.school_id = p_school AND a.agent_id::text = p_subject;
	END IF;
	IF p_kind IN ('agent_silent', 'connectivity_drop') THEN
		-- The agent tells what it was when it is heard again: often only at the end.
		SELECT v_detail || jsonb_build_object('class', c.outage_class, 'class_ru', c.name_ru, 'class_en', c.name_en, 'party', c.party)
		  INTO v_detail
		  FROM (SELECT o.outage_class FROM core.outage AS o JOIN reference.outage_class AS k USING (outage_class)
		         WHERE o.school_id = p_school AND o.onset_at <= COALESCE(p_until, 'infinity')
		           AND COALESCE(o.end_at, 'infinity') >= p_since
		           AND o.onset_at >= p_since - interval '40 days'
		           AND o.outage_class <> 'agent_down'
		         ORDER BY k.is_internet DESC, o.onset_at DESC LIMIT 1) AS o
		  RIGHT JOIN (VALUES (1)) AS one(row) ON true
		  LEFT JOIN reference.outage_class AS c USING (outage_class);
		SELECT v_detail || COALESCE((SELECT jsonb_build_object('exam', e.name) FROM core.exams_of(p_school) AS e
		                              WHERE e.from_at < COALESCE(p_until, now()) AND e.to_at > p_since ORDER BY e.from_at LIMIT 1), '{}')
		  INTO v_detail;
	ELSIF p_kind IN ('line_below_norm', 'line_below_contract') THEN
		SELECT jsonb_build_object('direction_ru', d.name_ru, 'direction_en', d.name_en, 'target_mbps', t.mbps,
		       'median_mbps', round((t.mbps * (1 - p_value / 100))::numeric, 1))
		  INTO v_detail
		  FROM core.school AS s
		  JOIN reference.direction AS d ON d.direction = p_subject
		 CROSS JOIN LATERAL (VALUES (CASE WHEN p_kind = 'line_below_norm' THEN core.norm_mbps(s.settlement, p_subject, COALESCE(p_until, now())::date)
		                                  WHEN p_subject = 'down' THEN s.contract_down_mbps ELSE s.contract_up_mbps END)) AS t(mbps)
		 WHERE s.school_id = p_school;
	ELSIF p_kind IN ('filter_leak', 'filter_overblock') THEN
		SELECT jsonb_build_object('count', p_value, 'entries', COALESCE(string_agg(e.entry_id, ', '), '')) INTO v_detail
		  FROM (SELECT DISTINCT v.entry_id FROM core.filter_observation AS v
		         WHERE v.school_id = p_school AND v.outcome = CASE p_kind WHEN 'filter_leak' THEN 'leak' ELSE 'overblock' END
		           AND v.run_id = (SELECT f.run_id FROM core.filter_run AS f WHERE f.school_id = p_school ORDER BY f.started_at DESC LIMIT 1)
		         ORDER BY 1 LIMIT 5) AS e;
	ELSIF p_kind = 'device_gone' AND p_subject = '' THEN
		SELECT jsonb_build_object('device', 'x ' || count(*), 'address', '', 'class_ru', 'не видны столько учебных дней: ' || n.days, 'class_en', 'not seen for so many school days: ' || n.days)
		  INTO v_detail
		  FROM core.device AS d, (SELECT COALESCE(value, fallback) AS days FROM reference.setting WHERE name = 'gone_school_days') AS n
		 WHERE d.school_id = p_school AND d.merged_into IS NULL AND d.gone_at <= COALESCE(p_until, now())
		 GROUP BY n.days;
	ELSIF p_kind = 'device_gone' THEN
		SELECT jsonb_build_object('device', COALESCE(NULLIF(d.name, ''), NULLIF(concat_ws(' ', NULLIF(d.vendor, ''), NULLIF(d.model, '')), ''), '-'),
		       'address', COALESCE((SELECT host(a.address) FROM core.device_address AS a WHERE a.device_id = d.device_id AND a.ended_at IS NULL ORDER BY a.address LIMIT 1), '-'),
		       'class_ru', c.name_ru, 'class_en', c.name_en)
		  INTO v_detail FROM core.device AS d JOIN reference.device_class AS c USING (class) 
		 WHERE d.school_id = p_school AND d.merged_into IS NULL AND d.device_id::text = p_subject;
	ELSIF p_kind = 'device_new_unknown' THEN
		v_detail := jsonb_build_object('count', p_value);
	END IF;
	RETURN jsonb_strip_nulls(COALESCE(v_detail, '{}'));
END
$$;

COMMENT ON FUNCTION core.alert_detail(text, integer, text, double precision, timestamptz, timestamptz) IS
	'The details that the words of an alert name: the agent, the class of an outage, a device, rates.';

CREATE OR REPLACE FUNCTION core.fill_words(p_words text, p_detail jsonb)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE
AS $$
DECLARE
	a_word record;
BEGIN
	FOR a_word IN SELECT key, value FROM jsonb_each_text(p_detail) LOOP
		p_words := replace(p_words, '{' || a_word.key || '}', regexp_replace(translate(a_word.value, '{}', '()'), '[[:cntrl:]]', ' ', 'g'));
	END LOOP;
	RETURN regexp_replace(p_words, '\{[a-z_]+\}', '—', 'g');
END
$$;

COMMENT ON FUNCTION core.fill_words(text, jsonb) IS
	'Words with details in the place of {names}; what is not known is a dash, and no detail brings a control character or another {name}.';

CREATE OR REPLACE FUNCTION core.alert_words(p_kind text, p_detail jsonb, p_language text)
RETURNS text
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
	RETURN (
	SELECT core.fill_words(CASE p_language WHEN 'ru' THEN k.raised_ru ELSE k.raised_en END
	       || CASE WHEN p_detail ? 'exam' THEN CASE p_language WHEN 'ru' THEN ' Идёт экзамен: {exam}.' ELSE ' An examination is held: {exam}.' END ELSE '' END, p_detail)
	  FROM reference.alert_kind AS k WHERE k.kind = p_kind);
END
$$;

COMMENT ON FUNCTION core.alert_words(text, jsonb, text) IS 'What happened, in a sentence of a language.';

CREATE OR REPLACE FUNCTION core.local_time(p_at timestamptz, p_zone text)
RETURNS text
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
	RETURN (
	SELECT to_char(p_at AT TIME ZONE p_zone, 'DD.MM.YYYY HH24:MI:SS') || ' (UTC' || to_char(o.minutes / 60, 'SG00')
	       || CASE WHEN o.minutes % 60 <> 0 THEN to_char(abs(o.minutes % 60), 'FM":"00') ELSE '' END || ')'
	  FROM (SELECT (EXTRACT(epoch FROM (p_at AT TIME ZONE p_zone) - (p_at AT TIME ZONE 'UTC')) / 60)::integer AS minutes) AS o);
END
$$;

COMMENT ON FUNCTION core.local_time(timestamptz, text) IS 'A moment as the clock on a school''s wall shows it, with its distance from UTC.';

CREATE OR REPLACE FUNCTION core.clean_line(p_text text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
	SELECT btrim(regexp_replace(p_text, '[[:cntrl:]]+', ' ', 'g'))
$$;

COMMENT ON FUNCTION core.clean_line(text) IS 'A text on one line: it may stand in a title.';

-- A message of an alert: raised or resolved, in Russian or English.
CREATE OR REPLACE FUNCTION core.alert_message(p_alert bigint, p_what text, p_language text, OUT title text, OUT body text)
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
	SELECT CASE WHEN p_what = 'resolved' THEN w.resolved ELSE w.severity END || ': ' || w.name || ' — ' || core.clean_line(s.name),
	       concat_ws(E'\n',
	           CASE WHEN p_what = 'resolved' THEN w.resolved || '. ' || w.w_was || ': ' ELSE '' END || core.alert_words(a.kind, a.detail, p_language),
	           '',
	           w.w_school || ': ' || core.clean_line(s.name) || ' (' || s.code || ')' || COALESCE(', ' || NULLIF(core.clean_line(s.municipality), ''), ''),
	           w.w_since || ': ' || core.local_time(a.since_at, s.time_zone),
	           CASE WHEN p_what = 'resolved' THEN w.w_until || ': ' || core.local_time(a.ended_at, s.time_zone)
	                || ', ' || w.w_lasted || ' ' || greatest(0, round(EXTRACT(epoch FROM a.ended_at - a.since_at) / 60)) || ' ' || w.w_minutes END,
	           CASE WHEN a.detail ? 'class_ru' AND a.kind = 'agent_silent' THEN w.w_cause || ': ' || (a.detail ->> ('class_' || p_language)) END,
	           w.w_party || ': ' || COALESCE((SELECT CASE p_language WHEN 'ru' THEN p.name_ru ELSE p.name_en END FROM reference.word AS p
	                WHERE p.dictionary = 'party' AND p.key = COALESCE(a.detail ->> 'party', k.party)), '—'),
	           CASE WHEN a.kind IN ('agent_silent', 'connectivity_drop') AND s.provider <> '' THEN w.w_provider || ': ' || core.clean_line(s.provider) END,
	           CASE WHEN p_what = 'raised' THEN w.w_advice || ': ' || w.advice END,
	           '',
	           w.w_number || ' ' || a.alert_id
	               || CASE WHEN a.flapping THEN '. ' || w.w_flapping ELSE '' END)
	  INTO title, body
	  FROM core.alert AS a
	  JOIN core.school AS s USING (school_id)
	  JOIN reference.alert_kind AS k USING (kind)
	  LEFT JOIN reference.word AS v ON v.dictionary = 'alert_severity' AND v.key = a.severity
	 CROSS JOIN LATERAL (
	       SELECT 'Восстановлено', 'Было', initcap(v.name_ru), k.name_ru, k.advice_ru, 'Школа', 'Началось', 'Закончилось', 'длилось', 'мин',
	              'Причина по данным агента', 'Чья зона ответственности', 'Провайдер', 'Что делать', 'Оповещение №',
	              'Состояние часто меняется: следующее сообщение придёт, когда оно успокоится'
	        WHERE p_language = 'ru'
	        UNION ALL
	       SELECT 'Resolved', 'It was', initcap(v.name_en), k.name_en, k.advice_en, 'School', 'Began', 'Ended', 'lasted', 'min',
	              'Cause as the agent saw it', 'Whose it seems to be', 'Provider', 'What to do', 'Alert',
	              'It changes often: the next message comes when it is quiet'
	        WHERE p_language <> 'ru')
	       AS w(resolved, w_was, severity, name, advice, w_school, w_since, w_until, w_lasted, w_minutes, w_cause, w_party, w_provider, w_advice, w_number, w_flapping)
	 WHERE a.alert_id = p_alert;
END
$$;

COMMENT ON FUNCTION core.alert_message(bigint, text, text) IS
	'What people are told of an alert: what happened, since when by the school''s clock, whose it seems to be, what to do.';

-- A message of a provider's incident: which of its schools are off.
CREATE OR REPLACE FUNCTION core.incident_message(p_incident bigint, p_what text, p_language text, OUT title text, OUT body text)
LANGUAGE sql
STABLE
AS $$
	SELECT CASE WHEN p_what = 'resolved' THEN w.resolved ELSE w.off END || ' ' || core.clean_line(i.provider) || ', ' || w.w_schools || ': ' || m.schools,
	       concat_ws(E'\n',
	           CASE WHEN p_what = 'resolved' THEN w.resolved ELSE w.off END || ' ' || core.clean_line(i.provider) || ', ' || w.w_schools || ': ' || m.schools || ' / ' || m.watched || '.',
	           '',
	           m.list,
	           w.w_since || ': ' || core.local_time(m.since, m.time_zone),
	           CASE WHEN p_what = 'resolved' THEN w.w_until || ': ' || core.local_time(i.closed_at, m.time_zone) END,
	           CASE WHEN p_what = 'raised' THEN w.advice END)
	  FROM core.incident AS i
	 CROSS JOIN LATERAL (
	       SELECT count(DISTINCT s.school_id) AS schools, min(a.since_at) AS since, mode() WITHIN GROUP (ORDER BY s.time_zone) AS time_zone,
	              string_agg(DISTINCT core.clean_line(s.name) || ' (' || s.code || ')', E'\n') AS list,
	              (SELECT count(*) FROM core.school AS o WHERE o.provider = i.provider AND o.closed_at IS NULL
	                  AND EXISTS (SELECT FROM core.agent_state AS t WHERE t.school_id = o.school_id)) AS watched
	         FROM core.alert AS a JOIN core.school AS s USING (school_id) WHERE a.incident_id = i.incident_id) AS m
	 CROSS JOIN LATERAL (
	       SELECT 'Восстановлено: провайдер', 'Нет связи у провайдера', 'школ без связи', 'Началось', 'Закончилось',
	              'Что делать: позвоните провайдеру один раз за все школы; о каждой школе отдельно сообщений не будет.'
	        WHERE p_language = 'ru'
	        UNION ALL
	       SELECT 'Resolved: provider', 'No connection at provider', 'schools off', 'Began', 'Ended',
	              'What to do: call the provider once for all of them; no school is told of by itself.'
	        WHERE p_language <> 'ru') AS w(resolved, off, w_schools, w_since, w_until, advice)
	 WHERE i.incident_id = p_incident
$$;

COMMENT ON FUNCTION core.incident_message(bigint, text, text) IS 'What people are told when many schools of a provider are off at once.';
