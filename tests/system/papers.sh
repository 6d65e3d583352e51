#!/usr/bin/env bash
# Papers for a claim to the provider, from a real collector: the same data give the same bytes and the same SHA-256, a file that was
# changed is not known, samples that were changed are found, and people get what their role may have. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
for need in jq psql curl sha256sum python3; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin papers
lab_namespace town
collector_prepare "listen-measure ="
collector_start town
P=$LAB_DIR/papers
mkdir -m 777 "$P"

is() { [ "$2" = "$3" ] || lab_fail "$1: '$2', not '$3'"; }
has() { grep -qF -- "$2" "$1" || lab_fail "$1 does not say '$2'"; }
run() { collector_run "$@" 2>"$P/words"; }
status_of() { local status=0; run "$@" >"$P/out" || status=$?; echo "$status"; }

# ---------------------------------------------------------------- a school in March

run school add sch7 --name 'МБОУ «СОШ № 7» <"&">' --municipality Норильск --time-zone Asia/Yekaterinburg --provider 'Связь-Регион' \
	--contract-down 120 --contract-up 120 >/dev/null
run school contract sch7 --number 12/34 --day 2025-12-20 --month-rub 6000 --address 'ул. Школьная, 1' >/dev/null
is "a month that costs nothing" "$(status_of school contract sch7 --month-rub 0)" 1
run school add sch8 --name 'Другая школа' >/dev/null
# Announced by letter, noted afterwards.
run alert maintenance --school sch7 --from '2026-03-05 10:00' --for 6 --comment 'письмо № 17' >/dev/null

# Twelve tests of one run each: one is right, eleven are below; samples of 100 ms, the first six are warm-up, 1.0358 bytes at the IP layer for each of payload.
collector_sql "
	INSERT INTO core.agent (agent_id, school_id, host_name) SELECT '00000000-0000-0000-0000-000000000007', school_id, 'host' FROM core.school WHERE code = 'sch7';
	SELECT core.make_partitions('2026-03-01', '2026-03-20');
	INSERT INTO core.report (agent_id, boot_id, seq, school_id, kind, created_at, received_at, agent_version, clock_synchronised)
	SELECT '00000000-0000-0000-0000-000000000007', '00000000-0000-0000-0000-000000000007', 1, school_id, 'speed', '2026-03-20', '2026-03-20', '0.1.0', true FROM core.school WHERE code = 'sch7';
	CREATE TEMP TABLE test AS
	SELECT n, ('11111111-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid AS test, r.rate, b.bytes, w.ip, CASE WHEN n = 1 THEN 'pass' ELSE 'fail_isp' END AS verdict
	  FROM generate_series(1, 12) AS n
	 CROSS JOIN LATERAL (SELECT CASE WHEN n = 1 THEN 119.0 ELSE 90 + n / 10.0 END::float8 AS rate) AS r
	 CROSS JOIN LATERAL (SELECT ARRAY(SELECT (r.rate / 1.0358 * 12500 * CASE WHEN i < 4 THEN i / 4.0 ELSE 1 + (i % 3 - 1) * 0.004 END)::bigint FROM generate_series(1, 23) AS i) AS bytes) AS b
	 CROSS JOIN LATERAL (SELECT 8 * sum(x)::float8 / 1700000 AS goodput, 8 * sum(x)::float8 / 1700000 * 1.0358::float8 AS ip FROM unnest(b.bytes[7:]) AS x) AS w;
	SELECT core.take_speed((SELECT max(report_id) FROM core.report), (SELECT school_id FROM core.school WHERE code = 'sch7'), '00000000-0000-0000-0000-000000000007',
		test, '2026-03-10 06:00+00'::timestamptz + make_interval(hours => n), 'parta', 'https://measure.example:8445', '192.0.2.1', 120,
		4, 20, 0.1, 1000, 12, 'bbr', 'lesson', 'capacity', ARRAY['down'], ARRAY[ip], ARRAY[ip / 1.0358], ARRAY[4], ARRAY[1.7::float8], ARRAY[30000000::bigint],
		ARRAY[verdict], ARRAY[1::real], ARRAY[1448], ARRAY[100], ARRAY[6], ARRAY[120::float8],
		array_fill(1, ARRAY[23]), bytes,
		ARRAY[1], ARRAY[5000::bigint], ARRAY[100::bigint], ARRAY[4000::bigint], ARRAY[0::bigint], ARRAY[1::bigint], ARRAY[1::bigint], ARRAY[1::bigint], ARRAY[1::bigint], ARRAY[1::bigint],
		ARRAY[1448::bigint], ARRAY[1448::bigint], ARRAY[1::bigint]),
	       core.take_speed_runs((SELECT max(report_id) FROM core.report), (SELECT school_id FROM core.school WHERE code = 'sch7'), '00000000-0000-0000-0000-000000000007', test, -1, '',
		ARRAY['down'], ARRAY['capacity'], ARRAY['https://measure.example:8445'], ARRAY[4], ARRAY[ip], ARRAY[1.7::float8], ARRAY[30000000::bigint], ARRAY[verdict], ARRAY[1::real], ARRAY[''],
		ARRAY[1.0358::float8], ARRAY[-1::float8], ARRAY[100], ARRAY[6], ARRAY[0], ARRAY[0], ARRAY['{\"cpu_pct\":12,\"lan_speed_mbps\":1000}'], ARRAY[120::float8],
		ARRAY[640::float8], ARRAY['high'], ARRAY['[]'], array_fill(1, ARRAY[23]), bytes, array_fill(1, ARRAY[23]), array_fill(100000::bigint, ARRAY[23]), '{}', '{}', '{}', '{}')
	  FROM test ORDER BY n;
	INSERT INTO core.outage (agent_id, outage_id, school_id, outage_class, state, onset_at, end_at, told_at, report_id)
	SELECT '00000000-0000-0000-0000-000000000007', ('22222222-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, s.school_id, c, 'down', o::timestamptz, o::timestamptz + l::interval, now(), 1
	  FROM core.school AS s, (VALUES (1, 'isp_access', '2026-03-05 04:00+00', '6 hours'), (2, 'isp_core', '2026-03-07 12:00+00', '9 minutes'), (3, 'gateway', '2026-03-08 12:00+00', '1 hour')) AS v(n, c, o, l)
	 WHERE s.code = 'sch7'" >/dev/null

# ---------------------------------------------------------------- papers

days=(--school sch7 --from 2026-03-01 --to 2026-03-31)
run claim data "${days[@]}" --output "$P/data.json"
run claim data "${days[@]}" >"$P/again.json"
cmp "$P/data.json" "$P/again.json" || lab_fail "the same data are other bytes"
hash=$(sha256sum "$P/data.json" | cut -d' ' -f1)
has "$P/words" "$hash"
is "lines of the data" "$(jq -r .kind "$P/data.json" | sort | uniq -c | tr -s ' \n' ' ')" " 1 claim 3 outage 12 test 1 works "
is "samples are in it" "$(jq -s '[.[] | select(.kind == "test") | .sample_bytes | length] | add' "$P/data.json")" 276

run claim act "${days[@]}" >"$P/act.html"
run claim act "${days[@]}" --format html --output "$P/again.html"
cmp "$P/act.html" "$P/again.html" || lab_fail "the same act is other bytes"
for words in "$hash" 'МБОУ «СОШ № 7» &lt;&quot;&amp;&quot;&gt;' '№ 12/34 от 20.12.2025' 'Скорость приёма (в сторону организации) ниже предусмотренной договором' \
	'достигли 1 из 12 учтённых замеров: 8,3 %' 'https://measure.example:8445' 'не является средством измерений утверждённого типа' 'статья 55' 'письмо № 17' '<td>11111111-0000-0000-0000-000000000005</td>' '<td class="number">640</td>' '<td class="number">119,03</td>'; do
	has "$P/act.html" "$words"
done
run claim journal "${days[@]}" --output "$P/journal.html"
# Six hours less four of works; nine minutes within twelve hours do not count, nor does what was the school's.
for words in '<td>2:00:00</td>' 'Наблюдения по учтённым перерывам' 'короткий перерыв' 'не на стороне оператора' 'составляет 2 ч из 744 ч периода (0,269 %)' '16,43 руб.' "$hash"; do
	has "$P/journal.html" "$words"
done
run claim journal "${days[@]}" --format xlsx --output "$P/journal.xlsx"
python3 - "$P/journal.xlsx" "$hash" <<'TEXT' || lab_fail "the workbook does not say what the page says"
import re, sys, zipfile
book = zipfile.ZipFile(sys.argv[1])
text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
words = ["Журнал перерывов в оказании услуг связи", "2:00:00", "короткий перерыв", sys.argv[2], "СОШ № 7", "16,43 руб.", 'fitToPage="1"', 'paperSize="9"', "Страница &amp;P из &amp;N"]
sys.exit(any(word not in text for word in words) or not re.search(r'<c r="A\d+"( s="\d+")?><v>1</v>', text))
TEXT

is "usage" "$(status_of claim act --school sch7 --from 2026-03-31 --to 2026-03-01)" 2
is "a workbook has no place on a terminal" "$(status_of claim act "${days[@]}" --format xlsx)" 2
is "no such school" "$(status_of claim act --school nowhere --from 2026-03-01 --to 2026-03-31)" 1
is "claims that were made" "$(collector_run claim list --format json | jq -r '[.claim_id, .school, .sha256, .tests, .outages] | join(" ")')" "1 sch7 $hash 12 3"

# ---------------------------------------------------------------- they are known again

for what in "$hash" data.json act.html journal.html journal.xlsx; do
	[ -e "$P/$what" ] && what=$P/$what
	is "$what is known" "$(status_of claim verify "$what" --format json) $(jq -r '[.verdict, .judged, .differ] | join(" ")' "$P/out")" "0 same 12 0"
done
sed 's/8,3 %/7,3 %/' "$P/act.html" >"$P/forged.html"
is "a figure that was changed" "$(status_of claim verify "$P/forged.html")" 3
is "a digest that nobody printed" "$(status_of claim verify "$(printf 0%.0s {1..64})")" 3
collector_sql "UPDATE core.speed_direction SET sample_bytes[10] = 1 + sample_bytes[10] WHERE test_id = '11111111-0000-0000-0000-000000000005'"
is "one byte of one sample" "$(status_of claim verify "$P/act.html" --format json) $(jq -r '[.verdict, .differ] | join(" ")' "$P/out")" "3 differs 1"
has "$P/words" 'test 11111111-0000-0000-0000-000000000005 down: other_samples'
collector_sql "UPDATE core.speed_direction SET sample_bytes[10] = sample_bytes[10] - 1 WHERE test_id = '11111111-0000-0000-0000-000000000005'"
is "put back" "$(status_of claim verify "$P/act.html")" 0
# Whatever is turned over before a paper is made stands in its data, and contradicts their samples.
forge() { # NAME TEST WHAT-IS-FOUND COMMAND BACK: a claim of its own, which the collector and the file alone know for false
	collector_sql "$4"
	run claim data "${days[@]}" --output "$P/forged.json"
	is "$1" "$(status_of claim verify "$P/forged.json" --format json) $(jq -r '[.verdict, .differ] | join(" ")' "$P/out")" "3 differs 1"
	has "$P/words" "test 11111111-0000-0000-0000-0000000000$2 down: $3"
	is "$1, by the file alone" "$(status_of claim judge "$P/forged.json" --format json) $(jq -r '[.verdict, .differ, .sha256] | join(" ")' "$P/out")" "3 differs 1 $(sha256sum <"$P/forged.json" | cut -d' ' -f1)"
	collector_sql "$5"
}
d="UPDATE core.speed_direction SET" r="UPDATE core.speed_run SET" of=" WHERE test_id::text LIKE '%"
forge "a verdict" 01 other_verdict "$d verdict = 'fail_isp' ${of}01'" "$d verdict = 'pass' ${of}01'"
forge "an exclusion" 02 other_verdict "$d verdict = 'limited_lan' ${of}02'" "$d verdict = 'fail_isp' ${of}02'"
forge "an exclusion of the run too" 02 other_verdict "$d verdict = 'limited_lan' ${of}02'; $r verdict = 'limited_lan', cause = 'wireless' ${of}02'" \
	"$d verdict = 'fail_isp' ${of}02'; $r verdict = 'fail_isp', cause = '' ${of}02'"
forge "a rate" 05 other_rate "$d ip_mbps = 1.001 * ip_mbps ${of}05'; $r ip_mbps = 1.001 * ip_mbps ${of}05'" "$d ip_mbps = ip_mbps / 1.001 ${of}05'; $r ip_mbps = ip_mbps / 1.001 ${of}05'"
forge "a sample everywhere" 05 other_rate "$d sample_bytes[10] = 1000 + sample_bytes[10] ${of}05'; $r sample_bytes[10] = 1000 + sample_bytes[10] ${of}05'" \
	"$d sample_bytes[10] = sample_bytes[10] - 1000 ${of}05'; $r sample_bytes[10] = sample_bytes[10] - 1000 ${of}05'"
forge "a target" 05 other_verdict "$r target_mbps = 80 ${of}05'" "$r target_mbps = 120 ${of}05'"
is "all is put back" "$(status_of claim verify "$P/act.html")" 0
is "by the file alone" "$(status_of claim judge "$P/data.json" --format json) $(jq -r '[.verdict, .tests, .judged, .differ, .sha256] | join(" ")' "$P/out")" "0 same 12 12 0 $hash"
collector_sql "CREATE TABLE kept AS SELECT * FROM core.speed_run ${of}03'; DELETE FROM core.speed_run ${of}03'"
run claim data "${days[@]}" --output "$P/forged.json"
is "a record that went" "$(status_of claim judge "$P/forged.json" --format json) $(jq -r '[.verdict, .judged] | join(" ")' "$P/out")" "3 incomplete 11"
collector_sql "INSERT INTO core.speed_run SELECT * FROM kept; DROP TABLE kept"
is "a paper is no data" "$(status_of claim judge "$P/act.html")" 1

# ---------------------------------------------------------------- another contract since April

run school contract sch7 --from 2026-04-01 --number 13/35 --day 2026-03-30 --down 300 --access wired >/dev/null
is "its contracts" "$(collector_run school contracts --school sch7 --format json | jq -r '[.from, .to, .contract_number, .contract_down_mbps, .contract_month_rub] | map(. // "-") | join(" ")' | tr '\n' ';')" \
	"- 2026-03-31 12/34 120 6000;2026-04-01 - 13/35 300 -;"
is "March is as it was" "$(status_of claim verify "$P/act.html")" 0
is "days of two contracts" "$(status_of claim act --school sch7 --from 2026-03-31 --to 2026-04-01)" 1
has "$P/words" "school contracts --school sch7"
run claim act --school sch7 --from 2026-04-01 --to 2026-04-30 --output "$P/april.html"
has "$P/april.html" '№ 13/35 от 30.03.2026'

# ---------------------------------------------------------------- on the page

password='парта у окна 1'
for role in municipal head; do collector_run user add "$role" --role "$role" --password-file - <<<"$password" >/dev/null; done
collector_run user add teacher --role school --school sch8 --password-file - <<<"$password" >/dev/null
ask() { # WHO QUERY: the status; the body is at $P/body
	local who=$1
	[ -e "$P/$who" ] || lab_in town curl -sk -c "$P/$who" -H 'Content-Type: application/json' -d "{\"login\":\"$who\",\"password\":\"$password\"}" https://localhost:8444/api/v1/login >/dev/null
	lab_in town curl -sk -b "$P/$who" -o "$P/body" -w '%{http_code}' "https://localhost:8444/api/v1/claim?$2&from=2026-03-01&to=2026-03-31"
}
is "the administrator's act" "$(ask municipal 'school=sch7&paper=act&format=html')" 200
cmp "$P/body" "$P/act.html" || lab_fail "the page gives another act than the command"
is "data" "$(ask municipal 'school=sch7&paper=data&format=json')" 200
is "of the page" "$(sha256sum <"$P/body" | cut -d' ' -f1)" "$hash"
is "a workbook" "$(ask municipal 'school=sch7&paper=act&format=xlsx')" 200
is "which is known" "$(status_of claim verify "$P/body")" 0
is "of another's school" "$(ask teacher 'school=sch7&paper=act&format=html')" 404
is "of one's own" "$(ask teacher 'school=sch8&paper=act&format=html')" 200
is "a head reads alone" "$(ask head 'school=sch7&paper=act&format=html')" 403
is "of two contracts" "$(ask municipal 'school=sch7&paper=act&format=html&to=2026-04-30')" 409
is "no such paper" "$(ask municipal 'school=sch7&paper=poem&format=html')" 400
is "written down" "$(collector_sql "SELECT count(*) FROM core.access_log WHERE action = 'export' AND login = 'municipal' AND object LIKE 'claim rows=1 sha256=% act.% school=sch7 from=2026-03-01 to=2026-03-31'")" 2

[ -z "${PAPERS_KEEP:-}" ] || cp -r "$P/." "$PAPERS_KEEP/"
echo "papers: ok"
