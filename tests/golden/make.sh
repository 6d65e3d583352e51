#!/usr/bin/env bash
# Makes the golden captures anew: foreign programs talk in namespaces of their own, tcpdump writes down what
# arrives. Needs root and, beside the test packages: arp-scan udhcpc minidlna wsdd isc-dhcp-client isc-dhcp-relay
# ucarp, and RESOLVED=DIR, where the package systemd-resolved is unpacked (installed, it would take the machine's
# names over). The captures are kept in the tree, so nobody needs this but to add one or to take a newer program's word.
#
#   tests/golden/make.sh [NAME]...     captures; then look at each: build/release/tests/system/sensor_tool pcap FILE
#   tests/golden/make.sh --texts       what the decoders say now becomes what they must say
set -eu
cd "$(dirname "$0")/../.."
golden=$PWD/tests/golden
tool=build/release/tests/system/sensor_tool

if [ "${1:-}" = --texts ]; then
	for capture in "$golden"/*.pcap "$golden"/*.pcapng; do
		"$tool" pcap "$capture" >"${capture%.pcap*}.txt"
	done
	exit 0
fi

# shellcheck source=tests/lib/lab.sh
. tests/lib/lab.sh
lab_begin golden
[ $# -gt 0 ] || set -- arp ndp lldp cdp stp mdns ssdp wsd dhcp nbns cooked odd dhcp6 dhcp6_relay llmnr llmnr_resolved browser edp mndp vrrp carp \
	hsrp ubnt sadp dhip amx

rig() {
	lab_namespace near far
	ip link add eth0 address 02:00:5e:00:00:02 netns "$(lab_ns far)" type veth \
		peer name lan0 address 02:00:5e:00:00:01 netns "$(lab_ns near)"
	ip -n "$(lab_ns near)" link set lan0 up
	ip -n "$(lab_ns far)" link set eth0 up
	lab_address near lan0 192.0.2.1/24
	lab_address far eth0 192.0.2.2/24 192.0.2.3/24 192.0.2.4/24
	lab_route near 224.0.0.0/4 dev lan0
	lab_route far 224.0.0.0/4 dev eth0
}

# record FILTER COUNT [DEVICE]: until so many frames came; record_wait waits for them
record() {
	lab_start tcpdump near tcpdump -i "${3:-lan0}" -n -U -c "$2" -w "$LAB_DIR/$name.pcap" "$1"
	lab_await tcpdump 'listening on' 20
}
record_wait() {
	lab_until 90 sh -c "! kill -0 ${LAB_PIDS[tcpdump]}" || echo "$name: fewer frames than wanted"
	lab_stop tcpdump || true
	cp "$LAB_DIR/$name.pcap" "$golden/$name.pcap"
	tcpdump -n -r "$golden/$name.pcap" 2>/dev/null | wc -l | sed "s/^/$name: frames /"
}

ipv6() {
	for place in near far; do
		lab_in $place sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0
	done
	lab_in near sysctl -qw net.ipv6.conf.lan0.disable_ipv6=1
	lab_in far sysctl -qw net.ipv6.conf.eth0.disable_ipv6=0
}

make_arp() { # arp-scan's requests, what a kernel answers, arping's probe and gratuitous request
	record arp 11
	lab_in near arp-scan -q -I lan0 --retry=1 192.0.2.2-192.0.2.5 >/dev/null
	lab_in far arping -q -c 1 -U -S 192.0.2.3 -I eth0 192.0.2.3 || true
	lab_in far arping -q -c 1 -0 -I eth0 192.0.2.9 || true
	lab_in far arping -q -c 1 -I eth0 192.0.2.1
	record_wait
}

make_ndp() { # a kernel takes an address and asks, dnsmasq advertises itself as a router
	record icmp6 10
	ipv6
	ip -n "$(lab_ns far)" addr add 2001:db8:1::2/64 dev eth0
	lab_start dnsmasq far dnsmasq -d -C /dev/null -p 0 -i eth0 --bind-interfaces --enable-ra --pid-file= \
		--dhcp-range=2001:db8:1::,ra-only --leasefile-ro --ra-param=eth0,5
	record_wait
}

make_lldp() { # lldpd with all that it can say
	record 'ether proto 0x88cc' 2
	lab_start lldpd far sh -c "mkdir -p /run/lldpd && mount -t tmpfs none /run && mkdir -p /run/lldpd && \
		exec unshare -u sh -c 'hostname sw-golden.example; exec lldpd -d -u /run/lldpd.socket -I eth0 -C eth0 \
		-S \"Golden switch, 24 ports, firmware 3.4\" -P golden -k -M 4 -m 192.0.2.2 -O /dev/null'"
	lldp_configure >/dev/null
	record_wait
}
lldp_configure() {
	local enter
	enter="nsenter -t $(lab_daemon lldpd) -m -n lldpcli -u /run/lldpd.socket"
	lab_until 10 $enter show configuration
	$enter configure inventory hardware-revision H2
	$enter configure inventory firmware-revision 'boot 1.2'
	$enter configure inventory software-revision '3.4'
	$enter configure inventory serial-number GOLDEN-0001
	$enter configure inventory manufacturer 'Golden Works'
	$enter configure inventory model 'GW-24'
	$enter configure inventory asset A-17
	$enter configure system description 'Golden switch, 24 ports, firmware 3.4'
	$enter configure lldp portdescription 'to the library'
	$enter configure ports eth0 lldp portidsubtype local 'eth0-1'
	$enter update
}
# The process that a wrapper of sh and unshare became.
lab_daemon() {
	echo "${LAB_PIDS[$1]}"
}

make_cdp() { # the same program in Cisco's tongue, both versions
	record 'ether dst 01:00:0c:cc:cc:cc' 2
	lab_start lldpd far sh -c "mount -t tmpfs none /run && mkdir -p /run/lldpd && \
		exec unshare -u sh -c 'hostname sw-golden.example; exec lldpd -d -u /run/lldpd.socket -I eth0 -C eth0 \
		-S \"Golden switch, 24 ports, firmware 3.4\" -P golden -k -ccc -i -m 192.0.2.2 -O /dev/null'"
	record_wait
}

make_stp() { # a kernel bridge
	record stp 3
	ip -n "$(lab_ns far)" link add br0 address 02:00:5e:00:00:10 type bridge stp_state 1 hello_time 100
	ip -n "$(lab_ns far)" link set eth0 master br0
	ip -n "$(lab_ns far)" link set br0 up
	record_wait
}

make_mdns() { # avahi announces a host with a web server and a printer
	local services=$LAB_DIR/services
	mkdir "$services"
	cat >"$LAB_DIR/avahi.conf" <<-END
		[server]
		host-name=golden-printer
		use-ipv4=yes
		use-ipv6=no
		allow-interfaces=eth0
		enable-dbus=no
		disallow-other-stacks=no
		[publish]
		publish-hinfo=no
		publish-workstation=yes
	END
	cat >"$services/printer.service" <<-END
		<?xml version="1.0"?><!DOCTYPE service-group SYSTEM "avahi-service.dtd">
		<service-group><name>Golden Printer, 2nd floor</name>
		<service><type>_ipp._tcp</type><port>631</port>
		<txt-record>txtvers=1</txt-record><txt-record>rp=ipp/print</txt-record>
		<txt-record>ty=Golden Works LP-5</txt-record><txt-record>usb_MFG=Golden Works</txt-record>
		<txt-record>usb_MDL=LP-5</txt-record><txt-record>note=room 17</txt-record>
		<txt-record>UUID=6f1f2e4a-1c3d-4b5e-8a9b-0123456789ab</txt-record></service>
		<service><type>_http._tcp</type><port>80</port></service></service-group>
	END
	chmod 644 "$services/printer.service"
	record 'udp port 5353' 12
	lab_start avahi far sh -c "mount -t tmpfs none /run && mkdir /run/avahi-daemon && \
		mount --bind '$services' /etc/avahi/services && \
		exec avahi-daemon -f '$LAB_DIR/avahi.conf' --no-drop-root --no-chroot --no-rlimits"
	record_wait
}

make_ssdp() { # minidlna announces itself and answers a search
	mkdir "$LAB_DIR/media" "$LAB_DIR/cache"
	cat >"$LAB_DIR/minidlna.conf" <<-END
		network_interface=eth0
		port=8200
		media_dir=$LAB_DIR/media
		db_dir=$LAB_DIR/cache
		log_dir=$LAB_DIR/cache
		user=root
		friendly_name=Golden Media
		serial=GOLDEN-0002
		model_name=GM-1
		uuid=4d696e69-444c-164e-9d41-02005e000002
		notify_interval=2
	END
	record 'udp port 1900' 24
	lab_start minidlna far minidlnad -S -f "$LAB_DIR/minidlna.conf" -P "$LAB_DIR/minidlna.pid"
	record_wait
}

make_wsd() { # wsdd greets and answers a probe
	record 'udp port 3702' 14
	lab_start wsdd far wsdd -i eth0 -4 -n GOLDEN-PC -U 7ab4c2f0-3f58-4a1e-9d41-02005e000002
	sleep 3
	lab_in near python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 3702))
s.sendto(b"""<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">
<s:Header><a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>
<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>
<a:MessageID>urn:uuid:01020304-0506-4708-8900-000000000000</a:MessageID></s:Header>
<s:Body><d:Probe><d:Types xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof">wsdp:Device</d:Types></d:Probe></s:Body></s:Envelope>""", ("239.255.255.250", 3702))'
	record_wait
}

make_dhcp() { # udhcpc asks, dnsmasq answers
	record 'udp port 67 or udp port 68' 4
	lab_start dnsmasq far dnsmasq -d -C /dev/null -p 0 -i eth0 --bind-interfaces --pid-file= --leasefile-ro \
		--dhcp-range=192.0.2.50,192.0.2.60,1h --dhcp-option=3,192.0.2.2 --dhcp-option=6,192.0.2.2,192.0.2.3 \
		--domain=golden.example
	lab_await dnsmasq 'DHCP, IP range' 10
	lab_in near udhcpc -i lan0 -f -q -n -s /bin/true -x hostname:golden-pc -F golden-pc.golden.example \
		-V 'golden client 1' >/dev/null 2>&1
	record_wait
}

samba_settings() {
	cat >"$LAB_DIR/smb.conf" <<-END
		[global]
		workgroup = GOLDEN
		netbios name = GOLDEN-PC
		interfaces = eth0
		bind interfaces only = yes
		private dir = $LAB_DIR
		lock directory = $LAB_DIR
		state directory = $LAB_DIR
		cache directory = $LAB_DIR
		pid directory = $LAB_DIR
		ncalrpc dir = $LAB_DIR
		log file = $LAB_DIR/nmbd.log
		server string = Golden server
		local master = yes
		preferred master = yes
	END
}

make_nbns() { # nmbd registers its names
	samba_settings
	record 'udp port 137' 10
	lab_start nmbd far nmbd -F --no-process-group -s "$LAB_DIR/smb.conf"
	record_wait
}

make_cooked() { # what `tcpdump -i any` writes
	record arp 2 any
	lab_in near arping -q -c 1 -I lan0 192.0.2.2
	record_wait
}

make_odd() { # tags, wrong headers, traps: nobody's program sends these; and the other format of files
	tests/golden/odd.py "$golden/odd.pcap"
	editcap -F pcapng "$golden/odd.pcap" "$golden/odd_ng.pcapng"
}


dhcp6_server() { # an IPv6 host with a name, and a server
	ipv6
	lab_in near sysctl -qw net.ipv6.conf.lan0.disable_ipv6=0
	ip -n "$(lab_ns far)" addr add 2001:db8:1::2/64 dev eth0 nodad
	lab_start dnsmasq far dnsmasq -d -C /dev/null -p 0 -i eth0 --bind-interfaces --pid-file= --leasefile-ro \
		--dhcp-range=2001:db8:1::50,2001:db8:1::60,64,1h --dhcp-range=2001:db8:2::50,2001:db8:2::60,64,1h \
		--dhcp-option=option6:dns-server,[2001:db8:1::35] --dhcp-option=option6:domain-search,golden.example
	lab_await dnsmasq 'DHCPv6, IP range' 10
	cat >"$LAB_DIR/dhclient.conf" <<-END
		option dhcp6.vendor-class code 16 = { integer 32, integer 16, text };
		send dhcp6.vendor-class 32473 15 "golden client 1";
		send fqdn.fqdn "golden-pc.golden.example";
		request dhcp6.name-servers, dhcp6.domain-search, dhcp6.fqdn;
	END
	sleep 3 # no address is anybody's before duplicates are looked for
}
dhcp6_ask() { # PLACE DEVICE TYPE-OF-DUID
	lab_in "$1" timeout 20 dhclient -6 -1 -d -sf /bin/true -cf "$LAB_DIR/dhclient.conf" -D "$3" \
		-lf "$LAB_DIR/leases.$3" -pf "$LAB_DIR/dhclient.pid" "$2" >"$LAB_DIR/dhclient.log" 2>&1 &
}

make_dhcp6() { # dhclient asks, dnsmasq answers
	record 'ip6 and (udp port 546 or udp port 547)' 4
	dhcp6_server
	dhcp6_ask near lan0 LLT
	record_wait
}

make_dhcp6_relay() { # between them dhcrelay
	record 'ip6 and udp port 547' 4
	dhcp6_server
	lab_namespace client
	ip link add eth0 address 02:00:5e:00:00:03 netns "$(lab_ns client)" type veth \
		peer name lan1 address 02:00:5e:00:00:04 netns "$(lab_ns near)"
	for place in near/lan1 client/eth0; do
		lab_in ${place%/*} sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.${place#*/}.disable_ipv6=0
		ip -n "$(lab_ns ${place%/*})" link set "${place#*/}" up
	done
	ip -n "$(lab_ns near)" addr add 2001:db8:1::1/64 dev lan0 nodad
	ip -n "$(lab_ns near)" addr add 2001:db8:2::1/64 dev lan1 nodad
	ip -n "$(lab_ns far)" route add 2001:db8:2::/64 via 2001:db8:1::1
	sleep 3
	lab_start dhcrelay near dhcrelay -6 -d --no-pid -l lan1 -u 2001:db8:1::2%lan0
	sleep 1
	dhcp6_ask client eth0 LL
	record_wait
	ip netns del "$(lab_ns client)"
}

make_llmnr() { # llmnrd makes sure of its name, answers
	record 'udp port 5355' 2
	lab_start llmnrd far llmnrd -H golden-pc -i eth0
	sleep 1
	lab_in near llmnr-query -I lan0 -c 1 -T A golden-pc >/dev/null
	record_wait
}

make_llmnr_resolved() { # systemd-resolved makes sure of its name
	record 'udp port 5355' 2
	printf '[Resolve]\nLLMNR=yes\nMulticastDNS=no\nDNSStubListener=no\n' >"$LAB_DIR/resolved.conf"
	for file in passwd group; do
		{ cat /etc/$file && echo 'systemd-resolve:x:64999:64999::/:/usr/sbin/nologin'; } >"$LAB_DIR/$file"
		chmod 644 "$LAB_DIR/$file"
	done
	lab_start resolved far unshare -u -m sh -c "hostname golden-pc && mount -t tmpfs none /run && mkdir /run/systemd && \
		for file in passwd group; do mount --bind '$LAB_DIR/'\$file /etc/\$file; done && \
		mount -t tmpfs none /etc/systemd && cp '$LAB_DIR/resolved.conf' /etc/systemd && chmod -R a+rX /etc/systemd && \
		exec '$RESOLVED/lib/systemd/systemd-resolved'"
	record_wait
}

make_browser() { # nmbd announces itself, and, as nobody else does, masters its workgroup
	samba_settings
	record 'udp port 138' 8
	lab_start nmbd far nmbd -F --no-process-group -s "$LAB_DIR/smb.conf"
	record_wait
}

make_edp() { # lldpd in Extreme's tongue
	record 'ether dst 00:e0:2b:00:00:00' 2
	lab_start lldpd far sh -c "mount -t tmpfs none /run && mkdir -p /run/lldpd && \
		exec unshare -u sh -c 'hostname sw-golden.example; exec lldpd -d -u /run/lldpd.socket -I eth0 -C eth0 \
		-S \"ExtremeXOS version 16.2.4.5\" -P golden -k -eee -ll -m 192.0.2.2 -O /dev/null'"
	record_wait
}

make_mndp() { # mactelnetd says that it is there; its version is the kernel's, which is not to be this machine's
	printf '%s\n' '#include <string.h>' '#include <sys/utsname.h>' 'int uname(struct utsname *u) {' \
		'strcpy(u->sysname, "Linux"); strcpy(u->nodename, "golden-router"); strcpy(u->release, "6.1.0-golden");' \
		'strcpy(u->version, ""); strcpy(u->machine, "x86_64"); return 0; }' >"$LAB_DIR/uname.c"
	gcc -shared -fPIC -o "$LAB_DIR/uname.so" "$LAB_DIR/uname.c"
	record 'udp port 5678' 1
	lab_start mactelnetd far env LD_PRELOAD="$LAB_DIR/uname.so" mactelnetd -f
	record_wait
}

make_vrrp() { # keepalived, both versions, for IPv4 and IPv6
	ipv6
	cat >"$LAB_DIR/keepalived.conf" <<-END
		vrrp_instance one {
			state MASTER
			interface eth0
			virtual_router_id 51
			priority 150
			advert_int 1
			virtual_ipaddress { 192.0.2.254
			192.0.2.253 }
		}
		vrrp_instance two {
			state MASTER
			interface eth0
			version 3
			use_vmac
			vmac_xmit_base
			virtual_router_id 52
			priority 100
			advert_int 1
			virtual_ipaddress { fe80::52
			2001:db8:1::fe }
		}
	END
	sleep 2
	record 'ip proto 112 or ip6 proto 112' 4
	lab_start keepalived far keepalived -n -l -P -f "$LAB_DIR/keepalived.conf" -p "$LAB_DIR/keepalived.pid" \
		-r "$LAB_DIR/vrrp.pid"
	record_wait
}

make_carp() { # ucarp
	record 'ip proto 112' 2
	lab_start ucarp far ucarp -i eth0 -s 192.0.2.2 -v 7 -p golden -a 192.0.2.254 -u /bin/true -d /bin/true
	record_wait
}

make_spoken() { # by the descriptions: Debian has no program that says it
	tests/golden/spoken.py "$name" "$golden/$name.pcap"
}
for spoken in hsrp ubnt sadp dhip amx; do eval "make_$spoken() { make_spoken; }"; done

for name in "$@"; do
	rig
	"make_$name"
	for pid in "${!LAB_PIDS[@]}"; do lab_stop "$pid" || true; done
	ip netns pids "$(lab_ns far)" | xargs -r kill 2>/dev/null || true
	sleep 1
	ip netns del "$(lab_ns near)"
	ip netns del "$(lab_ns far)"
done
