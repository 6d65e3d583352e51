#!/usr/bin/env bash
# Reads recorded captures. First each of them beside tshark: every host that speaks a protocol which both know is in
# exactly one device, with what its frames tell; no sanitizer has a word to say. Then a capture of a million packets made
# of their frames, against the clock, beside tcpdump and tshark in the same run.
#   tests/bench/pcap.sh [DATA [PACKETS]]
set -euo pipefail
cd "$(dirname "$0")/../.."
data=${1:-../shared/data/pcap} packets=${2:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'state-dir = %s\ndata-dir = %s\n' "$work" "$PWD/common/classify" >"$work/agent.conf"
failed=0

mapfile -t captures < <(find "$data" \( -name '*.pcap' -o -name '*.pcapng' \) 2>/dev/null | sort)
if [ -e "$data/INDEX.tsv" ]; then
	make -s MODE=asan build/asan/parta-agent
	python3 tests/bench/pcap_check.py build/asan/parta-agent "$work/agent.conf" "$data" || failed=1
else
	echo "no recorded captures at $data: nothing is compared, and the golden ones are read"
	captures=(tests/golden/*.pcap)
fi

measure() { # WORDS COMMAND...
	local words=$1
	shift
	python3 - "$words" "$packets" "$work/figures" "$@" <<-'END'
		import resource, subprocess, sys, time
		words, packets, figures, command = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
		began = time.monotonic()
		status = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
		wall, used = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
		cpu = used.ru_utime + used.ru_stime
		print(f"  {words:14} {packets / wall:12,.0f} packets/s  {wall:7.2f} s  {cpu:6.2f} CPU s  {used.ru_maxrss / 1024:6.1f} MiB")
		print(words, round(packets / wall), file=open(figures, "a"))
		sys.exit(status)
	END
}

make -s build/release/parta-agent
python3 tests/bench/pcap_make.py "$work/many.pcap" "$packets" "${captures[@]}"
cat "$work/many.pcap" >/dev/null # none of them waits for the disk
measure parta-agent build/release/parta-agent scan -c "$work/agent.conf" --pcap "$work/many.pcap" --format json
measure tcpdump tcpdump -n -r "$work/many.pcap"
measure tshark tshark -n -r "$work/many.pcap"
awk '$1 == "parta-agent" && $2 < 500000 { print "FAILED: fewer than 500,000 packets/s"; exit 1 }' "$work/figures" || failed=1
exit $failed
