#!/usr/bin/env bash
# Every rule of the house that a machine can check. Each check says what is wrong and where; the last line sums up.
set -u
cd "$(dirname "$0")/../.." || exit 2
here=tests/lint
passed=0 failed=0 skipped=0

# run NAME COMMAND...: the check passes when the command succeeds.
run() {
	local name=$1 log
	shift
	log=$(mktemp)
	if "$@" >"$log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "lint: $name"
		head -n 60 "$log"
	fi
	rm -f "$log"
}

# need NAME PROGRAM COMMAND...: skips with a word where the program is absent.
need() {
	local name=$1 program=$2
	shift 2
	if command -v "$program" >/dev/null 2>&1; then
		run "$name" "$@"
	else
		skipped=$((skipped + 1))
		echo "lint: $name skipped, there is no $program"
	fi
}

mapfile -t sources < <(git ls-files 'common/*.c' 'agent/*.c' 'collector/*.c')
mapfile -t headers < <(git ls-files 'common/*.h' 'agent/*.h' 'collector/*.h')
mapfile -t all_c < <(git ls-files '*.c' '*.h')
mapfile -t scripts < <(git grep -lE '^#!.*\b(ba)?sh\b' -- . ':!*.md')

layers() { awk -f $here/layers.awk $here/layers.txt "${sources[@]}" "${headers[@]}"; }

banned() {
	local words
	words=$(tr -s ' \n' '|' <$here/banned.txt | sed 's/|$//')
	! grep -nE "(^|[^A-Za-z0-9_>.])($words)[ ]?\(" "${sources[@]}"
}

budgets() {
	local bad=0
	awk 'FNR == 1 && file { if (n > 900) { print file ": " n " lines, at most 900"; bad = 1 } } FNR == 1 { file = FILENAME; n = 0 } { n++ }
	     END { if (n > 900) { print file ": " n " lines"; bad = 1 } exit bad }' "${all_c[@]}" || bad=1
	ctags -f - --fields=+ne --kinds-C=f "${sources[@]}" | awk -F'\t' '
		{ line = 0; end = 0
		  for (i = 4; i <= NF; i++) { if ($i ~ /^line:/) line = substr($i, 6); if ($i ~ /^end:/) end = substr($i, 5) }
		  if (end - line + 1 > 80) { print $2 ": " $1 " has " end - line + 1 " lines, at most 80"; bad = 1 } }
		END { exit bad }' || bad=1
	return $bad
}

# A header compiles alone and names no library header.
alone() {
	local bad=0 flags h
	flags=$(make -s --no-print-directory print-cppflags)
	for h in "${headers[@]}"; do
		# shellcheck disable=SC2086
		eval gcc -std=c17 $flags -Wall -Wextra -fsyntax-only -x c "$h" || bad=1
	done
	return $bad
}

# Askers open their sockets in one place, which knows the ports that are left alone; SNMP asks there for its one port.
sockets() { ! git grep -nE '\b(socket|connect|sendto)\(' -- agent/ask/'*.c' ':!agent/ask/ask_socket.c' ':!agent/ask/snmp_*.c'; }

leftovers() { ! git grep -nIE '\b(TODO|FIXME|XXX)\b' -- '*.c' '*.h' '*.sql' '*.sh' '*.py' Makefile ':!tests/lint'; }

format() { clang-format --dry-run --Werror "${all_c[@]}"; }

static_check() {
	cppcheck --quiet --std=c11 -j2 --enable=warning,portability,performance --error-exitcode=1 --inline-suppr \
		--suppress=missingIncludeSystem --suppress=resourceLeak --suppress=memleak \
		--include=/usr/include/x86_64-linux-gnu/sys/queue.h -I. "${sources[@]}" # CLEANUP() is unknown to it
}

tidy() {
	local flags
	flags=$(make -s --no-print-directory print-cppflags)
	printf '%s\n' "${sources[@]}" |
		xargs -P2 -n6 bash -c 'eval "clang-tidy --quiet --warnings-as-errors=\"*\" ${*@Q} -- -std=c17 $0"' "$flags" |
		grep -vE '^([0-9]+ warnings? (generated|treated)|Suppressed|Use -header-filter)' || return 0
	return 1
}

configuration() {
	local p
	for p in agent collector; do
		diff -u deploy/parta-$p.conf <(build/release/parta-$p --print-config) || return 1
	done
}

options_in_manuals() {
	local p
	for p in agent collector; do
		$here/manual-options.sh build/release/parta-$p docs/man/parta-$p.conf.5 || return 1
	done
}

manuals() { mandoc -Tlint -W warning docs/man/*.[0-9]; }

exposure() {
	local unit
	for unit in deploy/*.service; do
		systemd-analyze security --offline=true --threshold=20 "$unit" || return 1
	done
}

run layers layers
run purity $here/pure.sh build/release
run "banned functions" banned
need budgets ctags budgets
run "headers compile alone" alone
run "sockets of askers" sockets
run leftovers leftovers
need format clang-format format
need cppcheck cppcheck static_check
[ -n "${LINT_FAST-}" ] || need clang-tidy clang-tidy tidy
need shellcheck shellcheck shellcheck -x -S warning "${scripts[@]}"
need "words of the page" python3 $here/words.py
need manuals mandoc manuals
need "unit exposure" systemd-analyze exposure
run "shipped configuration" configuration
run "options in manuals" options_in_manuals
echo "lint: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
