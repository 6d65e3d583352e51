BEGIN;
\ir lib/schools.psql
SELECT plan(9);
SELECT claim_id AS one, made_on FROM core.note_claim('A', '2026-03-01', '2026-03-31', repeat('a', 64), 3, 4, 'clerk') \gset
SELECT is(:'made_on'::date, (now() AT TIME ZONE 'Asia/Yekaterinburg')::date, 'made today, by the school''s clock');
SELECT is((SELECT claim_id FROM core.note_claim('A', '2026-03-01', '2026-03-31', repeat('a', 64), 3, 4, 'other')), :one, 'the same data are the same claim');
SELECT isnt((SELECT claim_id FROM core.note_claim('A', '2026-03-01', '2026-03-31', repeat('b', 64), 3, 4, 'clerk')), :one, 'other data are another');
SELECT is((SELECT claim_id FROM core.note_claim('Z', '2026-03-01', '2026-03-31', repeat('a', 64), 3, 4, 'clerk')), NULL, 'no such school');
SELECT core.note_claim_file(:one, 'act', 'html', repeat('c', 64), 'clerk');
SELECT core.note_claim_file(:one, 'act', 'html', repeat('c', 64), 'other');
SELECT results_eq('SELECT file_sha256, claim_id, paper, format, made_by FROM api.claim_file', format($$ VALUES (repeat('c', 64), %s, 'act', 'html', 'clerk') $$, :one), 'a file is noted once');
SELECT results_eq('SELECT school, from_day, to_day, tests, outages, made_by FROM api.claim WHERE claim_id = ' || :one, $$ VALUES ('A', '2026-03-01'::date, '2026-03-31'::date, 3::bigint, 4::bigint, 'clerk') $$, 'a claim says of what');

SELECT pg_temp.asks('B');
SET LOCAL ROLE parta_web;
SELECT is((SELECT claim_id FROM core.note_claim('A', '2026-03-01', '2026-03-31', repeat('a', 64), 3, 4, 'x')), NULL, 'the page makes claims of whom it acts for');
SELECT is((SELECT made_on IS NOT NULL FROM core.note_claim('B', '2026-03-01', '2026-03-31', repeat('d', 64), 3, 4, 'x')), true, 'as here');
RESET ROLE;
SELECT is((SELECT made_by FROM core.claim WHERE sha256 = repeat('d', 64)), 'b', 'in that person''s name');
SELECT * FROM finish();
ROLLBACK;
