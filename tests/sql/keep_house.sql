BEGIN;
\ir lib/schools.psql
SELECT plan(6);
SELECT pg_temp.fill();
INSERT INTO core.report (agent_id, boot_id, seq, school_id, kind, created_at, received_at, agent_version, clock_synchronised)
SELECT pg_temp.agent('A'), pg_temp.id(8), n, pg_temp.school('A'), CASE n WHEN 1 THEN 'health' ELSE 'inventory' END, now(), now() - interval '100 days', '', true
  FROM generate_series(1, 2) AS n;
SELECT core.make_partitions((now() - interval '60 days')::date, (now() - interval '59 days')::date);
SELECT cmp_ok(core.keep_house(now()), '>=', 7, 'old partitions and heads go');
SELECT is_empty($$ SELECT FROM core.report WHERE boot_id = pg_temp.id(8) AND kind = 'health' $$, 'a head that nothing points at goes after 80 days');
SELECT isnt_empty($$ SELECT FROM core.report WHERE boot_id = pg_temp.id(8) AND kind = 'inventory' $$, 'one that changed devices stays');
SELECT isnt_empty($$ SELECT to_regclass('core.measurement_' || to_char(now() + interval '3 days', 'YYYYMMDD')) IS NOT NULL $$, 'three days ahead are there');
SELECT is(to_regclass('core.measurement_' || to_char(now() - interval '60 days', 'YYYYMMDD')), NULL, 'and sixty back are not');
SELECT cmp_ok((SELECT count(*) FROM core.measurement), '>', 0::bigint, 'what is young stays');
SELECT * FROM finish();
ROLLBACK;
