#!/usr/bin/env python3
"""What devices say for which Debian has no program, laid out by the protocols' descriptions: spoken.py NAME FILE.

Addresses are those that RFC 5737 and RFC 7042 keep for documents; names and serials are nobody's."""
import struct
import sys

MAC = bytes.fromhex("02005e000002")
IP4 = bytes([192, 0, 2, 2])


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def datagram(port, payload, group=bytes([255, 255, 255, 255]), source=MAC, ttl=1):
    to = b"\xff" * 6 if group[0] == 255 else b"\x01\0\x5e" + bytes([group[1] & 127]) + group[2:]
    udp = struct.pack(">HHHH", port, port, 8 + len(payload), 0) + payload
    pseudo = IP4 + group + struct.pack(">HH", 17, len(udp))
    udp = udp[:6] + struct.pack(">H", checksum(pseudo + udp) or 0xFFFF) + udp[8:]
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, ttl, 17, 0) + IP4 + group
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    return to + source + b"\x08\0" + head + udp


def hsrp():
    one = struct.pack(">8B8s", 0, 0, 16, 3, 10, 120, 1, 0, b"cisco") + bytes([192, 0, 2, 254])
    yield datagram(1985, one, bytes([224, 0, 0, 2]), bytes.fromhex("00000c07ac01"))
    two = struct.pack(">BBBBBBH6sIII", 1, 40, 2, 0, 6, 4, 300, MAC, 100, 3000, 10000) + bytes([192, 0, 2, 253]) + bytes(12)
    yield datagram(1985, two, bytes([224, 0, 0, 102]), bytes.fromhex("00000c9ff12c"))


def ubnt():
    def tlv(kind, value):
        return struct.pack(">BH", kind, len(value)) + value

    body = tlv(2, MAC + IP4) + tlv(1, MAC) + tlv(10, struct.pack(">I", 3600)) + tlv(11, b"ap-hall")
    body += tlv(12, b"U7LR") + tlv(3, b"BZ.qca956x.v4.3.20.11298") + tlv(0x14, b"UAP-AC-LR")
    yield datagram(10001, struct.pack(">BBH", 1, 0, len(body)) + body)
    yield datagram(10001, bytes([1, 0, 0, 0]))  # it asks


def sadp():
    fields = [("Uuid", "13A888A9-F1B1-4020-AE9F-05607682D23B"), ("Types", "inquiry"), ("DeviceType", "140993"),
              ("DeviceDescription", "DS-2CD0000-I"), ("DeviceSN", "DS-2CD0000-I20150101AAWR000000001"),
              ("CommandPort", "8000"), ("HttpPort", "80"), ("MAC", "02-00-5e-00-00-02"), ("IPv4Address", "192.0.2.2"),
              ("IPv4SubnetMask", "255.255.255.0"), ("SoftwareVersion", "V5.4.5build 170124"), ("DHCP", "false")]
    body = "".join("<%s>%s</%s>\r\n" % (name, value, name) for name, value in fields)
    answer = '<?xml version="1.0" encoding="UTF-8"?>\r\n<ProbeMatch>\r\n%s</ProbeMatch>\r\n' % body
    yield datagram(37020, answer.encode(), bytes([239, 255, 255, 250]))
    yield datagram(37020, b'<?xml version="1.0"?><Probe><Types>inquiry</Types></Probe>', bytes([239, 255, 255, 250]))


def dhip():
    json = (b'{"mac":"02:00:5e:00:00:02","method":"client.notifyDevInfo","params":{"deviceInfo":{"AlarmInputChannels":0,'
            b'"DeviceClass":"IPC","DeviceType":"IPC-HFW0000S","HttpPort":80,"IPv4Address":{"DhcpEnable":false,'
            b'"IPAddress":"192.0.2.2","SubnetMask":"255.255.255.0"},"MachineName":"gate","Port":37777,'
            b'"SerialNo":"0A00000PAG00001","Vendor":"General","Version":"2.800.0000.0"}}}\n')
    head = struct.pack("<I4sQIIII", 32, b"DHIP", 0, len(json), 0, len(json), 0)
    yield datagram(37810, head + json, bytes([239, 255, 255, 251]))


def amx():
    yield datagram(9131, b"AMXB<-UUID=02005E000002><-SDKClass=VideoProjector><-Make=EPSON><-Model=EB-0000U>"
                         b"<-Revision=1.0.0>\r", bytes([239, 255, 250, 250]))


with open(sys.argv[2], "wb") as out:
    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for at, frame in enumerate(globals()[sys.argv[1]]()):
        out.write(struct.pack("<IIII", 1700000000 + at, 0, len(frame), len(frame)) + frame)
