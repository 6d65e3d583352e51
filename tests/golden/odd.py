#!/usr/bin/env python3
"""Frames that no program of ours or others' sends by itself, as one capture: odd.py FILE."""
import struct
import sys

SOURCE = bytes.fromhex("02005e000002")
GROUP = bytes.fromhex("0180c200000e")
EVERYBODY = b"\xff" * 6
IP4 = bytes([192, 0, 2, 2])
IP6 = bytes.fromhex("fe80") + bytes(6) + bytes.fromhex("00005efffe000002")


def u16(*values):
    return struct.pack(">%dH" % len(values), *values)


def tlv(kind, value):
    return u16(kind << 9 | len(value)) + value


def lldp(name):
    return tlv(1, b"\x07" + name) + tlv(2, b"\x07port") + tlv(3, u16(120)) + tlv(0, b"")


def ethernet(kind, payload, to=GROUP, tags=()):
    head = to + SOURCE
    for protocol, vlan in tags:
        head += u16(protocol, vlan)
    return head + u16(kind) + payload


def length(payload, **more):
    return ethernet(len(payload), payload, **more)


def ipv4(payload, protocol=17, fragment=0, options=b""):
    words = 5 + len(options) // 4
    head = struct.pack(">BBHHHBBH", 0x40 | words, 0, 4 * words + len(payload), 1, fragment, 255, protocol, 0)
    return ethernet(0x0800, head + IP4 + bytes([224, 0, 0, 251]) + options + payload)


def ipv6(payload, protocol):
    head = struct.pack(">IHBB", 6 << 28, len(payload), protocol, 255)
    return ethernet(0x86DD, head + IP6 + bytes.fromhex("ff02") + bytes(13) + b"\xfb" + payload)


def udp(payload, port=5353):
    return u16(port, port, len(payload) + 8, 0) + payload


def name(*labels):
    return b"".join(bytes([len(label)]) + label for label in labels)


def address_record(owner, ip):
    return owner + u16(1, 0x8001) + struct.pack(">I", 120) + u16(4) + ip


def mdns(*records):
    return u16(0, 0x8400, 0, len(records), 0, 0) + b"".join(records)


ARP = u16(1, 0x0800, 0x0604, 2) + SOURCE + IP4 + bytes(10)
SNAP = bytes.fromhex("aaaa03")
HOST = address_record(name(b"host", b"local") + b"\0", IP4)

frames = [
    # tags
    ethernet(0x88CC, lldp(b"single"), tags=[(0x8100, 5)]),
    ethernet(0x88CC, lldp(b"priority"), tags=[(0x8100, 0xE000)]),
    ethernet(0x88CC, lldp(b"double"), tags=[(0x8100, 5), (0x8100, 6)]),
    ethernet(0x88CC, lldp(b"provider"), tags=[(0x88A8, 5), (0x8100, 6)]),
    ethernet(0x88CC, lldp(b"tower"), tags=[(0x8100, 1)] * 5),
    # SNAP and LLC
    length(SNAP + bytes.fromhex("0000000806") + ARP, to=EVERYBODY),
    length(SNAP + bytes.fromhex("0000000806") + ARP + bytes(20), to=EVERYBODY, tags=[(0x8100, 9)]),
    length(SNAP + b"\0")[:-1],
    # IP
    ipv4(udp(mdns(HOST)), options=bytes.fromhex("94040000")),
    ipv4(udp(mdns(HOST)), fragment=0x2000),
    ipv4(udp(mdns(HOST)), fragment=0x0010),
    ipv4(udp(mdns(HOST)))[:-4],
    ipv6(bytes([17, 0, 5, 2, 0, 0, 1, 0]) + udp(mdns(HOST)), 0),
    ipv6(bytes([17, 0, 0, 1, 0, 0, 0, 9]) + udp(mdns(HOST)), 44),
    ipv6(bytes([60, 0, 1, 4, 0, 0, 0, 0]) * 12 + udp(mdns(HOST)), 60),
    # names that loop, run ahead, or are too long
    ipv4(udp(mdns(address_record(u16(0xC00C), IP4)))),
    ipv4(udp(mdns(HOST, address_record(name(b"x") + u16(0xC021), IP4)))),
    ipv4(udp(mdns(address_record(u16(0xC0FF), IP4)))),
    ipv4(udp(mdns(address_record(name(*[b"x" * 63] * 5) + b"\0", IP4)))),
    # another host's address: a reflector
    ipv4(udp(mdns(address_record(name(b"far", b"local") + b"\0", bytes([192, 0, 2, 99]))))),
    # LLDP: cut short, a TTL twice, text that is no text, Cyrillic of two kinds
    ethernet(0x88CC, lldp(b"short")[:-4]),
    ethernet(0x88CC, lldp(b"twice")[:-2] + tlv(3, u16(120)) + tlv(0, b"")),
    ethernet(0x88CC, lldp(b"\x1b[2J\xff\x00\x01")),
    ethernet(0x88CC, lldp("Коммутатор".encode("utf-8"))),
    ethernet(0x88CC, lldp("Коммутатор".encode("cp1251"))),
    # a discovery of NDP from beyond the link
    ipv6(b"\x87\0\0\0" + bytes(4) + IP6, 58)[:21] + b"\x40" + ipv6(b"\x87\0\0\0" + bytes(4) + IP6, 58)[22:],
    b"",
    GROUP,
]

with open(sys.argv[1], "wb") as out:
    out.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for i, frame in enumerate(frames):
        out.write(struct.pack("<IIII", 1700000000 + i, 0, len(frame), len(frame)) + frame)
