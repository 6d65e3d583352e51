# shellcheck shell=bash
# A school, its provider and an Internet of its own, in namespaces (tests/lib/lab.sh first).
#
#   agent (10.77.0.2) --+
#   parta-school  ------+-- lan (a switch) -- gw (10.77.0.1, NAT, DNS, filter) ==== parta-link ==== net (the Internet)
#   files, audit -------+        real snmpd and lldpd
#
#   town_build SCENARIO [LINK COMMAND]...   everything but the filter and the sites; the line is as the commands say
#   town_sites NAME...                      web sites of the Internet, HTTP and HTTPS by $TOWN_CA (PEM)
#   town_filter NAME...                     the school's filter blocks these names and shows a page instead
#   town_school COMMAND                     steers the virtual school (parta-school -x)
#   town_link COMMAND                       steers the line: cut, restore, rate 10, delay 30, loss 1, stats ...
#
# net answers for every address of the Internet that a test names: TOWN_INTERNET lists those that answer ping, DNS and
# TCP there. Nothing has a route out of these namespaces.

TOWN_BIN=${TOWN_BIN:-build/release/tests}
TOWN_COLLECTOR=203.0.113.10
TOWN_DNS=203.0.113.53
TOWN_INTERNET=${TOWN_INTERNET:-"192.0.2.1 192.0.2.2"}
TOWN_BLOCK_PAGE=10.77.0.9
TOWN_GATEWAY_MAC=50:ff:20:10:00:01

town_build() {
	local scenario=$1
	shift
	lab_namespace lan school agent gw net
	town_lan
	town_line "$@"
	town_dns
	town_devices "$scenario"
}

town_plug() { # NAMESPACE DEVICE ADDRESS: onto the school's switch
	lab_cable "$1" "$2" lan "to_$1"
	ip -n "$(lab_ns lan)" link set "to_$1" master br0
	[ -z "${3:-}" ] || lab_address "$1" "$2" "$3"
}

town_lan() {
	# group_fwd_mask: LLDP passes, as through a switch that does not speak it.
	ip -n "$(lab_ns lan)" link add br0 type bridge group_fwd_mask 16384 mcast_snooping 0
	ip -n "$(lab_ns lan)" link set br0 up
	town_plug school far
	town_plug agent lan0 10.77.0.2/22
	town_plug gw lan0 10.77.0.1/22
	lab_address gw lan0 $TOWN_BLOCK_PAGE/22
	# A registered maker's address: one that is locally administered would be taken for somebody's telephone.
	ip -n "$(lab_ns gw)" link set lan0 address $TOWN_GATEWAY_MAC
	lab_route agent default via 10.77.0.1
	lab_route agent 224.0.0.0/4 dev lan0
	lab_resolver agent 10.77.0.1
}

town_line() {
	town_line_to net "$@"
}

# The Internet in a namespace of its own behind the provider, or in the provider's.
town_line_to() { # NAMESPACE [LINK COMMAND]...
	local end address world=$1
	shift
	"$TOWN_BIN/parta-link" -a "$(lab_ns gw):wan0" -b "$(lab_ns net):wan0" -S "$LAB_DIR/link.sock" "$@" \
		>"$LAB_DIR/link.log" 2>&1 &
	lab_note link $!
	lab_await link ready 5 || lab_fail "no line"
	for end in gw:198.51.100.2/30 net:198.51.100.1/30; do
		lab_address "${end%%:*}" wan0 "${end#*:}"
		ip -n "$(lab_ns "${end%%:*}")" link set wan0 up mtu 1500 txqueuelen 1000
	done
	for address in $TOWN_COLLECTOR $TOWN_DNS $TOWN_INTERNET; do lab_address "$world" lo "$address/32"; done
	lab_route gw default via 198.51.100.1
	if [ "$world" != net ]; then
		lab_cable net to_world "$world" wan0
		lab_address net to_world 198.51.101.1/30
		lab_address "$world" wan0 198.51.101.2/30
		lab_route net default via 198.51.101.2
		lab_route "$world" default via 198.51.101.1
		lab_in net sysctl -qw net.ipv4.ip_forward=1
	fi
	lab_in gw sysctl -qw net.ipv4.ip_forward=1
	lab_in gw nft -f - <<-E
		table ip town {
			chain nat { type nat hook postrouting priority srcnat; oifname "wan0" masquerade; }
			chain forward { type filter hook forward priority filter; }
		}
	E
}

# One dnsmasq for the Internet, one for the school that asks it; names are added by town_sites and town_filter.
town_dns() { # [NAMESPACE of the Internet's]
	mkdir -p "$LAB_DIR/names" "$LAB_DIR/blocked"
	lab_start dns "${1:-net}" dnsmasq -k -C /dev/null --pid-file= --no-resolv --no-hosts --user=root --local=/#/ \
		--hostsdir="$LAB_DIR/names"
	town_resolver
	town_name collector.town.test $TOWN_COLLECTOR
}

town_resolver() {
	lab_start resolver gw dnsmasq -k -C /dev/null --pid-file= --no-resolv --no-hosts --user=root --server=$TOWN_DNS \
		--hostsdir="$LAB_DIR/blocked" --cache-size=0 --local-ttl=60
}

town_name() { # NAME ADDRESS
	echo "$2 $1" >"$LAB_DIR/names/$1"
}

town_devices() {
	local name mac address
	lab_start school school "$TOWN_BIN/parta-school" -i far -s "$1" -S "$LAB_DIR/school.sock"
	lab_await school ready 20 || lab_fail "no school"
	# Real daemons stand where the scenario says by=snmpd, one namespace each.
	sed -n '/ by=snmpd/s/^host .*ip=\([^ ]*\) mac=\([^ ]*\).* name=\([^ ]*\).*/\3 \2 \1/p' "$1" >"$LAB_DIR/real"
	while read -r name mac address; do
		lab_namespace "$name"
		town_plug "$name" eth0 "$address/22"
		ip -n "$(lab_ns "$name")" link set eth0 address "$mac"
		town_daemon "$name" "$address" "$1"
	done <"$LAB_DIR/real"
}

# A real snmpd and, beside it, a real lldpd under one name. Version 3 where the scenario says snmp=3.
town_daemon() {
	local name=$1 address=$2 home=$LAB_DIR/$1 line
	mkdir -p "$home"
	line=$(grep -E " name=$name( .*)? by=" "$3")
	{
		echo "agentaddress udp:$address:161"
		echo "sysName $name"
		echo "sysLocation $(sed -n 's/.* location="\([^"]*\)".*/\1/p' <<<"$line")"
		if grep -q ' snmp=3' <<<"$line"; then
			sed -n 's/^user name=audit auth=\([^ ]*\) authpass=\("[^"]*"\) priv=\([^ ]*\) privpass=\("[^"]*"\)/createUser audit \1 \2 \3 \4/p' "$3"
			echo 'rouser audit authpriv'
		else
			echo 'rocommunity public default'
		fi
	} >"$home/snmpd.conf"
	mkdir -p "$home/state"
	lab_start "snmpd-$name" "$name" env SNMP_PERSISTENT_DIR="$home/state" MIBS='' \
		snmpd -f -Lo -C -c "$home/snmpd.conf" -p "$home/snmpd.pid"
	if grep -q ' announces=yes' <<<"$line"; then
		echo "configure system hostname $name" >"$home/lldpd.conf"
		lab_start "lldpd-$name" "$name" lldpd -d -u "$home/lldpd.sock" -O "$home/lldpd.conf" -I eth0
	fi
}

town_authority() {
	TOWN_CA=$LAB_DIR/web/ca.pem
	[ ! -e "$TOWN_CA" ] || return 0
	mkdir -p "$LAB_DIR/web"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj '/CN=Town Root' \
		-keyout "$LAB_DIR/web/ca.key" -out "$TOWN_CA" 2>/dev/null
}

# The machine trusts the town's authority, as it trusts those of its system: "ip netns exec" lays /etc/netns/NAME over /etc.
town_trust() { # NAMESPACE
	local etc
	etc=/etc/netns/$(lab_ns "$1")
	mkdir -p "$etc/ssl/certs"
	cat "$TOWN_CA" >"$etc/ssl/certs/ca-certificates.crt"
}

town_certificate() { # FILE NAME...: FILE.pem and FILE.key for the names
	local file=$1 names
	shift
	names=$(printf 'DNS:%s,' "$@")
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$file.key" 2>/dev/null |
		openssl x509 -req -days 30 -CA "$TOWN_CA" -CAkey "$LAB_DIR/web/ca.key" -CAcreateserial -out "$file.pem" \
			-extfile <(echo "subjectAltName=${names%,}") 2>/dev/null
}

town_nginx() { # NAME NAMESPACE ADDRESS...: serves $LAB_DIR/NAME with NAME/site.pem
	local name=$1 place=$2 address home=$LAB_DIR/$1
	shift 2
	{
		echo "daemon off; master_process off; pid $home/pid; error_log $home/error.log;"
		echo "events { worker_connections 256; }"
		echo "http { access_log off; types { text/html html; } default_type text/html; charset utf-8;"
		for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $home/$kind;"; done
		echo "server { server_name _; root $home/html; ssl_certificate $home/site.pem; ssl_certificate_key $home/site.key;"
		for address in "$@"; do echo "listen $address:80; listen $address:443 ssl;"; done
		echo "error_page 404 =200 /index.html; sub_filter_once off; sub_filter '@HOST@' \$host;"
		echo "location / { try_files \$uri /index.html; } } }"
	} >"$home/nginx.conf"
	lab_start "nginx-$name" "$place" nginx -p "$home" -c "$home/nginx.conf"
}

town_sites() {
	local name number=20
	town_authority
	mkdir -p "$LAB_DIR/web/html"
	for name in "$@"; do
		town_name "$name" "203.0.113.$number"
		lab_address net lo "203.0.113.$number/32"
		number=$((number + 1))
	done
	town_certificate "$LAB_DIR/web/site" "$@"
	{
		echo '<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>@HOST@</title></head><body><h1>@HOST@</h1>'
		for number in 1 2 3 4 5 6 7 8; do
			echo "<p>Раздел $number. Расписание, учебные материалы и объявления для учеников и родителей.</p>"
		done
		echo '</body></html>'
	} >"$LAB_DIR/web/html/index.html"
	town_nginx web net 0.0.0.0
	lab_until 5 lab_in net curl -sf -o /dev/null "http://$TOWN_DNS/" || lab_fail "no web sites"
}

# The filter answers DNS for what it blocks with its own address, and shows why there.
town_filter() {
	local name
	town_authority
	mkdir -p "$LAB_DIR/block/html"
	for name in "$@"; do echo "$TOWN_BLOCK_PAGE $name"; done >"$LAB_DIR/blocked/list"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj '/CN=School Filter' \
		-keyout "$LAB_DIR/block/site.key" -out "$LAB_DIR/block/site.pem" 2>/dev/null
	cat >"$LAB_DIR/block/html/index.html" <<-'E'
		<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>Доступ ограничен</title></head>
		<body><h1>Доступ к ресурсу ограничен</h1><p>Страница заблокирована системой контентной фильтрации школы.</p></body></html>
	E
	lab_alive nginx-block || town_nginx block gw $TOWN_BLOCK_PAGE
	lab_until 5 lab_in gw curl -sf -o /dev/null "http://$TOWN_BLOCK_PAGE/" || lab_fail "no block page"
}

town_school() {
	"$TOWN_BIN/parta-school" -S "$LAB_DIR/school.sock" -x "$*"
}

town_link() {
	"$TOWN_BIN/parta-link" -S "$LAB_DIR/link.sock" -x "$*"
}
