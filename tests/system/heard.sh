#!/usr/bin/env bash
# What stands in a network tells itself, and the sensor hears it live: a host on which foreign programs speak DHCPv6, LLDP,
# Extreme's protocol, VRRP, MikroTik's, LLMNR and the browser service is one device with the evidence of each, with the
# port that we hang on, and us as its neighbour.
# long: 60 s, some of them speak twice a minute.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh

for need in lldpd keepalived llmnrd llmnr-query mactelnetd nmbd dhclient jq; do
	command -v "$need" >/dev/null || { echo "heard: skipped, '$need' is not installed"; exit 77; }
done
mode=${MODE:-release}
make -s MODE="$mode" "build/$mode/parta-agent"
lab_begin heard
lab_namespace agent voices
for place in agent voices; do
	lab_in $place sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0
done
lab_cable agent lan0 voices eth0
lab_address agent lan0 192.0.2.1/24
lab_address voices eth0 192.0.2.2/24
lab_route agent 224.0.0.0/4 dev lan0
lab_route voices 224.0.0.0/4 dev eth0
for place in agent/lan0 voices/eth0; do
	lab_in ${place%/*} sysctl -qw net.ipv6.conf.${place#*/}.disable_ipv6=0
done
mkdir "$LAB_DIR/data"
cp common/classify/*.csv "$LAB_DIR/data/"
printf 'state-dir = %s\ndata-dir = %s/data\n' "$LAB_DIR" "$LAB_DIR" >"$LAB_DIR/agent.conf"
cp "build/$mode/parta-agent" "$LAB_DIR/"

lab_start scan agent sh -c "'$LAB_DIR/parta-agent' scan -c '$LAB_DIR/agent.conf' -i lan0 --listen 60 --format json >'$LAB_DIR/found'"
sleep 3

lab_start lldpd voices sh -c "mount -t tmpfs none /run && mkdir -p /run/lldpd && exec unshare -u sh -c 'hostname sw-voices.example; \
	exec lldpd -d -u /run/lldpd.socket -I eth0 -C eth0 -S \"Voices switch\" -P voices -k -M 4 -ee -l -m 192.0.2.2 -O /dev/null'"
printf 'vrrp_instance one {\nstate MASTER\ninterface eth0\nvirtual_router_id 51\npriority 150\nadvert_int 1\nvirtual_ipaddress { 192.0.2.254 }\n}\n' \
	>"$LAB_DIR/keepalived.conf"
lab_start keepalived voices keepalived -n -l -P -f "$LAB_DIR/keepalived.conf" -p "$LAB_DIR/keepalived.pid" -r "$LAB_DIR/vrrp.pid"
lab_start mactelnetd voices unshare -u sh -c 'hostname voices-router; exec mactelnetd -f'
printf '[global]\nworkgroup = VOICES\nnetbios name = VOICES-PC\nserver string = Voices server\ninterfaces = eth0\nbind interfaces only = yes\n' \
	>"$LAB_DIR/smb.conf"
for folder in private\ dir lock\ directory state\ directory cache\ directory pid\ directory ncalrpc\ dir; do
	echo "$folder = $LAB_DIR" >>"$LAB_DIR/smb.conf"
done
echo "log file = $LAB_DIR/nmbd.log" >>"$LAB_DIR/smb.conf"
lab_start nmbd voices nmbd -F --no-process-group -s "$LAB_DIR/smb.conf"
lab_start llmnrd voices llmnrd -H voices-pc -i eth0
cat >"$LAB_DIR/dhclient.conf" <<-END
	option dhcp6.vendor-class code 16 = { integer 32, integer 16, text };
	send dhcp6.vendor-class 32473 15 "voices client 1";
	send fqdn.fqdn "voices-pc.example";
END
lab_start dhclient voices dhclient -6 -1 -d -sf /bin/true -cf "$LAB_DIR/dhclient.conf" -D LL -lf "$LAB_DIR/leases" \
	-pf "$LAB_DIR/dhclient.pid" eth0
sleep 3
lab_in agent llmnr-query -I lan0 -c 2 -T A voices-pc >/dev/null || true

lab_until 120 sh -c "! kill -0 ${LAB_PIDS[scan]}" || lab_fail "the scan does not end"
mac=$(lab_in voices cat /sys/class/net/eth0/address) own=$(lab_in agent cat /sys/class/net/lan0/address)
jq -c --arg mac "$mac" 'select(.mac | index($mac))' "$LAB_DIR/found" >"$LAB_DIR/voices"
[ "$(wc -l <"$LAB_DIR/voices")" -eq 1 ] || { cat "$LAB_DIR/found"; lab_fail "the host with all the voices is not one device"; }
failed=0
wants() { # SOURCE KEY VALUE
	jq -e --arg s "$1" --arg k "$2" --arg v "$3" 'any(.evidence[]; .source == $s and .key == $k and .value == $v)' \
		"$LAB_DIR/voices" >/dev/null && return
	echo "not heard: $1.$2 = $3"
	failed=1
}
wants lldp sys_name sw-voices.example
wants lldp med_class 4
wants edp name sw-voices.example
wants vrrp group 51
wants vrrp virtual_address 192.0.2.254
wants mndp name voices-router
wants browser name VOICES-PC
wants browser workgroup VOICES
wants browser comment 'Voices server'
wants llmnr name voices-pc
wants dhcp6 vendor 'voices client 1'
wants dhcp6 fqdn voices-pc.example
wants dhcp6 duid "00030001${mac//:/}"
jq -e --arg own "$own" 'any(.neighbors[]; .chassis_id == $own and .port_id == "lan0" and .protocol == "lldp")' "$LAB_DIR/voices" >/dev/null ||
	{ echo "we are not its neighbour"; failed=1; }
jq -e '.ports | length == 1' "$LAB_DIR/voices" >/dev/null || { echo "it has not the one port that it told"; failed=1; }
[ $failed -eq 0 ] || { jq . "$LAB_DIR/voices"; lab_fail "not everything was heard"; }
echo "heard: one device, $(jq '[.evidence[].source] | unique | length' "$LAB_DIR/voices") sources"
