# shellcheck shell=bash
# Network namespaces for tests: made, used and taken away again, whatever happens.
#
#   . tests/lib/lab.sh
#   lab_begin NAME              a name of its own for this run, $LAB_DIR for files (in $TMPDIR), and the trap that cleans up
#   lab_namespace lan ...       makes namespaces; $(lab_ns lan) is the real name
#   lab_cable lan eth0 gw lan0  joins two of them by a veth pair, both ends up, offloads off
#   lab_in lan COMMAND...       runs a command inside
#   lab_start NAME lan COMMAND  starts a daemon inside; its output goes to $LAB_DIR/NAME.log
#   lab_stop NAME [SIGNAL]      ends it and waits; lab_kill NAME: at once
#   lab_await NAME TEXT SECONDS until the log of NAME holds TEXT
#   lab_until SECONDS COMMAND.. until the command succeeds
#   lab_fail WORDS              ends the test with words
#   lab_urgent "$0" "$@"        first of all, for tests that measure: a session of its own that goes before others
#
# Nothing outside the namespaces is touched but /run/netns, /etc/netns/<name> and $LAB_DIR, and they go at the end.
# Two runs at a time do not meet: names carry the process id.

# A line is emulated by the processor that other jobs use too. Niceness counts within a session alone (sched(7),
# "autogroup"), so the test starts again in its own one and lifts that.
lab_urgent() {
	if [ -z "${LAB_SESSION-}" ]; then
		LAB_SESSION=own exec setsid -w "$@"
	fi
	{ echo -15 >/proc/self/autogroup; } 2>/dev/null || true
	renice -n -10 -p $$ >/dev/null 2>&1 || true
}

lab_begin() {
	[ "$(id -u)" -eq 0 ] || { echo "needs root for network namespaces"; exit 77; }
	ip netns add "pt$$" 2>/dev/null || { echo "network namespaces are not to be had here"; exit 77; }
	ip netns del "pt$$"
	LAB_NAME=$1
	LAB_DIR=$(mktemp -d "${TMPDIR:-/tmp}/parta-$1-XXXXXX")
	LAB_NAMESPACES=()
	declare -gA LAB_PIDS=()
	chmod 755 "$LAB_DIR"
	LAB_OWNER=$BASHPID
	trap lab_end EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

lab_ns() {
	echo "pt$LAB_OWNER$1"
}

lab_namespace() {
	local name
	for name in "$@"; do
		ip netns add "$(lab_ns "$name")"
		LAB_NAMESPACES+=("$(lab_ns "$name")")
		ip -n "$(lab_ns "$name")" link set lo up
		# An interface that comes up talks IPv6 by itself; the rig is quiet until a test speaks.
		lab_in "$name" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	done
}

lab_in() {
	local name=$1
	shift
	ip netns exec "$(lab_ns "$name")" "$@"
}

# Segmentation offload would make frames longer than Ethernet's, and shapers wrong.
lab_cable() {
	ip link add "$2" netns "$(lab_ns "$1")" type veth peer name "$4" netns "$(lab_ns "$3")"
	lab_in "$1" ethtool -K "$2" tso off gso off gro off tx off >/dev/null 2>&1
	lab_in "$3" ethtool -K "$4" tso off gso off gro off tx off >/dev/null 2>&1
	ip -n "$(lab_ns "$1")" link set "$2" up
	ip -n "$(lab_ns "$3")" link set "$4" up
}

lab_address() { # NAMESPACE DEVICE ADDRESS/LEN...
	local name=$1 device=$2 address
	shift 2
	for address in "$@"; do
		ip -n "$(lab_ns "$name")" addr add "$address" dev "$device"
	done
}

lab_route() { # NAMESPACE ROUTE...
	local name=$1
	shift
	ip -n "$(lab_ns "$name")" route add "$@"
}

lab_resolver() { # NAMESPACE SERVER...: what /etc/resolv.conf says inside
	local name=$1 server
	shift
	mkdir -p "/etc/netns/$(lab_ns "$name")"
	for server in "$@"; do echo "nameserver $server"; done >"/etc/netns/$(lab_ns "$name")/resolv.conf"
}

lab_start() {
	local name=$1 place=$2
	shift 2
	ip netns exec "$(lab_ns "$place")" "$@" >>"$LAB_DIR/$name.log" 2>&1 </dev/null &
	LAB_PIDS[$name]=$!
}

lab_note() { # NAME PID: a daemon started by other means, to be stopped by name
	LAB_PIDS[$1]=$2
}

lab_alive() {
	[ -n "${LAB_PIDS[$1]:-}" ] && kill -0 "${LAB_PIDS[$1]}" 2>/dev/null
}

lab_stop() {
	local pid=${LAB_PIDS[$1]:-}
	[ -n "$pid" ] || return 0
	unset "LAB_PIDS[$1]"
	kill -"${2:-TERM}" "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

lab_kill() {
	lab_stop "$1" KILL
}

# It looks again after a tenth of a second, then after two, then every three: to look costs too.
lab_until() {
	local deadline=$((SECONDS + $1)) tenths=0
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $deadline ] || return 1
		[ $tenths -eq 3 ] || tenths=$((tenths + 1))
		sleep 0.$tenths
	done
}

lab_await() {
	lab_until "$3" grep -q -e "$2" "$LAB_DIR/$1.log" && return 0
	echo "$LAB_NAME: '$1' did not say '$2' within $3 s:" >&2
	tail -n 20 "$LAB_DIR/$1.log" >&2
	return 1
}

lab_fail() {
	echo "$LAB_NAME: $*" >&2
	exit 1
}

# Every process in our namespaces ends, politely first; then the namespaces and files go.
lab_end() {
	local status=$? name pids
	[ "$BASHPID" = "$LAB_OWNER" ] || return $status
	set +e # whatever fails here, the rest is still taken away
	trap '' INT TERM HUP
	for signal in TERM KILL; do
		pids=$(for name in "${LAB_NAMESPACES[@]}"; do ip netns pids "$name" 2>/dev/null; done)
		[ -n "$pids" ] || break
		# shellcheck disable=SC2086
		kill -$signal $pids 2>/dev/null
		lab_until 3 lab_empty || true
	done
	# What was started outside of the namespaces, by the test itself.
	# shellcheck disable=SC2046
	kill -KILL $(jobs -p) 2>/dev/null
	{ wait; } 2>/dev/null
	for name in "${LAB_NAMESPACES[@]}"; do
		ip netns del "$name" 2>/dev/null
		rm -rf "/etc/netns/${name:?}"
	done
	rmdir /etc/netns 2>/dev/null
	if [ -n "${LAB_KEEP:-}" ] && [ $status -ne 0 ]; then
		echo "$LAB_NAME: files kept in $LAB_DIR" >&2
	else
		rm -rf "$LAB_DIR"
	fi
	exit $status
}

lab_empty() {
	local name
	for name in "${LAB_NAMESPACES[@]}"; do
		[ -z "$(ip netns pids "$name" 2>/dev/null)" ] || return 1
	done
}
