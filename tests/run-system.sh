#!/usr/bin/env bash
# Runs the stories in tests/system (or those named), one after another: each makes its own namespaces, starts the real
# programs and leaves nothing behind. Exit status 77 of a story: it skips, and says why.
set -u
cd "$(dirname "$0")/.." || exit 2
passed=0 failed=0 skipped=0
[ $# -gt 0 ] || set -- tests/system/*.sh
for story in "$@"; do
	name=$(basename "$story" .sh)
	log=$(mktemp)
	began=$SECONDS
	timeout --kill-after=20 "${STORY_SECONDS:-300}" "$story" >"$log" 2>&1 </dev/null
	status=$?
	case $status in
	0) passed=$((passed + 1)) word=ok ;;
	77) skipped=$((skipped + 1)) word="skipped: $(tail -n 1 "$log")" ;;
	*) failed=$((failed + 1)) word="FAILED ($status)" ;;
	esac
	printf '  %-24s %4d s  %s\n' "$name" $((SECONDS - began)) "$word"
	case $status in 0 | 77) ;; *) tail -n "${STORY_LINES:-60}" "$log" ;; esac
	rm -f "$log"
done
echo "system: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
