#!/usr/bin/env bash
# Runs every unit test program below a folder; cmocka prints each one's summary.
set -u
failed=0 passed=0
for t in "$1"/*/test_*; do
	[ -x "$t" ] && [ -f "$t" ] || continue
	case $t in *.o | *.d) continue ;; esac
	if "$t" >"$t.log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "--- $t"
		cat "$t.log"
	fi
done
echo "unit: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
