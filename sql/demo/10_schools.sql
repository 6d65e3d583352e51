-- Schools from city to country, their providers and contracts, and an agent in each.
-- All numbers come from a hash of what they belong to, so the same seed gives the same schools.

DO $$
BEGIN
	EXECUTE format('CREATE FUNCTION pg_temp.u(p_key bigint, p_salt bigint) RETURNS double precision LANGUAGE sql IMMUTABLE AS '
		'''SELECT (hashint8extended($1, $2 * 7919 + %s) & 9007199254740991) / 9007199254740992.0::double precision''', current_setting('demo.seed'));
	EXECUTE 'CREATE FUNCTION pg_temp.noise(p_key bigint, p_salt bigint) RETURNS double precision LANGUAGE sql IMMUTABLE AS '
		'''SELECT (pg_temp.u($1, $2) + pg_temp.u($1, $2 + 100000) + pg_temp.u($1, $2 + 200000) - 1.5) * 2''';
END
$$;

CREATE TEMP TABLE demo_town AS
SELECT row_number() OVER () AS k, t.*
  FROM (VALUES
	('Норильск', 'Asia/Krasnoyarsk', true), ('Кострома', 'Europe/Moscow', true), ('Сочи', 'Europe/Moscow', true),
	('Зиминский район', 'Asia/Irkutsk', false), ('Хоринский район', 'Asia/Irkutsk', false), ('Псков', 'Europe/Moscow', true),
	('Вельский округ', 'Europe/Moscow', false), ('Екатеринбург', 'Asia/Yekaterinburg', true), ('Ирбитский район', 'Asia/Yekaterinburg', false),
	('Омск', 'Asia/Omsk', true), ('Тарский район', 'Asia/Omsk', false), ('Самара', 'Europe/Samara', true),
	('Кинельский район', 'Europe/Samara', false), ('Якутск', 'Asia/Yakutsk', true), ('Мегино-Кангаласский улус', 'Asia/Yakutsk', false),
	('Владивосток', 'Asia/Vladivostok', true), ('Тернейский округ', 'Asia/Vladivostok', false), ('Калининград', 'Europe/Kaliningrad', true),
	('Зеленоградский округ', 'Europe/Kaliningrad', false), ('Петропавловск-Камчатский', 'Asia/Kamchatka', true)) AS t(name, zone, is_town);

CREATE TEMP TABLE demo_provider AS
SELECT row_number() OVER () AS k, t.name FROM (VALUES
	('Связь-Регион'), ('Городские сети'), ('Оптика-Телеком'), ('Тайга-Нет'), ('Спутник-Канал')) AS t(name);

INSERT INTO core.demo (schools, days, seed)
VALUES (current_setting('demo.schools')::integer, current_setting('demo.days')::integer, current_setting('demo.seed')::integer);

-- What a school is like. quality: how far its line is from what it should be.
CREATE TEMP TABLE demo_school AS
SELECT n,
       'demo-' || lpad(n::text, 4, '0') AS code,
       t.name AS municipality, t.zone, t.is_town,
       CASE WHEN t.is_town THEN 100 ELSE 50 END AS norm,
       p.name AS provider, p.k AS provider_n,
       CASE WHEN pg_temp.u(n, 3) < 0.55 THEN 1 WHEN pg_temp.u(n, 3) < 0.85 THEN 1.2 WHEN pg_temp.u(n, 3) < 0.95 THEN 2 ELSE 3 END AS contract_times,
       CASE WHEN pg_temp.u(n, 4) < 0.03 THEN 0.32 WHEN pg_temp.u(n, 4) < 0.16 THEN 0.55 + pg_temp.u(n, 5) * 0.3 ELSE 1 END AS quality,
       -- A third of the schools got their line during the time that is shown.
       CASE WHEN pg_temp.u(n, 6) < 0.33 THEN 0.35 + pg_temp.u(n, 7) * 0.4 ELSE 1 END AS quality_before,
       (now() - make_interval(days => (pg_temp.u(n, 8) * current_setting('demo.days')::integer)::integer))::date AS better_from,
       200 + (pg_temp.u(n, 9) * 900)::integer AS pupils,
       gen.agent_id,
       NULL::integer AS school_id
  FROM generate_series(1, current_setting('demo.schools')::integer) AS n
  JOIN demo_town AS t ON t.k = 1 + (n - 1) % 20
  JOIN demo_provider AS p ON p.k = 1 + floor(pg_temp.u(n, 2) * CASE WHEN t.is_town THEN 3.3 ELSE 5 END)::integer
 CROSS JOIN LATERAL (SELECT ('de300000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS agent_id) AS gen;

ALTER TABLE core.school DISABLE TRIGGER noted;
INSERT INTO core.school (code, name, municipality, settlement, time_zone, provider, contract_down_mbps, contract_up_mbps, pupils, added_at)
SELECT code,
       CASE WHEN is_town THEN (ARRAY['МБОУ «СОШ № ', 'МАОУ «Гимназия № ', 'МБОУ «Лицей № '])[1 + floor(pg_temp.u(n, 10) * pg_temp.u(n, 11) * 3)::integer] || (1 + (n - 1) / 20)
            ELSE 'МКОУ «' || (ARRAY['Ивановская', 'Берёзовская', 'Заречная', 'Никольская', 'Троицкая', 'Луговская', 'Сосновская', 'Покровская'])[1 + (n / 20) % 8]
                 || CASE WHEN pg_temp.u(n, 12) < 0.6 THEN ' СОШ' ELSE ' ООШ' END || CASE WHEN n / 160 > 0 THEN ' № ' || 1 + n / 160 ELSE '' END END || '»',
       municipality, CASE WHEN is_town THEN 'urban' ELSE 'rural' END, zone, provider, norm * contract_times, norm * contract_times,
       pupils / CASE WHEN is_town THEN 1 ELSE 4 END, now() - make_interval(days => current_setting('demo.days')::integer + 10)
  FROM demo_school;
ALTER TABLE core.school ENABLE TRIGGER noted;
UPDATE demo_school AS d SET school_id = s.school_id FROM core.school AS s WHERE s.code = d.code;
CREATE INDEX ON demo_school (school_id);
ANALYZE demo_school;

ALTER TABLE core.agent DISABLE TRIGGER noted;
INSERT INTO core.agent (agent_id, school_id, host_name, enrolled_at)
SELECT agent_id, school_id, 'agent-' || code, now() - make_interval(days => current_setting('demo.days')::integer) FROM demo_school;
ALTER TABLE core.agent ENABLE TRIGGER noted;

-- One report an agent stands for all that it ever told.
INSERT INTO core.report (agent_id, boot_id, seq, school_id, kind, created_at, received_at, agent_version, clock_synchronised)
SELECT agent_id, agent_id, 1, school_id, 'inventory', now(), now(), '0.1.0', true FROM demo_school;
ALTER TABLE demo_school ADD COLUMN report_id bigint;
UPDATE demo_school AS d SET report_id = r.report_id FROM core.report AS r WHERE r.agent_id = d.agent_id;

-- Two of a hundred agents are silent.
INSERT INTO core.agent_state (agent_id, school_id, last_heard_at, last_report_at, boot_id, last_seq, agent_version, beat, beat_at, lost_beats, next_seq,
                              spool_reports, clock_ahead_ms, started_at, uptime_s, rss_bytes, spool_bytes, spool_limit_bytes, os, policy_version,
                              certificate_ends_at, warnings, health_at)
SELECT agent_id, school_id, h.heard, h.heard, agent_id, 1, '0.1.0', 100000, h.heard, (pg_temp.u(n, 20) * 30)::integer, 2,
       CASE WHEN pg_temp.u(n, 21) < 0.02 THEN 40 ELSE 0 END, ((pg_temp.u(n, 22) - 0.5) * 80)::integer, h.heard - interval '20 days', 1728000, (11 + pg_temp.u(n, 23) * 4)::bigint * 1048576,
       65536, 209715200, 'Debian GNU/Linux 12', 'demo', now() + interval '200 days',
       CASE WHEN pg_temp.u(n, 24) < 0.03 THEN ARRAY['no SNMP community answers on this network'] ELSE '{}' END, h.heard
  FROM demo_school
 CROSS JOIN LATERAL (SELECT CASE WHEN pg_temp.u(n, 25) < 0.02 THEN now() - make_interval(hours => 1 + (pg_temp.u(n, 26) * 200)::integer) ELSE now() END AS heard) AS h;
