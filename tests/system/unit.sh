#!/usr/bin/env bash
# systemd does not run here, so its unit files are held against what the programs really do: every system call that the
# agent, its sensor, the collector and its database make in a first round is one that the unit's filter lets pass. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/agent.sh

for need in strace systemd-analyze jq psql; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

# The calls of a set, sets within sets too.
expand() {
	local word
	for word in "$@"; do
		case $word in
		@*)
			# shellcheck disable=SC2046
			expand $(systemd-analyze syscall-filter "$word" | tail -n +2 | sed 's/#.*//')
			;;
		*) echo "$word" ;;
		esac
	done
}

# What a unit lets pass: its filter lines in their order, then what its Protect lines take away.
allowed() {
	local unit=$1 line set
	: >"$LAB_DIR/allowed"
	while read -r line; do
		# shellcheck disable=SC2086
		case $line in
		'~'*) expand ${line#\~} | sort -u | comm -23 "$LAB_DIR/allowed" - >"$LAB_DIR/now" ;;
		*) expand $line | sort -u - "$LAB_DIR/allowed" >"$LAB_DIR/now" ;;
		esac
		mv "$LAB_DIR/now" "$LAB_DIR/allowed"
	done < <(sed -n 's/^SystemCallFilter=//p' "$unit")
	for set in ProtectClock:@clock ProtectKernelModules:@module PrivateDevices:@raw-io ProtectKernelLogs:syslog; do
		grep -q "^${set%:*}=yes" "$unit" || continue
		expand "${set#*:}" | sort -u | comm -23 "$LAB_DIR/allowed" - >"$LAB_DIR/now"
		mv "$LAB_DIR/now" "$LAB_DIR/allowed"
	done
}

# Calls that were made; a refused execve() of strace's own start is none.
made() {
	sed 's/^[0-9]* *//' "$LAB_DIR/traces/$1" | grep -oE '^[a-z_0-9]+\(' | tr -d '(' | sort -u
}

within() { # NAME UNIT
	allowed "$2"
	made "$1" >"$LAB_DIR/made"
	[ "$(wc -l <"$LAB_DIR/made")" -gt 30 ] || lab_fail "too little was seen of $1"
	comm -23 "$LAB_DIR/made" "$LAB_DIR/allowed" >"$LAB_DIR/refused"
	[ ! -s "$LAB_DIR/refused" ] || lab_fail "$2 would refuse: $(tr '\n' ' ' <"$LAB_DIR/refused")"
	echo "$1: $(wc -l <"$LAB_DIR/made") system calls, all within $2"
}

lab_begin unit
lab_namespace school town
lab_cable school lan0 town wan0
lab_address school lan0 10.9.0.2/24
lab_address town wan0 10.9.0.1/24
lab_route school default via 10.9.0.1
lab_resolver school 10.9.0.1
mkdir "$LAB_DIR/traces"
chown nobody "$LAB_DIR/traces"

collector_prepare "server-names = 10.9.0.1" "agents-url = https://10.9.0.1:8443" "listen-measure = [::]:8445"
rm -r "$LAB_DIR/state/postgres" # it makes its database by itself here
COLLECTOR_PLACE=town
lab_start collector town setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs \
	strace -f -qq -s 0 -o "$LAB_DIR/traces/collector" "$LAB_DIR/parta-collector" run -c "$LAB_DIR/collector.conf"
lab_until 240 collector_ready || lab_fail "the collector did not become ready: $(tail -n 5 "$LAB_DIR/collector.log")"
collector_run school add S1 --name "School 1" >/dev/null

agent_prepare "report-every = 10s" "speed-servers = https://10.9.0.1:8445" "speed-every = 1h"
agent_run school enrol --collector https://10.9.0.1:8444 --token "$(collector_run token S1)" >/dev/null
lab_start agent school setpriv --reuid=nobody --regid=nogroup --clear-groups --inh-caps=+net_raw --ambient-caps=+net_raw \
	--bounding-set=-all,+net_raw --no-new-privs strace -f -qq -s 0 -o "$LAB_DIR/traces/agent" \
	"$LAB_DIR/parta-agent" run -c "$LAB_DIR/agent.conf"
ran() { [ "$(agent_status "[.tasks[] | select(.runs > 0)] | length")" = 3 ]; }
lab_until 150 ran || lab_fail "no whole first round: $(agent_status -c .tasks)"
is_metered() { [ "$(agent_status '.measuring | .day_bytes > 1000000 and .month_bytes == .day_bytes and .day_bytes < .day_limit_bytes')" = true ]; }
is_metered || lab_fail "what measuring cost is not told: $(agent_status .measuring)"
is_planned() { [ "$(agent_status '.tasks[] | select(.task == "speed") | .next_ms > .last_ms and .next_ms < .last_ms + 86400000')" = true ]; }
is_planned || lab_fail "the line is not measured again: $(agent_status .tasks)"
pkill -HUP -P "${LAB_PIDS[agent]}" -f "parta-agent run"
lab_await agent "settings read again" 10
pkill -TERM -P "${LAB_PIDS[agent]}" -f "parta-agent run"
wait "${LAB_PIDS[agent]}" || lab_fail "the agent ended with status $?"
unset "LAB_PIDS[agent]"
pkill -TERM -P "${LAB_PIDS[collector]}" -f "parta-collector run"
lab_until 30 grep -q "info: ended" "$LAB_DIR/collector.log" || lab_fail "the collector did not end"
lab_stop collector || true

within agent deploy/parta-agent.service
within collector deploy/parta-collector.service
