#!/usr/bin/env python3
"""Compares what parta-agent makes of captures with what tshark reads in them: pcap_check.py AGENT CONFIG FOLDER

INDEX.tsv in the folder lists the captures; those of the kind "fuzz" must only be read to their end.

For every frame of a protocol that both know: its sender is in exactly one device, at the address that it spoke
from, and the device has what the frame told of names and models. No device is there that nobody's frame names.
Prints a line for each difference and a sum at the end; exit status 1 when there is one."""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

SEPARATOR = "\x1e"
# Frames that lie in a tunnel, or that somebody quotes, are not the sender's words.
DIRECT = re.compile(r"^(eth:(ethertype:(vlan:ethertype:|ieee8021ad:)*|llc:|vlan:(ethertype|llc):)*"
                    r"|sll:(ethertype:|vlan:ethertype:|llc:)*|raw:|null:)"
                    r"((ip|ipv6(:ipv6\.(hopopts|dstopts|routing|fraghdr))*)(:(udp|icmpv6|igmp))?:)?"
                    r"(?P<protocol>[a-z0-9_.-]+)(:|$)")
HEADER = ["frame.number", "frame.protocols", "eth.src", "sll.src.eth", "ip.src", "ipv6.src", "ip.ttl", "ip.dst",
          "eth.dst", "_ws.malformed", "frame.cap_len", "frame.len", "ip.flags.mf", "ip.frag_offset"]


class Protocol:
    """What tshark calls it, what we call it, which of tshark's fields must stand under which of our keys."""

    def __init__(self, name, fields=(), facts=(), when=None, tells=None, mac=None, ip=None, needs=()):
        self.name, self.facts, self.when, self.mac, self.ip = name, dict(facts), when, mac, ip
        self.tells = tells or (lambda row: True)
        self.fields = list(fields) + list(self.facts) + list(needs)


def values(row, field):
    return [v for v in row.get(field, "").split(SEPARATOR) if v]


def first(row, field):
    return (values(row, field) or [""])[0]


LEASE_QUERY = ("10", "11", "12", "13")


def arp_is_ours(row):
    return (first(row, "arp.opcode") in ("1", "2") and first(row, "arp.hw.type") in ("1", "6")
            and first(row, "arp.proto.type") == "0x0800" and first(row, "arp.hw.size") == "6"
            and first(row, "arp.proto.size") == "4")


def dhcp_mac(row):
    if first(row, "dhcp.type") == "1" and first(row, "dhcp.hw.type") == "0x01":
        return first(row, "dhcp.hw.mac_addr")
    return None


def dhcp_ip(row):
    return first(row, "dhcp.ip.client") if first(row, "dhcp.type") == "1" else None


def requests(row):
    return first(row, "dhcp.type") == "1"


def dns_speaks(row):
    return first(row, "dns.flags.response") in ("1", "True")


def announces(row):
    return first(row, "browser.command") in ("1", "0x01", "15", "0x0f")


def dhcp6_mac(row):
    """A relay's words are another's, whose MAC it need not tell."""
    itself = values(row, "dhcpv6.peeraddr")[-1:] == [first(row, "ipv6.src")]
    return "" if first(row, "dhcpv6.msgtype") == "12" and not itself else None


def dhcp6_ip(row):
    return values(row, "dhcpv6.peeraddr")[-1] if first(row, "dhcpv6.msgtype") == "12" else None


PROTOCOLS = {
    "arp": Protocol("arp", needs=["arp.opcode", "arp.hw.type", "arp.proto.type", "arp.src.hw_mac", "arp.src.proto_ipv4",
                                  "arp.hw.size", "arp.proto.size"], when=arp_is_ours,
                    mac=lambda row: first(row, "arp.src.hw_mac"), ip=lambda row: first(row, "arp.src.proto_ipv4")),
    "dhcp": Protocol("dhcp", needs=["dhcp.type", "dhcp.hw.type", "dhcp.hw.mac_addr", "dhcp.ip.client", "dhcp.cookie",
                                    "dhcp.ip.relay", "dhcp.option.dhcp"],
                     facts={"dhcp.option.hostname": "host_name", "dhcp.option.vendor_class_id": "vendor_class"},
                     mac=dhcp_mac, ip=dhcp_ip, tells=requests,
                     when=lambda row: first(row, "dhcp.cookie") != "" and first(row, "dhcp.option.dhcp") not in LEASE_QUERY),
    "mdns": Protocol("mdns", needs=["dns.a", "dns.aaaa", "dns.flags.opcode", "dns.flags.rcode"],
                     when=lambda row: first(row, "dns.flags.opcode") == "0"),
    "ssdp": Protocol("ssdp", facts={"http.server": "server", "http.location": "location"},
                     needs=["http.request.method", "http.response.code"],
                     when=lambda row: first(row, "http.request.method") in ("NOTIFY", "M-SEARCH")
                     or first(row, "http.response.code") == "200"),
    "nbns": Protocol("nbns", needs=["nbns.flags.response", "nbns.flags.opcode", "nbns.flags.rcode"],
                     when=lambda row: (first(row, "nbns.flags.response") in ("1", "True")
                                       and first(row, "nbns.flags.opcode") == "0"
                                       and first(row, "nbns.flags.rcode") == "0")
                     or (first(row, "nbns.flags.response") in ("0", "False")
                         and first(row, "nbns.flags.opcode") in ("5", "8", "9", "15"))),
    "nbdgm": Protocol("browser", needs=["nbdgm.type", "nbdgm.source_name", "browser.command"],
                      facts={"browser.server": "name", "browser.comment": "comment"}, tells=announces,
                      when=lambda row: first(row, "nbdgm.type") in ("16", "17", "18", "0x10", "0x11", "0x12")),
    "llmnr": Protocol("llmnr", needs=["dns.flags.response", "dns.flags.rcode"],
                      when=lambda row: first(row, "dns.flags.rcode") in ("", "0")),
    "lldp": Protocol("lldp", needs=["lldp.chassis.id.mac"], facts={"lldp.tlv.system.name": "sys_name", "lldp.tlv.system.desc": "sys_descr",
                                    "lldp.port.desc": "port_descr", "lldp.media.model": "med_model",
                                    "lldp.media.sn": "med_serial", "lldp.media.manufacturer": "med_vendor"}),
    "cdp": Protocol("cdp", facts={"cdp.deviceid": "device_id", "cdp.platform": "platform",
                                  "cdp.software_version": "software"}),
    "edp": Protocol("edp", facts={"edp.display.string": "name"}),
    "stp": Protocol("stp", needs=["stp.type", "stp.protocol"],
                    when=lambda row: first(row, "stp.type") in ("0x00", "0x02", "0", "2")),
    "dhcpv6": Protocol("dhcp6", needs=["dhcpv6.msgtype", "dhcpv6.peeraddr", "udp.srcport"], mac=dhcp6_mac, ip=dhcp6_ip,
                       when=lambda row: first(row, "udp.srcport") in ("546", "547") and first(row, "dhcpv6.msgtype") in
                       ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"),
                       facts={"dhcpv6.client_domain": "fqdn", "dhcpv6.vendorclass.data": "vendor"}),
    "vrrp": Protocol("vrrp", facts={}), "hsrp": Protocol("hsrp", facts={}), "mndp": Protocol("mndp", facts={}),
    "ubdp": Protocol("ubnt", facts={}),
    "icmpv6": Protocol("ndp", needs=["icmpv6.type", "icmpv6.nd.na.target_address", "ipv6.hlim"],
                       when=lambda row: first(row, "icmpv6.type") in ("133", "134", "135", "136")
                       and first(row, "ipv6.hlim") == "255",
                       ip=lambda row: first(row, "icmpv6.nd.na.target_address") or None),
}


def known_fields():
    listed = subprocess.run(["tshark", "-G", "fields"], capture_output=True, text=True, check=True).stdout
    return {line.split("\t")[2] for line in listed.splitlines() if line.startswith("F\t")} | set(HEADER)


def read(path, fields):
    """The frames of a capture, each as a row of fields, the first error of tshark's if it has one."""
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a",
               "-E", "aggregator=" + SEPARATOR, "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True)
    for line in done.stdout.decode("utf-8", "replace").split("\n"):
        if line:
            yield dict(zip(fields, line.split("\t")))


def is_station(mac):
    return bool(mac) and mac != "00:00:00:00:00:00" and not int(mac[1], 16) & 1


def is_virtual(mac):
    return mac.startswith(("00:00:5e:00:01:", "00:00:5e:00:02:", "00:00:0c:07:ac:", "00:00:0c:9f:f", "00:05:73:a0:",
                           "00:07:b4:00:"))


def is_host(ip):
    if ":" in ip:
        return not ip.startswith("ff") and ip not in ("::", "::1")
    return bool(ip) and not ip.startswith(("0.", "127.")) and int(ip.split(".")[0]) < 224


def clean(text):
    """As agent and tshark write the same bytes differently, letters and digits alone are compared."""
    return re.sub(r"[^0-9a-z]", "", re.sub(r"\\[rnt]", "", text.split("\\000")[0]).lower())[:120]


class Capture:
    def __init__(self, path, fields):
        self.path, self.spoken, self.facts = path, collections.OrderedDict(), collections.defaultdict(set)
        self.places = collections.defaultdict(set)
        self.frames, self.perhaps = 0, set()
        for row in read(path, fields):
            self.take(row)

    def take(self, row):
        match = DIRECT.match(row["frame.protocols"])
        protocol = PROTOCOLS.get(match["protocol"]) if match else None
        whole = first(row, "frame.cap_len") == first(row, "frame.len") and not row["_ws.malformed"]
        piece = first(row, "ip.flags.mf") in ("1", "True") or first(row, "ip.frag_offset") not in ("", "0")
        if not protocol or piece or (protocol.when and not protocol.when(row)):
            return
        sender = first(row, "eth.src") or first(row, "sll.src.eth")
        mac = protocol.mac(row) if protocol.mac else None
        mac = sender if mac is None else mac
        ip = protocol.ip(row) if protocol.ip else None
        ip = ip if ip is not None else first(row, "ip.src") or first(row, "ipv6.src")
        if not whole: # perhaps it is read as far as it goes
            self.perhaps |= {mac, ip, sender}
            return
        self.frames += 1
        for field in ("lldp.chassis.id.mac", "dns.a", "dns.aaaa"): # who is spoken for
            self.perhaps |= set(values(row, field))
        # A frame about its own sender that bears another MAC comes from a virtual router.
        if is_station(sender) and not is_virtual(sender) and sender != mac and \
                not (is_host(ip) and ip in (first(row, "ip.src"), first(row, "ipv6.src"))):
            self.spoken.setdefault((sender, ""), (protocol.name, first(row, "frame.number")))
        mac = mac if is_station(mac) and not is_virtual(mac) else ""
        if not mac and not is_host(ip):
            return
        self.spoken.setdefault((mac, ip if is_host(ip) else ""), (protocol.name, first(row, "frame.number")))
        if mac and is_host(ip):
            self.places[ip].add(mac)
        for field, key in protocol.facts.items() if protocol.tells(row) else ():
            for value in values(row, field):
                if clean(value):
                    self.facts[mac or ip].add((protocol.name, key, value))


def devices_of(agent, config, path):
    # The sandbox hides from the leak sanitizer what it looks for.
    done = subprocess.run([agent, "scan", "-c", config, "--pcap", path, "--format", "json"], capture_output=True,
                          text=True, errors="replace", timeout=120, env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))
    return done.returncode, done.stderr, [json.loads(line) for line in done.stdout.splitlines()]


def compare(capture, devices, say):
    """Returns how many hosts and how many facts were compared."""
    by_mac, by_ip = collections.defaultdict(list), collections.defaultdict(list)
    for device in devices:
        for mac in device["mac"]:
            by_mac[mac].append(device)
        for ip in device["ip"]:
            by_ip[ip].append(device)
            if not is_host(ip):
                say("device at %s, which is no host's address" % ip)
    macs, ips = {}, {}
    for (mac, ip), (protocol, number) in capture.spoken.items():
        if mac:
            macs.setdefault(mac, (protocol, number))
        if ip and (not mac or len(capture.places[ip]) == 1):
            ips.setdefault(ip, (protocol, number, mac))
    for mac, (protocol, number) in macs.items():
        if len(by_mac[mac]) != 1:
            say("%s (%s, frame %s) is in %d devices" % (mac, protocol, number, len(by_mac[mac])))
    for ip, (protocol, number, mac) in ips.items():
        if len(by_ip[ip]) != 1:
            say("%s of %s (%s, frame %s) is in %d devices" % (ip, mac or "-", protocol, number, len(by_ip[ip])))
        elif mac and mac not in by_ip[ip][0]["mac"]:
            say("%s is not at %s but at %s (%s, frame %s)" % (ip, mac, by_ip[ip][0]["mac"], protocol, number))
    for device in devices:
        named = set(device["mac"]) | set(device["ip"])
        if not named & (set(macs) | set(ips) | set(capture.places) | capture.perhaps):
            say("nobody is %s %s" % (device["mac"], device["ip"][:3]))
    n_facts = 0
    for place, facts in capture.facts.items():
        found = by_mac[place] or by_ip[place]
        said = {(e["source"], e["key"], clean(e["value"])) for device in found for e in device["evidence"]}
        for source, key, value in facts:
            n_facts += 1
            wanted = clean(value)
            # What a device said before it said something else is not kept; then something of the key is.
            if not any(s == source and k == key and (v.startswith(wanted) or wanted.startswith(v)) for s, k, v in said) \
                    and not (len({clean(v) for s, k, v in facts if (s, k) == (source, key)}) > 1
                             and any((s, k) == (source, key) for s, k, v in said)):
                say("%s does not tell %s.%s %r" % (place, source, key, value[:80]))
    return len(macs) + sum(1 for ip, (_, _, mac) in ips.items() if not mac), n_facts


def main():
    agent, config, folder = sys.argv[1:4]
    index = pathlib.Path(folder, "INDEX.tsv").read_text().splitlines()
    rows = [dict(zip(index[0].split("\t"), line.split("\t"))) for line in index[1:]]
    paths = [str(pathlib.Path(folder, row["file"])) for row in rows]
    hostile = {str(pathlib.Path(folder, row["file"])) for row in rows if row["kind"] == "fuzz"}
    known = known_fields()
    fields = HEADER + sorted({f for p in PROTOCOLS.values() for f in p.fields if f in known})
    for f in sorted({f for p in PROTOCOLS.values() for f in p.fields if f not in known}):
        print("tshark has no field", f)
    sums = collections.Counter()
    for path in paths:
        def say(text):
            sums["differences"] += 1
            print("%s: %s" % (path, text))

        status, words, devices = devices_of(agent, config, path)
        sums["files"] += 1
        if status not in (0, 1) or "Sanitizer" in words or "runtime error" in words:
            say("ended with %d: %s" % (status, words[-300:]))
        if status == 1:
            sums["refused"] += 1
            if not words.strip():
                say("was refused without a word")
        if status != 0 or path in hostile: # made to break programs: there is no truth in it
            continue
        capture = Capture(path, fields)
        sums["devices"] += len(devices)
        hosts, facts = compare(capture, devices, say)
        sums["hosts"] += hosts
        sums["facts"] += facts
        sums["frames"] += capture.frames
    print("captures: %(files)d files, %(refused)d refused with a word, %(frames)d frames of known protocols, "
          "%(hosts)d hosts compared in %(devices)d devices, %(facts)d facts compared, %(differences)d differences"
          % {k: sums[k] for k in ("files", "refused", "frames", "hosts", "devices", "facts", "differences")})
    return 1 if sums["differences"] else 0


if __name__ == "__main__":
    sys.exit(main())
