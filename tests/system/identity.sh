#!/usr/bin/env bash
# Devices that change addresses, cards, boards, names and docks, through the agent's inventory and the collector's store:
# the scenarios, and a term of a school, whose final count is exact and of whose days at most one in a hundred is wrong.
# long: 80 s, a term is fourteen thousand sightings to store
set -euo pipefail
cd "$(dirname "$0")/../.."

term=$(mktemp)
trap 'rm -f "$term"' EXIT
tests/identity/draw.py --seed "${SEED:-1}" --scans 1 >"$term"
build/release/tests/identity/play tests/identity/scenarios.txt "$term"
