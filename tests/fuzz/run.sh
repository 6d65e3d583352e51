#!/usr/bin/env bash
# Runs every fuzz harness below a folder: run.sh FOLDER replays the corpora, run.sh FOLDER SECONDS fuzzes each that long.
# What is found new stays in build/corpus/NAME; a crash is written there too.
set -u
cd "$(dirname "$0")/../.." || exit 2
folder=$1 seconds=${2-} failed=0
for harness in "$folder"/fuzz_*; do
	case $harness in *.o | *.d) continue ;; esac
	[ -x "$harness" ] || continue
	name=${harness##*/fuzz_}
	found=build/corpus/$name log=build/corpus/$name.log
	mkdir -p "$found"
	mapfile -t seeds < <(find "tests/fuzz/corpus/$name" -type f 2>/dev/null | sort)
	if [ -n "$seconds" ]; then
		"$harness" -max_total_time="$seconds" -max_len=65536 -rss_limit_mb=1024 -timeout=10 -artifact_prefix="$found/" \
			"$found" "tests/fuzz/corpus/$name" >"$log" 2>&1
	else
		"$harness" "${seeds[@]}" >"$log" 2>&1
	fi
	status=$?
	if [ "$status" -eq 0 ]; then
		echo "  fuzz $name: $(tail -n 1 "$log")"
	else
		failed=$((failed + 1))
		echo "  fuzz $name: FAILED ($status)"
		tail -n 40 "$log"
	fi
done
[ "$failed" -eq 0 ]
