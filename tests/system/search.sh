#!/usr/bin/env bash
# A scan asks everybody by mDNS, SSDP and WS-Discovery, and who is silent until asked is heard: avahi, minidlna and the hosts
# of the virtual school. tshark finds nothing malformed in what we send, and no answer is refused by ICMP. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
agent=$PWD/build/${MODE:-release}/parta-agent
SCHOOL=build/${MODE:-release}/tests/parta-school

for need in jq tshark avahi-daemon; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin search
lab_namespace lan agent school far six
ip -n "$(lab_ns lan)" link add br0 type bridge mcast_snooping 0
ip -n "$(lab_ns lan)" link set br0 up
for place in agent school far six; do
	lab_cable "$place" lan0 lan "to_$place"
	ip -n "$(lab_ns lan)" link set "to_$place" master br0
done
lab_address agent lan0 10.77.0.2/22
lab_address far lan0 10.77.0.50/22
ip -n "$(lab_ns far)" link set lan0 address 00:1b:21:77:00:50
for place in agent far; do lab_route "$place" 224.0.0.0/4 dev lan0; done
# Of IPv6, the agent and one printer that speaks nothing else.
for place in agent six; do lab_in "$place" sysctl -qw net.ipv6.conf.lan0.disable_ipv6=0 net.ipv6.conf.lan0.dad_transmits=0; done
ip -n "$(lab_ns six)" link set lan0 down
ip -n "$(lab_ns six)" link set lan0 address 00:1b:21:77:00:66 up
own=$(lab_in agent cat /sys/class/net/lan0/address)

echo "- nobody announces anything: what is heard was asked for"
sed 's/ announce=8/ announce=86400/; /^host .* by=/d' tests/school/demo.scenario >"$LAB_DIR/scenario"
lab_start school school "$SCHOOL" -i lan0 -s "$LAB_DIR/scenario" -S "$LAB_DIR/socket"
lab_await school ready 20
mkdir "$LAB_DIR/services" "$LAB_DIR/media" "$LAB_DIR/cache" "$LAB_DIR/data"
cat >"$LAB_DIR/avahi.conf" <<-END
	[server]
	host-name=golden-printer
	use-ipv6=no
	allow-interfaces=lan0
	enable-dbus=no
	[publish]
	publish-hinfo=no
	publish-workstation=no
END
cat >"$LAB_DIR/services/printer.service" <<-END
	<?xml version="1.0"?><!DOCTYPE service-group SYSTEM "avahi-service.dtd">
	<service-group><name>Golden Printer</name>
	<service><type>_ipp._tcp</type><port>631</port><txt-record>ty=Golden Works LP-5</txt-record></service></service-group>
END
chmod 644 "$LAB_DIR/services/printer.service"
lab_start avahi far sh -c "mount -t tmpfs none /run && mkdir /run/avahi-daemon && mount --bind '$LAB_DIR/services' /etc/avahi/services && \
	exec avahi-daemon -f '$LAB_DIR/avahi.conf' --no-drop-root --no-chroot --no-rlimits"
sed 's/golden-printer/silver-printer/; s/use-ipv6=no/use-ipv4=no/' "$LAB_DIR/avahi.conf" >"$LAB_DIR/avahi6.conf"
mkdir "$LAB_DIR/services6"
sed 's/Golden/Silver/g; s/LP-5/LP-6/' "$LAB_DIR/services/printer.service" >"$LAB_DIR/services6/printer.service"
chmod 644 "$LAB_DIR/services6/printer.service"
lab_start avahi6 six sh -c "mount -t tmpfs none /run && mkdir /run/avahi-daemon && mount --bind '$LAB_DIR/services6' /etc/avahi/services && \
	exec avahi-daemon -f '$LAB_DIR/avahi6.conf' --no-drop-root --no-chroot --no-rlimits"
cat >"$LAB_DIR/minidlna.conf" <<-END
	network_interface=lan0
	port=8200
	media_dir=$LAB_DIR/media
	db_dir=$LAB_DIR/cache
	log_dir=$LAB_DIR/cache
	user=root
	uuid=4d696e69-444c-164e-9d41-001b21770050
	notify_interval=900
END
if command -v minidlnad >/dev/null; then
	lab_start minidlna far minidlnad -S -f "$LAB_DIR/minidlna.conf" -P "$LAB_DIR/minidlna.pid"
fi
lab_await avahi 'Service "Golden Printer".*established' 15
lab_await avahi6 'Service "Silver Printer".*established' 15
sleep 8 # their first announcements are over
cp common/classify/*.csv "$LAB_DIR/data/"
printf 'state-dir = %s\ndata-dir = %s/data\n' "$LAB_DIR" "$LAB_DIR" >"$LAB_DIR/agent.conf"
lab_start capture agent tshark -i lan0 -w "$LAB_DIR/capture.pcap" -f "udp or icmp or icmp6"
lab_await capture Capturing 40
lab_in agent "$agent" scan -c "$LAB_DIR/agent.conf" -i lan0 --community none --format json >"$LAB_DIR/found" 2>"$LAB_DIR/words" ||
	{ cat "$LAB_DIR/words"; lab_fail "the scan failed"; }
sleep 1
lab_stop capture INT

heard() { # IP SOURCE KEY VALUE
	jq -se --arg ip "$1" --arg source "$2" --arg key "$3" --arg value "$4" \
		'any(.[] | select(.ip | index($ip)) | .evidence[]; .source == $source and .key == $key and (.value | ascii_downcase | contains($value | ascii_downcase)))' \
		"$LAB_DIR/found" >/dev/null || lab_fail "$1 did not say $2.$3 '$4': $(jq -c --arg ip "$1" 'select(.ip | index($ip))' "$LAB_DIR/found")"
}
echo "- real daemons answer"
heard 10.77.0.50 mdns instance "Golden Printer"
heard 10.77.0.50 mdns model "Golden Works LP-5"
silver=fe80::21b:21ff:fe77:66
heard $silver mdns instance "Silver Printer"
heard $silver mdns model "Silver Works LP-6"
! command -v minidlnad >/dev/null || heard 10.77.0.50 ssdp uuid 4d696e69-444c-164e-9d41-001b21770050

echo "- so do the hosts of the virtual school, each of them"
value() { sed -n "s/.* $2=\"\([^\"]*\)\".*/\1/p;t;s/.* $2=\([^ ]*\).*/\1/p" <<<"$1"; }
services=0 upnp=0 wsd=0
while read -r line; do
	ip=$(value "$line" ip)
	if [[ $line == *' service='* ]]; then
		heard "$ip" mdns service _tcp
		services=$((services + 1))
	fi
	if [[ $line == *' upnp='* ]]; then
		heard "$ip" ssdp uuid "$(value "$line" upnp | cut -d'|' -f6)"
		upnp=$((upnp + 1))
	fi
	if [[ $line == *' wsd='* ]]; then
		heard "$ip" wsd uuid "$(value "$line" wsd | cut -d'|' -f3)"
		wsd=$((wsd + 1))
	fi
done < <(grep ^host "$LAB_DIR/scenario")
[ $services -gt 3 ] && [ $upnp -gt 0 ] && [ $wsd -gt 3 ] ||
	lab_fail "too few hosts were there to answer: $services $upnp $wsd"

echo "- what we sent is well formed, of us, and asked of groups; who offers services is asked alone, once"
ours() { tshark -r "$LAB_DIR/capture.pcap" -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -Y "eth.src == $own && ($1)" "${@:2}" 2>/dev/null; }
wrong=$(ours '_ws.malformed || _ws.expert.severity >= 0x800000 || ip.checksum.status == 0 || udp.checksum.status == 0' -T fields -e frame.number -e udp.dstport -e _ws.expert.message)
[ -z "$wrong" ] || lab_fail "malformed: $wrong"
# Who was asked alone may be asked again, and answer twice: the second answer may find nobody.
refused=$(ours '(icmp.type == 3 || icmpv6.type == 1) && udp.dstport in {1900, 3702, 5353}')
[ -z "$refused" ] || lab_fail "an answer was refused: $refused"
asked=$(ours 'udp.port in {1900, 3702, 5353} && eth.dst.ig == 1' -T fields -e ip.dst -e ipv6.dst -e udp.srcport -e ip.ttl -e ipv6.hlim | sort | uniq -c | tr -s ' \t' ' ' | tr '\n' ';')
[ "$asked" = " 2 ff02::c 1900 2; 2 ff02::c 3702 1; 3 ff02::fb 5353 255; 3 224.0.0.251 5353 255 ; 2 239.255.255.250 1900 2 ; 2 239.255.255.250 3702 1 ;" ] || lab_fail "asked: $asked"
[ "$(ours 'mdns && eth.dst.ig == 1 && dns.qry.qu == 0')" = "" ] || lab_fail "a question does not ask for a unicast answer"
[ "$(ours 'dns.qry.name == "_services._dns-sd._udp.local"' | wc -l)" = 2 ] || lab_fail "nobody was asked for the types of services"
[ "$(ours 'dns.qry.name == "_ipp._tcp.local" && dns.count.queries > 20' | wc -l)" = 4 ] || lab_fail "nobody was asked for the usual services"
alone=$(ours 'udp.dstport == 5353 && eth.dst.ig == 0' -T fields -e ip.dst | sort)
[ -n "$alone" ] && [ "$alone" = "$(sort -u <<<"$alone")" ] || lab_fail "asked alone: $alone"
[ -z "$(comm -23 <(echo "$alone") <(jq -r 'select(any(.evidence[]; .source == "mdns" and .key == "service")) | .ip[]' "$LAB_DIR/found" | sort))" ] ||
	lab_fail "asked alone without a service: $alone"
[ "$(ours 'ssdp && http.request.method == "M-SEARCH" && frame contains "MX: 2" && frame contains "ST: ssdp:all"' | wc -l)" = 4 ] || lab_fail "no search"
[ "$(ours 'udp.port == 3702 && frame contains "discovery/Probe<"' | wc -l)" = 4 ] || lab_fail "no probe"
echo "search: $services hosts by mDNS, $upnp by SSDP, $wsd by WS-Discovery"
