#!/usr/bin/env bash
# Scores the device rules on recorded walks with a known truth, in two halves: rules are tuned by
# looking at the first ("tuning") only, the second ("held out") says what they are worth.
#   tests/bench/classify.sh [PROGRAM [DATA]]     SHOW=class ... lists what was wrong in the tuning half
set -eu
cd "$(dirname "$0")/../.."
program=${1:-build/release/tests/bench/classify_dumps}
data=${2:-../shared/data/librenms}
[ -e "$data/truth.tsv" ] || { echo "no recorded walks at $data: skipped"; exit 0; }
[ -x "$program" ] || make -s "$program"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

n=0
for dump in "$data"/dumps/*.snmprec; do
	n=$((n + 1))
	name=$(basename "$dump" .snmprec)
	half=tuning
	case $(printf %s "$name" | md5sum) in [89a-f]*) half=held-out ;; esac
	echo "10.$((n >> 16)).$((n >> 8 & 255)).$((n & 255)) $name" >>"$work/$half"
done
"$program" common/classify/device_rule.csv "$data"/dumps/*.snmprec >"$work/results"
for half in tuning held-out; do
	echo "--- $half"
	[ $half = tuning ] || unset SHOW
	python3 "$data/score.py" "$work/results" "$data/truth.tsv" "$work/$half" "$data/dumps"
done
