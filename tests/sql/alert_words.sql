BEGIN;
\ir lib/schools.psql
SELECT plan(17);
SELECT is(core.fill_words('{a} and {b}', '{"a": "x{b}\ny", "b": 2}'), 'x(b) y and 2', 'a detail brings no other name and no line');
SELECT is(core.fill_words('it is {never_told}', '{}'), 'it is —', 'what is not known is a dash');
SELECT is(core.local_time('2026-11-25 22:30:05Z', 'Asia/Yekaterinburg'), '26.11.2026 03:30:05 (UTC+05)', 'the clock on the school''s wall');
SELECT is(core.local_time('2026-11-25 22:30:05Z', 'Asia/Kolkata'), '26.11.2026 04:00:05 (UTC+05:30)', 'also where it is half an hour off');
SELECT is(core.local_time('2026-11-25 22:30:05Z', 'America/St_Johns'), '25.11.2026 19:00:05 (UTC-03:30)', 'and behind');
SELECT is(core.clean_line(E' a\r\nBcc: b\t'), 'a Bcc: b', 'a title has one line');
SELECT is(core.alert_detail('agent_silent', pg_temp.school('A'), pg_temp.agent('A')::text, 80, now(), NULL) ->> 'agent', 'host-a', 'which agent');
SELECT pg_temp.outage('A', 1, 'isp_access', now() - interval '10 minutes', now());
SELECT is(core.alert_detail('agent_silent', pg_temp.school('A'), pg_temp.agent('A')::text, 0, now() - interval '10 minutes', now()) ->> 'party', 'provider', 'whose fault the agent said it was');
SELECT is(core.alert_words('line_below_norm', core.alert_detail('line_below_norm', pg_temp.school('A'), 'down', 40, now(), NULL), 'ru'),
	'Скорость (приём) ниже норматива: 60.0 из 100 Мбит/с', 'rates');
SELECT pg_temp.filter('A', 20, 'e1', 'block', 'allowed', 'leak');
SELECT is(core.alert_words('filter_leak', core.alert_detail('filter_leak', pg_temp.school('A'), '', 1, now(), NULL), 'en'),
	'The content filter did not block prohibited resources: 1 (e1)', 'addresses');
SELECT pg_temp.device('A', 30, 'sw', '10.0.0.9', ARRAY['serial'], ARRAY['SW'], 'switch', 0.9, 'SW', 'Maker');
SELECT is((SELECT core.alert_words('device_gone', core.alert_detail('device_gone', school_id, device_id::text, 100, now(), NULL), 'ru') FROM core.device),
	'Не видно устройства: Maker (коммутатор), 10.0.0.9', 'a device');
SELECT is_empty($$ SELECT kind FROM reference.alert_kind AS k, LATERAL regexp_matches(raised_ru || raised_en, '\{([a-z_]+)\}', 'g') AS m
	WHERE m[1] NOT IN ('agent', 'class_ru', 'class_en', 'direction_ru', 'direction_en', 'median_mbps', 'target_mbps', 'count', 'entries', 'device', 'address', 'day', 'seconds', 'percent') $$,
	'every name in the words is one that details have');

UPDATE core.school SET name = E'Школа\r\nBcc: x@y', municipality = 'Город', provider = 'Связь' WHERE code = 'A';
SELECT pg_temp.alert('A', 'agent_silent', pg_temp.agent('A')::text, 'firing', 68);
SELECT is((SELECT title FROM core.alert, core.alert_message(alert_id, 'raised', 'ru')), 'Критично: агент молчит — Школа Bcc: x@y', 'a title');
SELECT ok((SELECT body ~ 'Агент «host-a» не выходит на связь' AND body ~ 'Школа: Школа Bcc: x@y .A., Город\n' AND body ~ 'Началось: \d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d \(UTC\+05\)'
	AND body ~ 'Чья зона ответственности: провайдер' AND body ~ 'Провайдер: Связь' AND body ~ 'Что делать: .' FROM core.alert, core.alert_message(alert_id, 'raised', 'ru')), 'a message says what, since when, whose, what to do');
SELECT pg_temp.alert('A', 'agent_silent', pg_temp.agent('A')::text, 'resolved', 32);
SELECT ok((SELECT title LIKE 'Resolved: agent is silent%' AND body ~ '^Resolved. It was: Agent ' AND body ~ 'Ended: ' AND body ~ 'lasted 5 min' AND body ~ 'Cause as the agent saw it: the provider''s access is down'
	FROM core.alert, core.alert_message(alert_id, 'resolved', 'en')), 'its end says how long it was, and why as the agent now tells');

UPDATE core.school SET provider = 'Связь';
SELECT core.heartbeat(pg_temp.agent('A'), pg_temp.id(0), 1, now(), 2, 3, now()), core.heartbeat(pg_temp.agent('B'), pg_temp.id(0), 1, now(), 2, 3, now());
SELECT pg_temp.alert('A', 'connectivity_drop', '', 'firing', 4 + 256), pg_temp.alert('B', 'connectivity_drop', '', 'firing', 4 + 256);
SELECT is((SELECT title FROM core.incident AS i, core.incident_message(i.incident_id, 'raised', 'ru') WHERE i.kind = 'provider'), 'Нет связи у провайдера Связь, школ без связи: 2', 'a provider''s incident');
SELECT ok((SELECT body ~ '2 / 2' AND body ~ 'School B \(B\)' AND body ~ 'Что делать' FROM core.incident AS i, core.incident_message(i.incident_id, 'raised', 'ru') WHERE i.kind = 'provider'), 'names its schools');
SELECT * FROM finish();
ROLLBACK;
