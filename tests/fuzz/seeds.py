#!/usr/bin/env python3
"""Seeds for the decoders' fuzz programs out of our golden captures: seeds.py

One payload a file in tests/fuzz/corpus/<decoder>, whole frames in corpus/frame; the same payload only once."""
import hashlib
import pathlib
import struct

ROOT = pathlib.Path(__file__).resolve().parents[2]
PORTS = {5353: "mdns", 1900: "ssdp", 3702: "wsd", 67: "dhcp", 68: "dhcp", 137: "nbns", 138: "browser", 547: "dhcp6",
         546: "dhcp6", 5355: "llmnr", 5678: "mndp", 10001: "ubnt", 1985: "hsrp", 37020: "sadp", 37810: "dhip", 9131: "amx"}
TYPES = {0x0806: "arp", 0x88CC: "lldp"}
SNAPS = {bytes.fromhex("00000c2000"): "cdp", bytes.fromhex("00000c010b"): "stp", bytes.fromhex("00e02b00bb"): "edp"}
VRRP = 112
PER_DECODER = 12


def frames(path):
    data = path.read_bytes()
    at = 24
    if struct.unpack_from("<I", data, 20)[0] != 1:
        return
    while at + 16 <= len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        yield data[at + 16 : at + 16 + size]
        at += 16 + size


def payload(frame):
    """The decoder's name and its payload, or None: the plain forms only, tags and options stay in frame."""
    if len(frame) < 14:
        return None
    kind = struct.unpack_from(">H", frame, 12)[0]
    if kind in TYPES:
        return TYPES[kind], frame[14:]
    if kind == 0x0800 and frame[14] == 0x45 and frame[23] == 17:
        ports = struct.unpack_from(">HH", frame, 34)
        for port in reversed(ports):
            if port in PORTS:
                return PORTS[port], frame[42:]
    if kind == 0x0800 and frame[14] == 0x45 and frame[23] == VRRP:
        return "vrrp", frame[34:]
    if kind == 0x86DD and frame[20] == 58:
        return "ndp", frame[54:]
    if kind == 0x86DD and frame[20] == VRRP:
        return "vrrp", frame[54:]
    if kind == 0x86DD and frame[20] == 17:
        ports = struct.unpack_from(">HH", frame, 54)
        for port in reversed(ports):
            if port in PORTS:
                return PORTS[port], frame[62:]
    if kind < 0x600 and frame[14:17] == bytes.fromhex("aaaa03") and frame[17:22] in SNAPS:
        return SNAPS[frame[17:22]], frame[22 : 14 + kind]
    if kind < 0x600 and frame[14:15] == b"\x42":
        return "stp", frame[17 : 14 + kind]
    return None


def write(name, seed):
    folder = ROOT / "tests/fuzz/corpus" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(seed).hexdigest()[:12]).write_bytes(seed)


seen = {}
for capture in sorted((ROOT / "tests/golden").glob("*.pcap")):
    for frame in frames(capture):
        if capture.stem == "odd":
            write("frame", b"\0" + frame)
        found = payload(frame)
        if not found:
            continue
        name, seed = found
        seen.setdefault(name, set())
        if seed not in seen[name] and len(seen[name]) < PER_DECODER:
            seen[name].add(seed)
            write(name, seed)

# What goes over the sensor's pipe has no capture: a sighting as agent/decode/sighting.h lays it out, and the
# answers that a raw ICMP socket gives.
facts = b"sys_name\0switch\0capabilities\0bridge\0"
mac, ip = bytes.fromhex("02005e000002"), bytes([4, 192, 0, 2, 2]) + bytes(12)
write("message", bytes([6]) + struct.pack("<qIH6s17s12sxH", 1700000000000, 2, 5, mac, ip, b"lldp", len(facts)) + facts)


def checksum(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def icmp(kind, body):
    plain = bytes([kind, 0, 0, 0]) + body
    return plain[:2] + struct.pack(">H", checksum(plain)) + plain[4:]


def ipv4(body):
    return struct.pack(">BBHIBBH", 0x45, 0, 20 + len(body), 0, 64, 1, 0) + bytes([192, 0, 2, 2, 192, 0, 2, 1]) + body


echo = struct.pack(">HH", 0x1234, 7) + bytes(16)
write("message", b"\0" + ipv4(icmp(0, echo)))
write("message", b"\0" + ipv4(icmp(11, bytes(4) + ipv4(icmp(8, echo)))))
write("message", b"\xff" + bytes([129, 0, 0, 0]) + echo)
write("message", b"\xff" + bytes([1, 3, 0, 0]) + bytes(4) + bytes([0x60, 0, 0, 0, 0, 24, 58, 64]) + bytes(32) + bytes([128, 0, 0, 0]) + echo)
