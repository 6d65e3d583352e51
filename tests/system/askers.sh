#!/usr/bin/env bash
# What real programs tell a scan that asks them: Samba, ippeveprinter, nginx, OpenSSH, xrdp, FreeRDP's server behind network
# level authentication, minidlna; and nothing is logged in, printed or asked twice a day. tshark finds nothing malformed in
# what we send. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
agent=$PWD/build/${MODE:-release}/parta-agent

for need in jq tshark smbd nmbd ippeveprinter nginx /usr/sbin/sshd xrdp minidlnad; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin askers
lab_namespace lan agent samba printer web shell desk media guarded
ip -n "$(lab_ns lan)" link add br0 type bridge mcast_snooping 0
ip -n "$(lab_ns lan)" link set br0 up
last=10
for place in agent samba printer web shell desk media guarded; do
	lab_cable "$place" lan0 lan "to_$place"
	ip -n "$(lab_ns lan)" link set "to_$place" master br0
	ip -n "$(lab_ns "$place")" link set lan0 address "00:1b:21:77:00:$last"
	lab_address "$place" lan0 "10.77.0.$last/27"
	lab_route "$place" 224.0.0.0/4 dev lan0
	last=$((last + 1))
done
mkdir "$LAB_DIR/data"
cp common/classify/*.csv "$LAB_DIR/data/"
printf 'state-dir = %s\ndata-dir = %s/data\n' "$LAB_DIR" "$LAB_DIR" >"$LAB_DIR/agent.conf"

echo "- the programs"
mkdir -p "$LAB_DIR"/samba/{private,lock,state,cache,pid,ncalrpc,log}
cat >"$LAB_DIR/samba/smb.conf" <<-E
	[global]
	netbios name = UCHITEL-5
	workgroup = SCHOOL
	interfaces = lan0
	bind interfaces only = yes
	private dir = $LAB_DIR/samba/private
	lock directory = $LAB_DIR/samba/lock
	state directory = $LAB_DIR/samba/state
	cache directory = $LAB_DIR/samba/cache
	pid directory = $LAB_DIR/samba/pid
	ncalrpc dir = $LAB_DIR/samba/ncalrpc
	log file = $LAB_DIR/samba/log/%m
	max log size = 0
	log level = 1 auth:3
	disable spoolss = yes
	load printers = no
E
lab_start smbd samba smbd -F -s "$LAB_DIR/samba/smb.conf"
lab_start nmbd samba nmbd -F -s "$LAB_DIR/samba/smb.conf"

mkdir "$LAB_DIR/spool"
cat >"$LAB_DIR/avahi.conf" <<-E
	[server]
	host-name=lp5
	use-ipv6=no
	allow-interfaces=lan0
	[publish]
	publish-workstation=no
E
# It announces itself through avahi, which it reaches over a bus, and it wants an IPv6 address too.
mkdir -p "/etc/netns/$(lab_ns printer)"
printf '10.77.0.12 lp5.local\n::1 lp5.local\n' >"/etc/netns/$(lab_ns printer)/hosts"
lab_in printer sysctl -qw net.ipv6.conf.lo.disable_ipv6=0
lab_start ippeve printer unshare -m sh -c "mount -t tmpfs none /run && mkdir /run/dbus /run/avahi-daemon && dbus-daemon --system --fork &&
	{ avahi-daemon -f '$LAB_DIR/avahi.conf' --no-drop-root --no-chroot --no-rlimits & } && sleep 1 &&
	exec ippeveprinter -p 631 -d '$LAB_DIR/spool' -k -M Golden -m 'Works LP-5' LP5"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/O=Golden Works/CN=panel-17" \
	-keyout "$LAB_DIR/key.pem" -out "$LAB_DIR/cert.pem" 2>"$LAB_DIR/openssl.log"
mkdir -p "$LAB_DIR/www/panel"
printf '<html><head><title>\n Golden Works &amp; Sons\tIP-CAM 17</title></head></html>' >"$LAB_DIR/www/panel/index.html"
cat >"$LAB_DIR/nginx.conf" <<-E
	user root; daemon off; pid $LAB_DIR/nginx.pid; error_log $LAB_DIR/nginx.log;
	events {}
	http {
		access_log $LAB_DIR/nginx.access; client_body_temp_path $LAB_DIR/b; proxy_temp_path $LAB_DIR/p;
		fastcgi_temp_path $LAB_DIR/f; uwsgi_temp_path $LAB_DIR/u; scgi_temp_path $LAB_DIR/s;
		server { listen 80; root $LAB_DIR/www; location = / { return 302 /panel/; } }
		server { listen 443 ssl; ssl_certificate $LAB_DIR/cert.pem; ssl_certificate_key $LAB_DIR/key.pem; root $LAB_DIR/www; }
	}
E
lab_start nginx web nginx -c "$LAB_DIR/nginx.conf"

ssh-keygen -q -t ed25519 -N '' -f "$LAB_DIR/host_key"
mkdir -p /run/sshd
lab_start sshd shell /usr/sbin/sshd -D -e -f /dev/null -h "$LAB_DIR/host_key" -o PidFile=none

cat >"$LAB_DIR/xrdp.ini" <<-E
	[Globals]
	port=3389
	security_layer=negotiate
	certificate=$LAB_DIR/cert.pem
	key_file=$LAB_DIR/key.pem
	[Logging]
	LogFile=$LAB_DIR/xrdp.log
	LogLevel=INFO
	[Xvnc]
	name=Xvnc
	lib=libvnc.so
E
chmod 755 "$LAB_DIR"
lab_start xrdp desk xrdp -n -c "$LAB_DIR/xrdp.ini"

# A desktop behind network level authentication; its X server listens to nobody else.
mkdir -p "$LAB_DIR/guarded"
echo 'teacher:::8846f7eaee8fb117ad06bdd830b7586c:::' >"$LAB_DIR/guarded/sam"
# The X server tells its number once it can be drawn on, and does not begin anew when the desktop's first look at it ends.
lab_start display guarded Xvfb -displayfd 1 -noreset -screen 0 640x480x24 -nolisten tcp
lab_until 30 grep -qx '[0-9]*' "$LAB_DIR/display.log" || lab_fail "no display"
lab_start guarded guarded env HOME="$LAB_DIR/guarded" DISPLAY=":$(grep -x '[0-9]*' "$LAB_DIR/display.log")" \
	freerdp-shadow-cli /port:3389 /sec:nla +auth "/sam-file:$LAB_DIR/guarded/sam"

mkdir "$LAB_DIR/media" "$LAB_DIR/cache"
cat >"$LAB_DIR/minidlna.conf" <<-E
	network_interface=lan0
	port=8200
	media_dir=$LAB_DIR/media
	db_dir=$LAB_DIR/cache
	log_dir=$LAB_DIR/cache
	user=root
	friendly_name=Golden Shelf
	model_name=Shelf 3
	serial=GW-4711-0815
	uuid=4d696e69-444c-164e-9d41-001b21770050
	notify_interval=900
E
lab_start minidlna media minidlnad -d -f "$LAB_DIR/minidlna.conf" -P "$LAB_DIR/minidlna.pid"

listens() { lab_in "$1" ss -Hlntu "sport = :$2" | grep -q .; }
for each in samba:445 samba:137 printer:631 web:443 shell:22 desk:3389 media:8200 guarded:3389; do
	lab_until 20 listens "${each%:*}" "${each#*:}" || { tail -n 20 "$LAB_DIR"/*.log; lab_fail "nobody listens at $each"; }
done

echo "- a scan"
lab_start capture agent tshark -i lan0 -w "$LAB_DIR/capture.pcap"
lab_await capture Capturing 40
lab_in agent "$agent" scan -v -c "$LAB_DIR/agent.conf" -i lan0 --range 10.77.0.0/27 --listen 5 --format json >"$LAB_DIR/found" 2>"$LAB_DIR/words" ||
	lab_fail "$(tail -n 5 "$LAB_DIR/words")"

told() { # ADDRESS SOURCE.KEY
	jq -r --arg ip "$1" --arg of "$2" 'select(.ip | index($ip)) | .evidence[] | select(.source + "." + .key == $of) | .value' "$LAB_DIR/found"
}
says() { # ADDRESS SOURCE.KEY PATTERN
	local value
	value=$(told "$1" "$2")
	# shellcheck disable=SC2053
	[[ $value == $3 ]] || lab_fail "$1: $2 is '$value', not '$3'"
}
says 10.77.0.11 nbstat.name UCHITEL-5
says 10.77.0.11 nbstat.workgroup SCHOOL
says 10.77.0.11 smb.name UCHITEL-5
says 10.77.0.11 smb.domain UCHITEL-5
says 10.77.0.11 smb.os_version '6.1.0'
says 10.77.0.11 smb.dialect 3.1.1
says 10.77.0.11 smb.guid '????????-????-????-????-????????????'
says 10.77.0.12 ipp.make_model 'Golden Works LP-5'
says 10.77.0.12 ipp.uuid '????????-????-????-????-????????????'
says 10.77.0.12 ipp.model 'Works LP-5'
says 10.77.0.13 http.title 'Golden Works & Sons IP-CAM 17'
says 10.77.0.13 http.server 'nginx*'
says 10.77.0.13 http.cert 'CN=panel-17, O=Golden Works'
says 10.77.0.14 ssh.banner 'SSH-2.0-OpenSSH_*'
says 10.77.0.15 rdp.security tls
says 10.77.0.15 rdp.cert 'CN=panel-17, O=Golden Works'
says 10.77.0.17 rdp.security nla
says 10.77.0.17 rdp.name '?*'
says 10.77.0.17 rdp.os_version '?*.?*.?*'
says 10.77.0.16 upnp.name 'Golden Shelf'
says 10.77.0.16 upnp.model 'Shelf 3'
says 10.77.0.16 upnp.serial GW-4711-0815
says 10.77.0.16 upnp.uuid 4d696e69-444c-164e-9d41-001b21770050

echo "- it cost little, and each device says how much"
jq -es 'map(select(.ip[0] != "10.77.0.10") | .asked | .connections > 0 and .bytes_sent < 8192 and .bytes_received < 65536) == [true, true, true, true, true, true, true]' "$LAB_DIR/found" >/dev/null ||
	lab_fail "$(jq -c '[.ip[0], .asked]' "$LAB_DIR/found")"
grep -q '^10.77.0.13: .* connections, .* bytes sent' "$LAB_DIR/words" || lab_fail "-v does not tell what was asked"

echo "- nothing was printed, and nobody tried to log in"
[ -z "$(ls "$LAB_DIR/spool")" ] || lab_fail "something was printed: $(ls "$LAB_DIR/spool")"
grep -rqi 'auth_check_password\|check_ntlm_password' "$LAB_DIR/samba/log" "$LAB_DIR/smbd.log" && lab_fail "somebody logged in at Samba"
grep -qi 'failed\|invalid user\|accepted' "$LAB_DIR/sshd.log" && lab_fail "somebody logged in by SSH"

echo "- what went out is well-formed, and none of it to a port that prints"
lab_stop capture INT || true
sent() { tshark -r "$LAB_DIR/capture.pcap" -Y "ip.src == 10.77.0.10 && ($1)" 2>/dev/null | wc -l; }
[ "$(sent '_ws.malformed')" = 0 ] || lab_fail "$(tshark -r "$LAB_DIR/capture.pcap" -Y 'ip.src == 10.77.0.10 && _ws.malformed' 2>/dev/null | head)"
[ "$(sent 'ipp')" -gt 0 ] && [ "$(sent 'smb2')" -ge 2 ] && [ "$(sent 'nbns')" -gt 0 ] && [ "$(sent 'http')" -gt 2 ] && [ "$(sent 'tls')" -gt 1 ] ||
	lab_fail "tshark does not recognise what we speak"
[ "$(sent 'ipp && !(ipp.operation_id == 11)')" = 0 ] || lab_fail "an operation of IPP other than Get-Printer-Attributes"
[ "$(sent 'ntlmssp.messagetype == 3')" = 0 ] || lab_fail "an NTLM login"
[ "$(sent 'tcp.dstport in {515, 9100..9107, 9999} || udp.dstport in {515, 9100..9107, 9999}')" = 0 ] || lab_fail "a port that prints was touched"
