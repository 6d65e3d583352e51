#!/usr/bin/env bash
# Every capture in tests/golden must give the sightings that stand beside it, and every decoder has one.
#   tests/run-golden.sh TOOL     TOOL is build/<mode>/tests/system/sensor_tool
set -u
cd "$(dirname "$0")/.." || exit 2
tool=$1 passed=0 failed=0
for capture in tests/golden/*.pcap tests/golden/*.pcapng; do
	wanted=${capture%.pcap*}.txt
	if "$tool" pcap "$capture" 2>&1 | diff -u "$wanted" - >build/golden.diff 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "--- $capture"
		head -n 40 build/golden.diff
	fi
done
for decoder in $(sed -n 's/^[ \t]*X(\([a-z0-9]*\)).*/\1/p' agent/decode/decode.h); do
	grep -q "^decoder $decoder ok [1-9]" "tests/golden/$decoder.txt" 2>/dev/null && continue
	failed=$((failed + 1))
	echo "--- decoder '$decoder' has no capture tests/golden/$decoder.pcap that it reads"
done
rm -f build/golden.diff
echo "golden: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
