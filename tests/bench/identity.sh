#!/usr/bin/env bash
# Ten terms of a school, drawn from SEEDS, two rounds a school day: is the final count exact, and how many days are wrong?
set -euo pipefail
cd "$(dirname "$0")/../.."
read -ra seeds <<<"${SEEDS-$(seq -s ' ' 1 10)}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

for seed in "${seeds[@]}"; do tests/identity/draw.py --seed "$seed" --scans "${SCANS:-2}" >"$dir/$seed"; done
build/release/tests/identity/play "${seeds[@]/#/$dir/}"
