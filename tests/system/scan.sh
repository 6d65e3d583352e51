#!/usr/bin/env bash
# `parta-agent scan` on a small network: it finds who is there with a sensor and, as a user without any capability,
# by the kernel's neighbour table; what reads the network sits in the service's sandbox. Needs root.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/lib/lab.sh
. tests/lib/lab.sh
agent=$PWD/build/${MODE:-release}/parta-agent
lab_begin scan

lab_namespace agent far
lab_cable agent lan0 far eth0
lab_address agent lan0 10.77.0.1/28
lab_address far eth0 10.77.0.2/28 10.77.0.9/28
mkdir "$LAB_DIR/data"
cp common/classify/*.csv "$LAB_DIR/data/"
printf 'state-dir = %s\ndata-dir = %s/data\n' "$LAB_DIR" "$LAB_DIR" >"$LAB_DIR/agent.conf"
peer=$(lab_in far cat /sys/class/net/eth0/address)
found() { jq -r '.ip[]' "$1" | sort | tr '\n' ' '; }

shut_in() { # PID
	grep -q '^Seccomp:[[:space:]]*2$' "/proc/$1/status" || lab_fail "process $1 has no system call filter"
	grep -q '^CapEff:[[:space:]]*0*$' "/proc/$1/status" || lab_fail "process $1 kept a capability"
	grep -q '^NoNewPrivs:[[:space:]]*1$' "/proc/$1/status" || lab_fail "process $1 may gain privileges"
}

# $1 NAME, then the words that start the command: its process is looked at while it listens.
scan() {
	local name=$1
	shift
	ip netns exec "$(lab_ns agent)" "$@" "$agent" scan -c "$LAB_DIR/agent.conf" -i lan0 --range 10.77.0.0/28 --listen 5 --format json \
		>"$LAB_DIR/$name" 2>"$LAB_DIR/$name.words" &
	pid=$!
	lab_until 10 grep -q '^Seccomp:[[:space:]]*2$' "/proc/$pid/status" || lab_fail "$name: nothing shuts the sandbox"
	shut_in "$pid"
}

echo "- root: the sensor sweeps; both processes are shut in; the kernel asks nobody by a broadcast of its own"
lab_start dump far tcpdump -i eth0 -n -U -w "$LAB_DIR/broadcasts.pcap" ether broadcast and arp
lab_await dump "listening on" 10 || exit 1
scan with
sensor=$(pgrep -P "$pid") || lab_fail "there is no sensor"
lab_until 10 grep -q '^Seccomp:[[:space:]]*2$' "/proc/$sensor/status"
shut_in "$sensor"
wait "$pid" || { cat "$LAB_DIR/with.words"; lab_fail "the scan failed"; }
[ "$(found "$LAB_DIR/with")" = "10.77.0.2 10.77.0.9 " ] || lab_fail "found $(found "$LAB_DIR/with")"
[ "$(jq -r '.mac[0]' "$LAB_DIR/with" | sort -u)" = "$peer" ] || lab_fail "not the peer's MAC"
[ "$(lab_in agent cat /proc/sys/net/ipv4/conf/lan0/arp_accept)" = 0 ] || lab_fail "arp_accept was not set back"
lab_stop dump INT
# The sensor's frames have Ethernet's least length, the kernel's come as short as they are.
tcpdump -r "$LAB_DIR/broadcasts.pcap" -n greater 60 2>/dev/null | grep -q "who-has 10.77.0.9 " || lab_fail "the sensor did not ask"
[ -z "$(tcpdump -r "$LAB_DIR/broadcasts.pcap" -n less 59 2>/dev/null)" ] || lab_fail "the kernel asked too"

echo "- a user: the kernel's neighbour table stands in, behind the same filter"
lab_in agent ip neigh flush dev lan0
scan without setpriv --reuid nobody --regid nogroup --clear-groups --inh-caps=-all --bounding-set=-all
[ -z "$(pgrep -P "$pid")" ] || lab_fail "there is a sensor without CAP_NET_RAW"
wait "$pid" || { cat "$LAB_DIR/without.words"; lab_fail "the scan failed"; }
grep -q CAP_NET_RAW "$LAB_DIR/without.words" || lab_fail "it does not say what it lacks"
[ "$(found "$LAB_DIR/without")" = "10.77.0.2 10.77.0.9 " ] || lab_fail "found $(found "$LAB_DIR/without")"

echo "- a capture is read behind the filter too"
strace -f -e trace=seccomp,socket -o "$LAB_DIR/trace" "$agent" scan -c "$LAB_DIR/agent.conf" \
	--pcap tests/golden/odd.pcap --format json >"$LAB_DIR/pcap" 2>"$LAB_DIR/pcap.words" || lab_fail "$(cat "$LAB_DIR/pcap.words")"
grep -q 'seccomp(SECCOMP_SET_MODE_FILTER' "$LAB_DIR/trace" || lab_fail "the capture was read without a filter"
