#!/usr/bin/env bash
# The measuring endpoint: what it promises, how it paces, what it records. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh

lab_begin measure
lab_namespace town
lab_namespace desk
lab_cable town eth0 desk eth0
lab_address town eth0 10.71.0.1/24
lab_address desk eth0 10.71.0.2/24
collector_prepare "measure-capacity = 600"
collector_start town

lab_in desk /usr/bin/python3 -B tests/system/measure_peer.py 10.71.0.1 record pace admission || lab_fail "a story failed"
[ "$(collector_metric 'parta_refused_total{reason="measure_capacity"}')" -ge 2 ] || lab_fail "refusals are not counted"
echo "measure: every stream was promised, paced and recorded"
