#!/usr/bin/env bash
# How long the page's questions take with a year of a thousand made-up schools: at the database, as the page asks
# (role parta_web, row-level security by account), and through HTTPS from a signed-in browser's point of view.
# Prints a line a question: milliseconds, median and 95th percentile, and at the database the processor time of one,
# which is what remains of the figures where others use the machine too. Needs root.
#
#   SCHOOLS=1000 DAYS=365 RUNS=20 tests/bench/query.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh

schools=${SCHOOLS:-1000} days=${DAYS:-365} runs=${RUNS:-20}
for need in jq psql curl; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin query
lab_namespace town
collector_prepare "listen-measure ="
collector_start town
began=$(date +%s)
collector_run demo-data --schools "$schools" --days "$days" >"$LAB_DIR/made" || lab_fail "could not make demo data: $(cat "$LAB_DIR/made")"
echo "made $schools schools of $days days in $(($(date +%s) - began)) s, $(collector_sql "SELECT pg_size_pretty(pg_database_size('parta'))")"
collector_sql "VACUUM (ANALYZE)"

device=$(collector_sql "SELECT device_id FROM api.device_current WHERE school = 'demo-0002' ORDER BY 1 LIMIT 1")
# name | path below /api/v1/ | statement; a list asks for its rows and for how many there are.
cat >"$LAB_DIR/questions" <<END
summary|summary|SELECT to_jsonb(r) FROM (SELECT * FROM api.summary) AS r
trend|trend|SELECT row_to_json(r) FROM (SELECT * FROM api.trend ORDER BY month) AS r
schools by state|schools?sort=state|list school_state;true;state, school
schools by a word|schools?q=12|list school_state;name ILIKE '%12%' OR school ILIKE '%12%';school
equipment|equipment|list equipment_list;true;school, class
filter|filter|list filter_list;true;school, expect
devices|devices?sort=class|list device_list;true;class, device_id
devices, usual order|devices|list device_list;true;school COLLATE core.natural_order, label COLLATE core.natural_order, device_id
devices of a class|devices?class=mfp|list device_list;class = 'mfp';class, device_id
devices of a school|devices?school=demo-0002|list device_list;school = 'demo-0002';class, device_id
evidence of a device|device_evidence?device_id=$device|list device_evidence;device_id = '$device';source
outages|outages?sort=-onset|list outage_list;true;onset DESC
outages of a school|outages?school=demo-0002|list outage_list;school = 'demo-0002';onset DESC
speed of a school|speed?school=demo-0002&sort=-started_at|list speed_list;school = 'demo-0002';started_at DESC
filter checks of a school|filter_observations?school=demo-0002|list filter_observation;school = 'demo-0002';observed_at DESC
agents|agents?sort=state|list agent_list;true;state, agent_id
quarantine|quarantine|list quarantine;true;received_at DESC
years against the plan|norm_years|list norm_year;true;year
months of a school|line_months?school=demo-0002|list line_month;school = 'demo-0002';month DESC
unheard agents|unheard|list unheard;true;"from" DESC
alerts|alerts?sort=-since|list alert_list;true;since DESC
END
for name in down latency availability; do
	for span in 1 30 365; do
		to=$(date -u +%Y-%m-%dT%H:%M:%SZ) from=$(date -u -d "$span days ago" +%Y-%m-%dT%H:%M:%SZ)
		echo "$name of $span days|series?school=demo-0002&name=$name&from=$from&to=$to|SELECT api.series('demo-0002', '$name', '$from', '$to', 1000)"
	done
done >>"$LAB_DIR/questions"

statements() { # statements of a question, one a line
	local view where order
	case $1 in
	"list "*)
		IFS=';' read -r view where order <<<"${1#list }"
		echo "SELECT row_to_json(r) FROM (SELECT * FROM api.$view WHERE $where ORDER BY $order LIMIT 100) AS r"
		echo "SELECT count(*) FROM api.$view WHERE $where"
		;;
	*) echo "$1" ;;
	esac
}

# ---------------------------------------------------------------- at the database

cat >"$LAB_DIR/takes.sql" <<'TEXT'
CREATE FUNCTION pg_temp.on_cpu_ms() RETURNS double precision LANGUAGE sql VOLATILE SECURITY DEFINER AS $$
	SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::double precision / 1000000
$$;
CREATE FUNCTION pg_temp.takes(p_sql text, p_runs integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v_at timestamptz;
	v_ms double precision[];
	v_cpu_ms double precision := pg_temp.on_cpu_ms();
BEGIN
	FOR i IN 1 .. p_runs LOOP
		v_at := clock_timestamp();
		EXECUTE p_sql;
		v_ms := v_ms || EXTRACT(epoch FROM clock_timestamp() - v_at) * 1000.0;
	END LOOP;
	RETURN (SELECT round((percentile_cont(0.5) WITHIN GROUP (ORDER BY m))::numeric, 1) || '|' || round((percentile_cont(0.95) WITHIN GROUP (ORDER BY m))::numeric, 1)
	        || '|' || round(((pg_temp.on_cpu_ms() - v_cpu_ms) / p_runs)::numeric, 1)
	          FROM unnest(v_ms) AS m);
END
$$;
SET ROLE parta_web;
SET statement_timeout = '120s';
TEXT

at_database() { # LOGIN: lines of name, median, 95th percentile, processor time
	local account name statement sql
	account=$(collector_sql "SELECT account_id FROM core.account WHERE login = '$1'")
	{
		cat "$LAB_DIR/takes.sql"
		echo "SET app.account = '$account';"
		while IFS='|' read -r name _ statement; do
			statements "$statement" | while read -r sql; do
				# shellcheck disable=SC2016
				printf 'SELECT %s || pg_temp.takes($q$%s$q$, %u);\n' "'$name|'" "$sql" "$runs"
			done
		done <"$LAB_DIR/questions"
	} | setpriv --reuid=nobody --regid=nogroup --clear-groups psql -h "$LAB_DIR/state/postgres" -U parta -d parta -XAtq -v ON_ERROR_STOP=1 -f -
}

show() { # lines of at_database, those of one name added together
	awk -F'|' '{ if (!($1 in a)) { order[++n] = $1 } a[$1] += $2; b[$1] += $3; c[$1] += $4 } END { for (i = 1; i <= n; i++) printf "  %-28s %8.1f %8.1f %8.1f\n", order[i], a[order[i]], b[order[i]], c[order[i]] }'
}

for login in demo-municipal demo-school; do
	printf '\nat the database, %s\n  %-28s %8s %8s %8s\n' "$login" question "p50 ms" "p95 ms" "cpu ms"
	at_database "$login" | show
done

# ---------------------------------------------------------------- through HTTPS

password=$(awk '$1 == "demo-municipal" { print $3 }' "$LAB_DIR/made")
browser() { lab_in town curl -sk --max-time 60 -b "$LAB_DIR/cookies" -c "$LAB_DIR/cookies" "$@"; }
browser -H 'Content-Type: application/json' -d "{\"login\":\"demo-municipal\",\"password\":\"$password\"}" https://localhost:8444/api/v1/login >"$LAB_DIR/me"
jq -e .csrf "$LAB_DIR/me" >/dev/null || lab_fail "could not sign in: $(cat "$LAB_DIR/me")"
printf '\nthrough HTTPS, demo-municipal\n  %-28s %8s %8s\n' question "p50 ms" "p95 ms"
while IFS='|' read -r name path _; do
	for ((i = 0; i < runs; i++)); do
		printf 'url = "https://localhost:8444/api/v1/%s"\noutput = /dev/null\n' "$path"
	done >"$LAB_DIR/curl.conf"
	browser -w '%{http_code} %{time_total}\n' -K "$LAB_DIR/curl.conf" >"$LAB_DIR/times"
	grep -qv '^200 ' "$LAB_DIR/times" && { echo "  $name: $(awk '{ print $1 }' "$LAB_DIR/times" | sort | uniq -c | tr '\n' ' ')"; continue; }
	awk '{ print $2 * 1000 }' "$LAB_DIR/times" | sort -n | awk -v name="$name" '{ t[NR] = $1 } END { i = int(NR * 0.95 + 0.999); printf "  %-28s %8.1f %8.1f\n", name, t[int((NR + 1) / 2)], t[(i > NR) ? NR : i] }'
done <"$LAB_DIR/questions"
