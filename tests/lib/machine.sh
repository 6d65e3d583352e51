# shellcheck shell=bash
# A computer of its own inside one machine (tests/lib/lab.sh first): its network is one of the lab's namespaces, its
# files are those of this machine with changes of its own over them (overlayfs), its processes, host name and mounts
# are its own. What is installed, configured or written there is gone with the lab.
#
#   machine_boot NAME NAMESPACE HOSTNAME [ROOT]
#                                          a computer in that namespace; ROOT: what `make install DESTDIR=ROOT` put there
#   machine_in NAME COMMAND...             runs a command there, as root
#   machine_users NAME                     makes the users of the installed sysusers.d(5) file
#   machine_unit NAME UNIT                 starts an installed systemd service as the unit says: its user, its
#                                          capabilities, no new privileges, its state folder. Output: $LAB_DIR/UNIT.log
#   machine_end NAME UNIT SECONDS          SIGTERM, and its exit status
#
# What needs systemd itself is left out: its seccomp filter, read-only mounts, notification and the watchdog.

declare -A MACHINE_INIT=()

machine_boot() {
	local name=$1 place=$2 host=$3 root=${4:-} home=$LAB_DIR/machine-$1 dir
	for dir in etc usr var; do mkdir -p "$home/$dir/upper" "$home/$dir/work"; done
	# The first process of the machine: it lays the file systems, says so, and sleeps until the lab ends.
	# shellcheck disable=SC2016
	ip netns exec "$(lab_ns "$place")" unshare --mount --propagation private --pid --uts --fork --mount-proc --kill-child \
		bash -c '
			set -e
			hostname "$1"
			for dir in etc usr var; do
				lower=/$dir
				[ -z "$3" ] || [ ! -d "$3/$dir" ] || lower=$3/$dir:/$dir
				mount -t overlay overlay -o "lowerdir=$lower,upperdir=$2/$dir/upper,workdir=$2/$dir/work" "/$dir"
			done
			mount -t tmpfs -o mode=755 tmpfs /run
			echo "$1" >/etc/hostname
			printf "127.0.0.1 localhost\n127.0.1.1 %s %s\n" "$1" "${1%%.*}" >/etc/hosts
			touch "$2/booted"
			exec sleep infinity' bash "$host" "$home" "$root" >"$home.log" 2>&1 </dev/null &
	lab_note "machine-$name" $!
	lab_until 10 test -e "$home/booted" || { cat "$home.log" >&2; lab_fail "machine '$name' does not boot"; }
	# ip netns exec became unshare, whose only child is the machine's first process.
	MACHINE_INIT[$name]=$(pgrep -P "$!")
}

machine_in() {
	local name=$1
	shift
	nsenter --target "${MACHINE_INIT[$name]}" --mount --pid --uts --net -- "$@"
}

machine_resolver() { # NAME SERVER
	machine_in "$1" sh -c "rm -f /etc/resolv.conf; echo 'nameserver $2' >/etc/resolv.conf"
}

machine_users() {
	if machine_in "$1" sh -c 'command -v systemd-sysusers' >/dev/null; then
		machine_in "$1" systemd-sysusers /usr/lib/sysusers.d/parta.conf
	else
		# shellcheck disable=SC2016
		machine_in "$1" sh -c 'sed -n "s/^u \([a-z-]*\) .*/\1/p" /usr/lib/sysusers.d/parta.conf |
			while read -r user; do id "$user" >/dev/null 2>&1 || useradd --system --no-create-home "$user"; done'
	fi
}

# The values of a key in the installed unit, one a line.
machine_says() { # NAME UNIT KEY
	machine_in "$1" sed -n "s/^$3=//p" "/lib/systemd/system/$2"
}

# "CAP_NET_RAW" -> "+net_raw", for setpriv.
machine_capabilities() {
	local word list=-all
	for word in $1; do list+=",+$(tr '[:upper:]' '[:lower:]' <<<"${word#CAP_}")"; done
	echo "$list"
}

machine_unit() {
	local name=$1 unit=$2 user dir mode bounding ambient line
	user=$(machine_says "$name" "$unit" User)
	mode=$(machine_says "$name" "$unit" StateDirectoryMode)
	for dir in $(machine_says "$name" "$unit" StateDirectory); do
		machine_in "$name" install -d -o "$user" -g "$user" -m "${mode:-0755}" "/var/lib/$dir"
	done
	mode=$(machine_says "$name" "$unit" RuntimeDirectoryMode)
	for dir in $(machine_says "$name" "$unit" RuntimeDirectory); do
		machine_in "$name" install -d -o "$user" -g "$user" -m "${mode:-0755}" "/run/$dir"
	done
	bounding=$(machine_capabilities "$(machine_says "$name" "$unit" CapabilityBoundingSet)")
	ambient=$(machine_capabilities "$(machine_says "$name" "$unit" AmbientCapabilities)")
	set -- setpriv --reuid "$user" --regid "$user" --init-groups --inh-caps="$ambient" --ambient-caps="$ambient" \
		--bounding-set="$bounding"
	[ "$(machine_says "$name" "$unit" NoNewPrivileges)" != yes ] || set -- "$@" --no-new-privs
	mode=$(machine_says "$name" "$unit" UMask)
	while read -r line; do
		machine_in "$name" "$@" -- sh -c "umask ${mode:-0022}; exec $line" >>"$LAB_DIR/$unit.log" 2>&1 </dev/null ||
			lab_fail "$unit: '$line' failed: $(tail -n 3 "$LAB_DIR/$unit.log")"
	done < <(machine_says "$name" "$unit" ExecStartPre)
	line="umask ${mode:-0022}; exec $(machine_says "$name" "$unit" ExecStart)"
	nsenter --target "${MACHINE_INIT[$name]}" --mount --pid --uts --net -- "$@" -- sh -c "$line" \
		>>"$LAB_DIR/$unit.log" 2>&1 </dev/null &
	lab_note "$unit" $!
}

# The service itself, not the nsenter that waits for it and ends with its status.
machine_pid() { # UNIT
	pgrep -P "${LAB_PIDS[$1]}" | head -n 1
}

machine_end() {
	local unit=$2 waited
	waited=${LAB_PIDS[$unit]}
	kill -TERM "$(machine_pid "$unit")" || return 1
	lab_until "$3" eval "! kill -0 $waited" || return 1
	unset "LAB_PIDS[$unit]"
	wait "$waited"
}
