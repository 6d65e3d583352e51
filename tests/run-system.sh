#!/usr/bin/env bash
# Runs the stories in tests/system (or those named): each makes its own namespaces, starts the real programs and leaves
# nothing behind. Stories that wait more than they work run beside each other, those with a line "# long: SECONDS s, WHY"
# first, the longest before all. One with "# urgent: WHY" cannot wait for a processor: they run one after another beside
# the others, whom they precede (lab_urgent). One with "# alone: WHY" measures rates or moments and has the machine to itself.
# What failed beside others is run once more by itself, and the last line counts what passed only so. Exit status 77 of a
# story: it skips, and says why. What failed is told again at the end, where a reader of the last screen sees it.
set -u
cd "$(dirname "$0")/.." || exit 2
[ $# -gt 0 ] || set -- tests/system/*.sh
results=$(mktemp -d)

# All namespaces share one neighbour table, and schools of a thousand hosts stand beside each other here: its bounds are
# raised for the time (arp(7), gc_thresh3) and put back.
table=() # "PATH VALUE"
for family in ipv4 ipv6; do
	for bound in 3:32768 2:16384 1:4096; do # the upper one first: they are kept in order
		file=/proc/sys/net/$family/neigh/default/gc_thresh${bound%:*}
		value=$(cat "$file") && [ "$value" -lt "${bound#*:}" ] && echo "${bound#*:}" >"$file" && table=("$file $value" "${table[@]}")
	done
done 2>/dev/null
# Databases wait for the disk at each commit, all stories for one disk: where there is memory enough their files stand there.
if [ "$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)" -gt 8000000 ]; then
	chmod 755 "$results"
	mkdir "$results/files"
	mount -t tmpfs -o mode=1777,size=5g parta-stories "$results/files" 2>/dev/null && export TMPDIR=$results/files
fi
put_back() {
	local row
	for row in "${table[@]}"; do echo "${row#* }" >"${row% *}"; done
	[ -z "${TMPDIR-}" ] || umount -l "$results/files" 2>/dev/null
	rm -rf "$results"
}
trap put_back EXIT

story() { # FILE
	local name began=$SECONDS status word
	name=$(basename "$1" .sh)
	timeout --kill-after=20 "${STORY_SECONDS:-600}" "$1" >"$results/$name.log" 2>&1 </dev/null
	status=$?
	case $status in
	0) word=ok ;;
	77) word="skipped: $(tail -n 1 "$results/$name.log")" ;;
	*) word="FAILED ($status)" ;;
	esac
	printf '  %-24s %4d s  %s\n' "$name" $((SECONDS - began)) "$word"
	case $status in 0 | 77) ;; *)
		tail -n "${STORY_LINES:-60}" "$results/$name.log"
		cp "$results/$name.log" "$results/$name.failed"
		;;
	esac
	echo $status >"$results/$name.status"
}

urgent=() beside=() alone=()
while read -r file; do
	case $(sed -n 's/^# \(alone\|urgent\): .*/\1/p' "$file") in
	alone) alone+=("$file") ;;
	urgent) urgent+=("$file") ;;
	*) beside+=("$file") ;;
	esac
done < <(for file in "$@"; do echo "$(sed -n 's/^# long: \([0-9]*\) s, .*/\1/p' "$file") $file"; done | sort -rns -k 1,1 | sed 's/^[0-9]* //')
for file in "${urgent[@]}"; do story "$file"; done &
for file in "${beside[@]}"; do
	while [ "$(jobs -rp | wc -l)" -ge "${STORIES_AT_ONCE:-8}" ]; do wait -n; done
	story "$file" &
done
wait
by_itself=0
for file in "${urgent[@]}" "${beside[@]}"; do
	name=$(basename "$file" .sh)
	case $(cat "$results/$name.status") in 0 | 77) continue ;; esac
	story "$file"
	[ "$(cat "$results/$name.status")" != 0 ] || by_itself=$((by_itself + 1))
done
for file in "${alone[@]}"; do story "$file"; done

for log in "$results"/*.failed; do
	[ -e "$log" ] || continue
	echo "  $(basename "$log" .failed) failed$([ "$(cat "${log%.failed}.status")" != 0 ] || echo ', and passed by itself'):"
	tail -n 5 "$log" | cut -c1-200 | sed 's/^/    /'
done
count() { cat "$results"/*.status | grep -cx "$1"; }
passed=$(count 0) skipped=$(count 77)
failed=$(($# - passed - skipped))
echo "system: $passed passed ($by_itself only by themselves), $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
