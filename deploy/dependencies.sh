#!/usr/bin/env bash
# Installs the Debian 12 packages that parta needs and that are missing, and says which.
#
#   deploy/dependencies.sh [GROUP]...        install what is missing (root); all groups when none is named
#   deploy/dependencies.sh --check [GROUP].. only say what is missing; exit 1 when something is
#   deploy/dependencies.sh --list [GROUP]... print the packages
#
# Groups: run (the two programs), build (compiling them), test (make demo, check, lint, fuzz, bench); and only when named,
# bench (other programs that make bench measures beside ours).
# Running it again is harmless. Services that come with a package are not left running by it:
# the tests start their own daemons inside network namespaces.
set -euo pipefail

# The one list: group, then packages.
packages() {
	case $1 in
	run)
		echo libevent-core-2.1-7 libcurl4 libc-ares2 libzstd1 libprotobuf-c1 libseccomp2 libcap2
		echo libinih1 libjansson4 libwslay1 libssl3 libexpat1 libpcap0.8 libsnmp40 libpq5 libmicrohttpd12 libgnutls30
		echo libxlsxwriter4 libargon2-1 libexpat1 postgresql-15 ieee-data ca-certificates tzdata
		;;
	build)
		echo gcc make git pkg-config ca-certificates protobuf-c-compiler protobuf-compiler
		echo libevent-dev libcurl4-openssl-dev libc-ares-dev libzstd-dev libprotobuf-c-dev
		echo libseccomp-dev libcap-dev libinih-dev libjansson-dev libwslay-dev libssl-dev libexpat1-dev libpcap-dev libsnmp-dev
		echo libpq-dev libmicrohttpd-dev libgnutls28-dev libxlsxwriter-dev libargon2-dev libexpat1-dev ieee-data libwireshark-data
		;;
	test)
		echo libcmocka-dev clang libclang-rt-14-dev clang-tidy clang-format cppcheck shellcheck
		echo universal-ctags mandoc systemd postgresql-15-pgtap libtap-parser-sourcehandler-pgtap-perl
		echo python3 python3-protobuf iproute2 ethtool iputils-ping arping nftables util-linux
		echo tcpdump tshark snmp snmpd lldpd avahi-daemon avahi-utils dnsmasq-base bind9-dnsutils
		echo python3-jsonschema python3-openpyxl
		echo fusioninventory-agent ocsinventory-agent
		echo python3-aiosmtpd python3-websockets prometheus-alertmanager
		echo isc-dhcp-client keepalived llmnrd mactelnet-server samba
		echo cups-ipp-utils dbus openssh-server xrdp minidlna freerdp2-shadow-x11 xvfb xauth
		echo nginx-light squid iperf3 curl socat openssl zstd libcap2-bin procps jq strace
		# A Node.js and a Chromium from elsewhere do as well, and Debian's would stand in their way.
		command -v npm >/dev/null || echo nodejs npm
		command -v chromium >/dev/null || echo chromium
		;;
	bench) echo zabbix-server-pgsql nmap arp-scan fping fusioninventory-agent-task-network ;;
	esac
}

# Services that a package of these groups would start; they are switched off when it is new here.
services() {
	case $1 in
	snmpd | lldpd) echo "$1.service" ;;
	avahi-daemon) echo avahi-daemon.service avahi-daemon.socket ;;
	nginx-light) echo nginx.service ;;
	squid) echo squid.service ;;
	openssh-server) echo ssh.service ;;
	xrdp) echo xrdp.service xrdp-sesman.service ;;
	minidlna) echo minidlna.service ;;
	prometheus-alertmanager) echo prometheus-alertmanager.service ;;
	keepalived | llmnrd | mactelnet-server) echo "$1.service" ;;
	samba) echo nmbd.service smbd.service samba-ad-dc.service ;;
	zabbix-server-pgsql) echo zabbix-server.service ;;
	fusioninventory-agent | fusioninventory-agent-task-network) echo fusioninventory-agent.service ;;
	esac
}

usage() {
	sed -n '/^# *deploy/s/^# *//p' "$0" >&2
	exit 2
}

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | cut -c1-2)" = ii ]
}

# No daemon starts while we install, and PostgreSQL makes no cluster of its own: parta keeps a
# private one. Whatever stands there already is the administrator's and stays.
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/parta.conf
made_policy=false made_cluster=false

quieten() {
	if [ ! -e "$policy" ]; then
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod 755 "$policy"
		made_policy=true
	fi
	if ! installed postgresql-15 && [ ! -e "$cluster" ]; then
		mkdir -p "${cluster%/*}"
		echo 'create_main_cluster = false' >"$cluster"
		made_cluster=true
	fi
}

unquieten() {
	! $made_policy || rm -f "$policy"
	! $made_cluster || rm -f "$cluster"
}

install_missing() {
	local package service

	echo "dependencies: installing ${#missing[@]} packages: ${missing[*]}"
	trap unquieten EXIT
	quieten
	export DEBIAN_FRONTEND=noninteractive
	apt-get -q update
	apt-get -q install -y --no-install-recommends "${missing[@]}"
	for package in "${missing[@]}"; do
		for service in $(services "$package"); do
			echo "dependencies: $service stays switched off (systemctl enable --now $service starts it)"
			systemctl -q disable "$service" 2>/dev/null || true
		done
	done
}

mode=install
groups=()
for argument in "$@"; do
	case $argument in
	--check | --list) mode=${argument#--} ;;
	run | build | test | bench) groups+=("$argument") ;;
	*) usage ;;
	esac
done
[ ${#groups[@]} -gt 0 ] || groups=(run build test)

mapfile -t wanted < <(for group in "${groups[@]}"; do packages "$group"; done | tr ' ' '\n' | sort -u)
if [ "$mode" = list ]; then
	printf '%s\n' "${wanted[@]}"
	exit 0
fi

missing=()
for package in "${wanted[@]}"; do
	installed "$package" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
	echo "dependencies: all ${#wanted[@]} packages of ${groups[*]} are installed"
	exit 0
fi
if [ "$mode" = check ]; then
	echo "dependencies: missing: ${missing[*]}"
	exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "dependencies: missing: ${missing[*]}" >&2
	echo "dependencies: run it as root: sudo $0 ${groups[*]}" >&2
	exit 1
fi
install_missing
echo "dependencies: done"
