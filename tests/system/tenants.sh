#!/usr/bin/env bash
# School A never learns what school B has: not by any list of the API, however it is asked, not by figures, and it changes
# nothing there. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/web.sh

for need in curl jq psql; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin tenants
lab_namespace town
collector_prepare
collector_start town

echo "- two schools with something of every kind, a person of each, and one who sees both"
boss=$(collector_run user add boss --role municipal </dev/null)
{
	cat tests/sql/lib/schools.psql
	echo "SELECT pg_temp.fill();"
	echo "INSERT INTO core.device_correction (device_id, school_id, class, by_login) SELECT device_id, school_id, 'mfp', 'x' FROM core.device WHERE class = 'printer';"
} >"$LAB_DIR/fill.sql"
chmod a+r "$LAB_DIR/fill.sql"
setpriv --reuid=nobody --regid=nogroup --clear-groups psql -h "$LAB_DIR/state/postgres" -U parta -d parta -XAtq -v ON_ERROR_STOP=1 \
	-f "$LAB_DIR/fill.sql" >/dev/null
declare -A jars
for school in A B; do
	word=$(collector_run user add "of-${school,,}" --role school --school $school </dev/null)
	sign_in "of-${school,,}" "$word"
	jars[$school]=$jar
done
sign_in boss "$boss"
mapfile -t lists < <(sed -n 's/^\tX("\([a-z_]*\)",.*RIGHT_.*/\1/p' collector/page/list.h)
[ "${#lists[@]}" -ge 15 ] || lab_fail "only ${#lists[@]} lists are known: ${lists[*]}"

echo "- no list shows another school, however it is asked, and each shows its own"
seen=0
for list in "${lists[@]}"; do
	path=/api/v1/$list
	jar=$LAB_DIR/jar-boss
	expect "$path for boss" "$(web GET "$path?limit=1000")" 200
	has=$(body '[.rows[] | select(.school == "B")] | length')
	devices=$(body '[.rows[] | select(.school == "B") | .device_id // empty] | .[0] // ""')
	jar=${jars[A]}
	for query in "limit=1000" "limit=1000&school=B" "limit=1000&q=School+B" "limit=1000&sort=-school" "format=csv" ${devices:+"device_id=$devices"}; do
		status=$(web GET "$path?$query")
		case $status in
		200) ! grep -qE '"school" ?: ?"B"|School B|(^|;)B;' "$LAB_DIR/body" || lab_fail "school A sees school B in $path?$query" ;;
		400 | 403) ;;
		*) lab_fail "$path?$query answers $status" ;;
		esac
	done
	jar=${jars[B]}
	web GET "$path?limit=1000" >/dev/null
	own=$(body '[.rows[]? | select(.school == "B")] | length')
	case $path in */users | */access_log | */trend) continue ;; esac
	[ "$own" = "$has" ] || lab_fail "school B sees $own of its $has rows in $path"
	seen=$((seen + (has > 0)))
done
[ "$seen" -ge 10 ] || lab_fail "only $seen lists have rows of school B at all"

echo "- no figure counts another school"
[ "$(collector_sql "SELECT count(*) >= 10 FROM core.access_log WHERE login = 'of-a' AND action = 'export' AND outcome = 'done'")" = t ] ||
	lab_fail "what left as a file is not in the log of access"
jar=${jars[A]}
for query in "series?school=B&name=down" "series?school=B1&name=down"; do
	web GET "/api/v1/$query" >/dev/null
	[ "$(body '.points // [] | length')" = 0 ] || lab_fail "school A sees figures of school B: $query"
done
web GET /api/v1/summary >/dev/null
[ "$(body .schools)" = 1 ] || lab_fail "school A counts $(body .schools) schools"

echo "- nothing of another school is changed"
csrf=$(web GET /api/v1/me >/dev/null && body .csrf)
device=$(collector_sql "SELECT device_id FROM core.device JOIN core.school USING (school_id) WHERE code = 'B' LIMIT 1")
for action in "devices/correct {\"device_id\": \"$device\", \"room\": \"7\"}" 'tokens/make {"school": "B"}' \
	'silences/add {"school": "B", "from": "2026-01-01T00:00:00Z", "to": "2036-01-01T00:00:00Z", "comment": "x"}' \
	'schools/put {"school": "B", "name": "mine"}' 'maintenance/add {"school": "B", "from": "2026-01-01T00:00:00Z", "to": "2036-01-01T00:00:00Z", "comment": "x"}'; do
	status=$(act "${action%% *}" "${action#* }")
	case $status in 400 | 403 | 404) ;; *) lab_fail "school A may $action: $status" ;; esac
done
expect "its own token" "$(act tokens/make '{"school": "A"}')" 200

lab_stop collector
echo "tenants: done"
