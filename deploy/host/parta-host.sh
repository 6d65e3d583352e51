#!/bin/sh
# Tells parta-agent what this computer is: maker, model and serial number, processor, memory, disks, displays, USB
# devices, network cards, system, programs and anti-virus. No names of people, no logins, no files, no browsing;
# USB sticks and telephones are left out. For Linux (Alt, Astra, RED OS, Debian and others), without installation: as root from cron, a
# systemd timer or the school's management system, once a day.
#
#   parta-host.sh --agent http://ADDRESS:PORT --key-file FILE [--spread SECONDS]   post it
#   parta-host.sh --print                                                          show what would be posted
#
# FILE holds the school's key (host-key-file of parta-agent), 64 hexadecimal digits, readable by root alone. --spread
# waits for a random time first, so that a school that switches on at eight does not post at one moment.
# The text is JSON in GLPI's inventory format, signed by HMAC-SHA256. Needs curl or wget.
# PARTA_HOST_ROOT=FOLDER looks at FOLDER/sys, FOLDER/proc, FOLDER/etc in place of the machine's (for tests).
set -u
LC_ALL=C
export LC_ALL
VERSION=1.0
ROOT=${PARTA_HOST_ROOT:-}
PROGRAMS_MAX=150
umask 077

fail() {
	echo "parta-host: $*" >&2
	exit 1
}

usage() {
	sed -n '/^#   parta-host.sh/s/^#   //p' "$0" >&2
	exit 2
}

# ---------------------------------------------------------------- JSON

# text WORD: WORD as a JSON string.
text() {
	printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\037\177' | sed 's/\\/\\\\/g; s/"/\\"/g')"
}

# Each field puts a comma before itself unless it is the first of its object.
open() {
	printf '%s' "$1"
	comma=
}
close() {
	printf '%s' "$1"
	comma=,
}
# field NAME VALUE: as text, nothing when it is empty.
field() {
	[ -n "$2" ] || return 0
	printf '%s"%s":' "$comma" "$1"
	text "$2"
	comma=,
}
number() {
	[ -n "$2" ] || return 0
	printf '%s"%s":%d' "$comma" "$1" "$2"
	comma=,
}
boolean() {
	printf '%s"%s":%s' "$comma" "$1" "$2"
	comma=,
}
begin() {
	printf '%s' "$comma"
	open '{'
}
section() {
	printf '%s"%s":' "$comma" "$1"
	open "$2"
}

# The first line of a file of /sys, without blanks around it.
line_of() {
	[ -r "$1" ] || return 0
	tr -d '\000' <"$1" 2>/dev/null | sed -n '1{s/^[[:space:]]*//;s/[[:space:]]*$//;p;q}'
}

# ---------------------------------------------------------------- the computer

dmi() { line_of "$ROOT/sys/class/dmi/id/$1"; }

# SMBIOS 3.6, table 17.
chassis() {
	case $(dmi chassis_type) in
	3) echo Desktop ;; 4) echo Low Profile Desktop ;; 5) echo Pizza Box ;; 6) echo Mini Tower ;; 7) echo Tower ;;
	8) echo Portable ;; 9) echo Laptop ;; 10) echo Notebook ;; 11) echo Hand Held ;; 13) echo All in One ;;
	14) echo Sub Notebook ;; 15) echo Space-saving ;; 16) echo Lunch Box ;; 17) echo Main Server Chassis ;;
	23) echo Rack Mount Chassis ;; 24) echo Sealed-case PC ;; 28) echo Blade ;; 30) echo Tablet ;; 31) echo Convertible ;;
	32) echo Detachable ;; 35) echo Mini PC ;; 36) echo Stick PC ;;
	esac
}

bios() {
	section bios '{'
	field smanufacturer "$(dmi sys_vendor)"
	field smodel "$(dmi product_name)"
	field ssn "$(dmi product_serial)"
	field mmanufacturer "$(dmi board_vendor)"
	field mmodel "$(dmi board_name)"
	field msn "$(dmi board_serial)"
	field bmanufacturer "$(dmi bios_vendor)"
	field bversion "$(dmi bios_version)"
	# 11/26/2025 as the schema writes days.
	field bdate "$(dmi bios_date | sed -n 's|^\([0-9][0-9]\)/\([0-9][0-9]\)/\([0-9]\{4\}\)$|\3-\1-\2|p')"
	close '}'
}

host_name() {
	if [ -n "$ROOT" ]; then line_of "$ROOT/etc/hostname"; else uname -n; fi
}

domain() {
	sed -n 's/^[[:space:]]*workgroup[[:space:]]*=[[:space:]]*//p' "$ROOT/etc/samba/smb.conf" 2>/dev/null | sed -n 1p
}

hardware() {
	section hardware '{'
	field name "$(host_name)"
	field uuid "$(dmi product_uuid)"
	field chassis_type "$(chassis)"
	field workgroup "$(domain)"
	number memory "$(sed -n 's/^MemTotal:[[:space:]]*\([0-9]*\) kB.*/\1/p' "$ROOT/proc/meminfo" 2>/dev/null | awk '{print int($1 / 1024)}')"
	close '}'
}

system() {
	section operatingsystem '{'
	field full_name "$(sed -n 's/^PRETTY_NAME=//p' "$ROOT/etc/os-release" 2>/dev/null | sed 's/^"//; s/"$//; 1q')"
	field name "$(sed -n 's/^NAME=//p' "$ROOT/etc/os-release" 2>/dev/null | sed 's/^"//; s/"$//; 1q')"
	field version "$(sed -n 's/^VERSION_ID=//p' "$ROOT/etc/os-release" 2>/dev/null | sed 's/^"//; s/"$//; 1q')"
	field kernel_name linux
	field kernel_version "$(uname -r)"
	field arch "$(uname -m)"
	close '}'
}

# One line for each processor in a socket: name, cores, threads of a core, MHz.
processors() {
	awk -F '[ \t]*:[ \t]*' '
		function flush() { if (name != "" && !(socket in seen)) { seen[socket] = 1
			printf "%s\t%d\t%d\t%d\n", name, cores ? cores : 1, cores ? siblings / cores : 1, mhz } name = "" }
		$1 == "processor" { flush(); socket = 0; cores = siblings = mhz = 0 }
		$1 == "model name" { name = $2 }
		$1 == "physical id" { socket = $2 }
		$1 == "cpu cores" { cores = $2 }
		$1 == "siblings" { siblings = $2 }
		$1 == "cpu MHz" { mhz = $2 }
		END { flush() }' "$ROOT/proc/cpuinfo" 2>/dev/null
}

cpus() {
	section cpus '['
	processors | {
		comma=
		while IFS="$TAB" read -r name cores threads mhz; do
			begin
			field name "$name"
			number core "$cores"
			number thread "$threads"
			number speed "$mhz"
			close '}'
		done
	}
	close ']'
}

# Modules of memory, where dmidecode is installed.
memories() {
	[ -z "$ROOT" ] && command -v dmidecode >/dev/null || return 0
	section memories '['
	dmidecode -t 17 2>/dev/null | awk -F ': ' '
		function flush() { if (size > 0) printf "%d\t%s\t%s\t%s\n", size, type, speed, maker; size = 0; type = speed = maker = "" }
		/^Memory Device/ { flush() }
		$1 ~ /^\tSize$/ { split($2, word, " "); size = word[2] == "GB" ? word[1] * 1024 : word[2] == "MB" ? word[1] : 0 }
		$1 ~ /^\tType$/ { type = $2 }
		$1 ~ /^\tSpeed$/ { speed = $2 }
		$1 ~ /^\tManufacturer$/ { maker = $2 }
		END { flush() }' | {
		comma=
		while IFS="$TAB" read -r size type speed maker; do
			begin
			number capacity "$size"
			field type "$type"
			field speed "$speed"
			field manufacturer "$maker"
			close '}'
		done
	}
	close ']'
}

# ---------------------------------------------------------------- what is in it and on it

disks() {
	section storages '['
	for disk in "$ROOT"/sys/block/*; do
		[ -e "$disk/size" ] || continue
		[ -e "$disk/device" ] || continue
		case ${disk##*/} in loop* | ram* | zram* | dm-* | md* | sr* | fd* | nbd*) continue ;; esac
		[ "$(line_of "$disk/removable")" != 1 ] || continue
		case $(readlink -f "$disk") in */usb[0-9]*) continue ;; esac
		serial=$(line_of "$disk/device/serial")
		[ -n "$serial" ] || serial=$(sed -n 's/^E:ID_SERIAL_SHORT=//p' "$ROOT/run/udev/data/b$(line_of "$disk/dev")" 2>/dev/null)
		begin
		field model "$(line_of "$disk/device/model")"
		field name "${disk##*/}"
		field serial "$serial"
		number disksize "$(($(line_of "$disk/size") / 2048))"
		field type disk
		close '}'
	done
	close ']'
}

# What is built into a laptop or an all-in-one is no display of its own.
monitors() {
	section monitors '['
	for connector in "$ROOT"/sys/class/drm/card*-*; do
		case ${connector##*/} in *-eDP-* | *-LVDS-* | *-DSI-*) continue ;; esac
		[ "$(line_of "$connector/status")" = connected ] || continue
		edid=$(base64 <"$connector/edid" 2>/dev/null | tr -d '\n')
		[ -n "$edid" ] || continue
		begin
		field base64 "$edid"
		field type "${connector##*/}"
		close '}'
	done
	close ']'
}

# The class of a USB device: its own, else that of the interface that says most. Hexadecimal.
usb_class() {
	class=$(line_of "$1/bDeviceClass")
	case $class in
	00 | ef | '')
		all=$(for file in "$1"/*:*/bInterfaceClass; do line_of "$file"; done)
		class=
		for wanted in 08 07 0e 06 03; do
			case " $(echo "$all" | tr '\n' ' ') " in *" $wanted "*)
				class=$wanted
				break
				;;
			esac
		done
		[ -n "$class" ] || class=$(echo "$all" | sed -n 1p)
		;;
	esac
	echo "${class:-00}"
}

usb() {
	section usbdevices '['
	for device in "$ROOT"/sys/bus/usb/devices/*; do
		[ -e "$device/idVendor" ] || continue
		class=$(usb_class "$device")
		# Sound, telephones, sticks, hubs, cards and radios are of no account or somebody's own.
		case $class in 01 | 06 | 08 | 09 | 0b | e0) continue ;; esac
		begin
		field vendorid "$(line_of "$device/idVendor")"
		field productid "$(line_of "$device/idProduct")"
		field manufacturer "$(line_of "$device/manufacturer")"
		field name "$(line_of "$device/product")"
		field serial "$(line_of "$device/serial")"
		field class "$(printf '%d' "0x$class")"
		if [ "$class" = 03 ]; then
			for file in "$device"/*:*/bInterfaceSubClass; do
				field subclass "$(printf '%d' "0x$(line_of "$file")")"
				break
			done
		fi
		close '}'
	done
	close ']'
}

networks() {
	section networks '['
	for card in "$ROOT"/sys/class/net/*; do
		# A card of its own hangs on a bus; what programs made does not.
		[ -e "$card/device" ] || continue
		[ "$(line_of "$card/type")" = 1 ] || continue
		type=ethernet
		if [ -e "$card/wireless" ] || [ -e "$card/phy80211" ]; then type=wifi; fi
		status=down
		[ "$(line_of "$card/operstate")" = up ] && status=up
		begin
		field description "${card##*/}"
		field mac "$(line_of "$card/address")"
		field type "$type"
		field status "$status"
		boolean virtualdev false
		if [ -z "$ROOT" ] && command -v ip >/dev/null; then
			field ipaddress "$(ip -o -4 address show dev "${card##*/}" scope global 2>/dev/null | sed -n '1s/.* inet \([0-9.]*\).*/\1/p')"
		fi
		close '}'
	done
	close ']'
}

# ---------------------------------------------------------------- programs

# Packages with something in the menu of applications: name, version, publisher.
# shellcheck disable=SC2016 # dpkg-query's own variables
programs() {
	if [ -d "$ROOT/var/lib/dpkg/info" ] && command -v dpkg-query >/dev/null; then
		grep -l '^/usr/share/applications/.*\.desktop$' "$ROOT"/var/lib/dpkg/info/*.list 2>/dev/null |
			sed 's|.*/||; s|\.list$||' | sort -u |
			xargs -r dpkg-query --admindir="$ROOT/var/lib/dpkg" -W -f '${Package}\t${Version}\t\n' 2>/dev/null
	elif [ -z "$ROOT" ] && command -v rpm >/dev/null; then
		rpm -qf --queryformat '%{NAME}\t%{VERSION}-%{RELEASE}\t%{VENDOR}\n' /usr/share/applications/*.desktop 2>/dev/null |
			grep "$TAB" | sort -u
	fi | sed -n "1,${PROGRAMS_MAX}p"
}

softwares() {
	section softwares '['
	programs | awk -F '\t' '
		function quote(text) { gsub(/[[:cntrl:]]/, "", text); gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return "\"" text "\"" }
		$1 != "" { printf "%s{\"name\":%s,\"version\":%s", comma, quote($1), quote($2)
			if ($3 != "" && $3 != "(none)") printf ",\"publisher\":%s", quote($3)
			printf "}"; comma = "," }'
	close ']'
}

runs() {
	for name in "$ROOT"/proc/[0-9]*/comm; do
		[ "$(line_of "$name")" = "$1" ] && return 0
	done
	return 1
}

# antivirus NAME PROCESS VERSION DAY_OF_SIGNATURES
antivirus() {
	begin
	field name "$1"
	if runs "$2"; then boolean enabled true; else boolean enabled false; fi
	field version "$3"
	[ -z "$4" ] || field base_creation "$(date -u -d "$4" +%Y-%m-%d 2>/dev/null)"
	close '}'
}

# The head of a ClamAV database: ClamAV-VDB:26 Nov 2026 07-41 +0000:27830:...
clamav_day() {
	for file in "$ROOT"/var/lib/clamav/daily.cld "$ROOT"/var/lib/clamav/daily.cvd; do
		[ -r "$file" ] || continue
		dd if="$file" bs=512 count=1 2>/dev/null | tr -d '\000' | sed -n '1s/^ClamAV-VDB:\([0-9]* [A-Z][a-z]* [0-9]*\) .*/\1/p'
		return
	done
}

# What a program says of itself under a word: "Version: 12.0" gives 12.0.
said() { sed -n "s/^[[:space:]]*$1[^:]*:[[:space:]]*//p" | sed -n 1p; }

antiviruses() {
	section antivirus '['
	if [ -x "$ROOT/usr/sbin/clamd" ] || [ -x "$ROOT/usr/bin/clamscan" ]; then
		antivirus ClamAV clamd "$({ "$ROOT/usr/sbin/clamd" --version || "$ROOT/usr/bin/clamscan" --version; } 2>/dev/null |
			sed -n '1s/^ClamAV \([^/]*\).*/\1/p')" "$(clamav_day)"
	fi
	kesl=$ROOT/opt/kaspersky/kesl/bin/kesl-control
	if [ -x "$kesl" ]; then
		info=$("$kesl" --app-info 2>/dev/null)
		antivirus "Kaspersky Endpoint Security" kesl "$(echo "$info" | said Version)" \
			"$(echo "$info" | sed -n 's/^.*[Dd]atabase[^:]*:[[:space:]]*\([0-9]\{4\}-[0-9][0-9]-[0-9][0-9]\).*/\1/p' | sed -n 1p)"
	fi
	drweb=$ROOT/usr/bin/drweb-ctl
	if [ -x "$drweb" ]; then
		info=$("$drweb" baseinfo 2>/dev/null)
		antivirus "Dr.Web" drweb-configd "$(echo "$info" | said 'Core engine version')" \
			"$(echo "$info" | said 'Virus database timestamp' | sed 's/ .*//')"
	fi
	close ']'
}

inventory() {
	open '{'
	field deviceid "$(host_name)-parta-host"
	field itemtype Computer
	field action inventory
	section content '{'
	field versionclient "parta-host_v$VERSION"
	hardware
	bios
	system
	cpus
	memories
	disks
	networks
	monitors
	usb
	antiviruses
	softwares
	close '}'
	close '}'
	echo
}

# ---------------------------------------------------------------- signing and posting

# Bytes of a list of octal numbers. Builtins alone: the key never stands in a list of processes.
# shellcheck disable=SC2059 # the format is the byte
put() {
	for octal in $1; do
		case $octal in 045) printf '%%' ;; *) printf "\\$octal" ;; esac
	done
}

# octals HEX MASK COUNT: the bytes of HEX, zeros behind them up to COUNT, each exclusive-or MASK.
octals() {
	hex=$1 left=$3
	while [ "$left" -gt 0 ]; do
		rest=${hex#??}
		byte=${hex%"$rest"}
		printf '%03o ' $((0x${byte:-0} ^ $2))
		hex=$rest left=$((left - 1))
	done
}

# hmac FILE: HMAC-SHA256 (RFC 2104) of a file under KEY, hexadecimal. A key of 32 bytes is filled up with zeros to a block.
hmac() {
	inner=$({ put "$(octals "$KEY" 0x36 64)" && cat "$1"; } | sha256sum)
	{ put "$(octals "$KEY" 0x5c 64)" && put "$(octals "${inner%% *}" 0 32)"; } | sha256sum | sed 's/ .*//'
}

random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# post TIME: 0 when the agent has taken it; what it said is in $WORK/answer.
post() {
	nonce=$(random 16)
	{ printf 'parta-host-1\n%s\n%s\n' "$1" "$nonce" && cat "$WORK/body"; } >"$WORK/signed"
	signature=$(hmac "$WORK/signed")
	: >"$WORK/answer"
	if command -v curl >/dev/null; then
		curl -sS --noproxy '*' --max-time 30 -o "$WORK/answer" -H "Expect:" -H "Content-Type: application/json" -H "X-Parta-Time: $1" \
			-H "X-Parta-Nonce: $nonce" -H "X-Parta-Signature: $signature" --data-binary "@$WORK/body" "$AGENT/v1/host"
	elif command -v wget >/dev/null; then
		wget -q --no-proxy --timeout=30 --tries=1 --content-on-error -O "$WORK/answer" --header="Content-Type: application/json" \
			--header="X-Parta-Time: $1" --header="X-Parta-Nonce: $nonce" --header="X-Parta-Signature: $signature" \
			--post-file="$WORK/body" "$AGENT/v1/host"
	else
		fail "neither curl nor wget is installed"
	fi
	grep -q '"result":"taken"' "$WORK/answer"
}

answered() { sed -n "s/.*\"$1\":\"\{0,1\}\([0-9a-z_]*\).*/\1/p" "$WORK/answer"; }

# Our clock is wrong, and the agent says what time it is, signed: else anybody could have us sign any time.
told_time() {
	printf 'parta-host-1-time\n%s\n%s' "$nonce" "$(answered time)" >"$WORK/told"
	[ "$(answered error)" = clock ] && [ "$(hmac "$WORK/told")" = "$(answered signature)" ]
}

TAB=$(printf '\t') AGENT='' KEY_FILE='' spread=0 print=false
while [ $# -gt 0 ]; do
	case $1 in
	--agent | --key-file | --spread) [ $# -ge 2 ] || usage ;;
	esac
	case $1 in
	--agent) AGENT=${2%/} && shift 2 ;;
	--key-file) KEY_FILE=$2 && shift 2 ;;
	--spread) spread=$2 && shift 2 ;;
	--print) print=true && shift ;;
	*) usage ;;
	esac
done
WORK=$(mktemp -d) || fail "could not make a folder for a moment"
trap 'rm -rf "$WORK"' EXIT
trap 'exit 1' HUP INT TERM
inventory >"$WORK/raw"
if command -v iconv >/dev/null; then iconv -c -f UTF-8 -t UTF-8 "$WORK/raw" >"$WORK/body" 2>/dev/null || :; else tr -d '\200-\377' <"$WORK/raw" >"$WORK/body"; fi
if $print; then
	cat "$WORK/body"
	exit 0
fi
[ -n "$AGENT" ] || usage
[ -n "$KEY_FILE" ] || usage
KEY=$(sed -n '/^[0-9A-Fa-f]\{64\}[[:space:]]*$/{s/[[:space:]]//g;p;q}' "$KEY_FILE" 2>/dev/null)
[ -n "$KEY" ] || fail "there is no key in '$KEY_FILE': one line of 64 hexadecimal digits"
case $spread in '' | *[!0-9]*) usage ;; esac
[ "$spread" -eq 0 ] || sleep $((0x$(random 2) % spread))
now=$(date +%s)
post "$now" && exit 0
if told_time; then post "$(($(answered time) + $(date +%s) - now))" && exit 0; fi
fail "the agent at $AGENT did not take it: $(answered error)"
