#!/usr/bin/env python3
"""Asks the virtual school in the protocols that no Debian tool speaks, and compares the answers with the scenario.

    rig_voices.py SCENARIO       inside the agent's namespace
"""

import re
import shlex
import socket
import struct
import sys
import urllib.request
import xml.etree.ElementTree

failed = 0


def check(what, true):
    global failed
    if not true:
        failed += 1
        print(f"rig_voices: {what}", file=sys.stderr)


def hosts(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("host "):
                yield dict(word.split("=", 1) for word in shlex.split(line)[1:] if "=" in word)


def udp(port=0):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.bind(("", port))
    sock.settimeout(2)
    return sock


def answers(sock):
    try:
        while True:
            yield sock.recvfrom(9000)
    except socket.timeout:
        return


def nbns_name(name, suffix):
    raw = name.ljust(15, "\0" if name == "*" else " ")[:15].encode() + bytes([suffix])
    return b"\x20" + bytes(c for byte in raw for c in (65 + (byte >> 4), 65 + (byte & 15))) + b"\0"


def netbios(host):
    sock = udp()
    sock.sendto(struct.pack(">6H", 7, 0, 1, 0, 0, 0) + nbns_name("*", 0) + struct.pack(">2H", 0x21, 1), (host["ip"], 137))
    data, _ = sock.recvfrom(2000)
    at = 12 + 34 + 10
    count, at = data[at], at + 1
    names = [(data[at + 18 * i:at + 18 * i + 15].decode().rstrip(), data[at + 18 * i + 15]) for i in range(count)]
    check(f"node status of {host['ip']}: {names}", (host["netbios"].upper(), 0) in names and (host["workgroup"], 0) in names)
    mac = data[at + 18 * count:at + 18 * count + 6]
    check(f"node status of {host['ip']}: MAC {mac.hex()}", mac.hex(":") == host["mac"])
    sock.sendto(struct.pack(">6H", 8, 0x0110, 1, 0, 0, 0) + nbns_name(host["netbios"], 0) + struct.pack(">2H", 0x20, 1),
                ("10.77.3.255", 137))
    data, source = sock.recvfrom(2000)
    check(f"name query of {host['netbios']}", source[0] == host["ip"] and data[-4:] == socket.inet_aton(host["ip"]))


def llmnr(host):
    name = host["netbios"].encode()
    sock = udp()
    sock.sendto(struct.pack(">6H", 9, 0, 1, 0, 0, 0) + bytes([len(name)]) + name + b"\0" + struct.pack(">2H", 1, 1),
                ("224.0.0.252", 5355))
    data, _ = sock.recvfrom(2000)
    check(f"LLMNR of {host['netbios']}", data[:2] == b"\0\x09" and data[-4:] == socket.inet_aton(host["ip"]))


def ssdp(all_hosts):
    wanted = {host["ip"]: host["upnp"].split("|") for host in all_hosts if "upnp" in host}
    sock = udp()
    sock.sendto(b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\n"
                b"ST: upnp:rootdevice\r\n\r\n", ("239.255.255.250", 1900))
    found = {source[0]: re.search(r"LOCATION: (\S+)", data.decode())[1] for data, source in answers(sock)}
    check(f"SSDP finds {sorted(found)}", set(found) == set(wanted))
    for ip, location in found.items():
        with urllib.request.urlopen(location, timeout=3) as page:
            text = page.read().decode()
        for tag, value in (("manufacturer", wanted[ip][1]), ("modelName", wanted[ip][2]), ("serialNumber", wanted[ip][4])):
            check(f"description of {ip}: {tag}", f"<{tag}>{value}</{tag}>" in text)


def wsd(all_hosts):
    wanted = {host["ip"] for host in all_hosts if "NetworkVideoTransmitter" in host.get("wsd", "")}
    sock = udp()
    sock.sendto(b'<?xml version="1.0"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" '
                b'xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
                b'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">'
                b'<e:Header><w:MessageID>uuid:1</w:MessageID>'
                b'<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>'
                b'<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>',
                ("239.255.255.250", 3702))
    found = {source[0] for data, source in answers(sock) if b"<a:RelatesTo>uuid:1</a:RelatesTo>" in data}
    check(f"WS-Discovery finds {sorted(found)}, not {sorted(wanted)}", found == wanted and wanted)


def pjlink(host):
    with socket.create_connection((host["ip"], 4352), timeout=3) as sock:
        check(f"PJLink of {host['ip']} greets", sock.recv(100) == b"PJLINK 0\r")
        expected = {"CLSS": host["pjlink"], "INF1": host.get("vendor", ""), "INF2": host.get("model", ""),
                    "SNUM": host["hidden"] if host["pjlink"] == "2" else "ERR1"}
        for command, value in expected.items():
            of = 2 if command == "SNUM" else 1
            sock.sendall(f"%{of}{command} ?\r".encode())
            answer = sock.recv(200).decode()
            check(f"PJLink of {host['ip']}: {answer!r}", answer == f"%{of}{command}={value}\r")
        sock.sendall(b"%1POWR 0\r")
        check(f"PJLink of {host['ip']} lets itself be switched off", sock.recv(100) == b"%1POWR=ERR3\r")


def fetch(url, body=None):
    with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=3) as page:
        return page.read().decode(), page.headers["Server"]


def web(host):
    title, server = host["web"].split("|")
    check(f"page of {host['ip']}", fetch(f"http://{host['ip']}/") == (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body></body></html>\n", server))


def onvif(host):
    for operation, at in (("GetDeviceInformation", slice(0, 5)), ("GetHostname", slice(5, 6))):
        text, _ = fetch(f"http://{host['ip']}/onvif/device_service",
                        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><{operation} '
                        'xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>'.encode())
        xml.etree.ElementTree.fromstring(text)
        check(f"ONVIF of {host['ip']}: {text}", all(f">{value}<" in text for value in host["onvif"].split("|")[at]))


def escl(host):
    text, _ = fetch(f"http://{host['ip']}/eSCL/ScannerCapabilities")
    xml.etree.ElementTree.fromstring(text)
    check(f"eSCL of {host['ip']}: {text}", all(f">{value}<" in text for value in host["escl"].split("|")[:2]))


def rtsp(host):
    with socket.create_connection((host["ip"], 554), timeout=3) as sock:
        sock.sendall(f"OPTIONS rtsp://{host['ip']}/ RTSP/1.0\r\nCSeq: 7\r\n\r\n".encode())
        answer = sock.recv(500).decode()
        check(f"RTSP of {host['ip']}: {answer!r}", answer.startswith("RTSP/1.0 200 OK\r\nCSeq: 7\r\n") and host["rtsp"] in answer)


def sip(host):
    sock = udp()
    sock.sendto(f"OPTIONS sip:{host['ip']} SIP/2.0\r\nVia: SIP/2.0/UDP x.invalid;branch=z9hG4bK1\r\nMax-Forwards: 1\r\n"
                f"From: <sip:a@x.invalid>;tag=1\r\nTo: <sip:{host['ip']}>\r\nCall-ID: 5@x.invalid\r\nCSeq: 1 OPTIONS\r\n"
                "Content-Length: 0\r\n\r\n".encode(), (host["ip"], 5060))
    answer = sock.recv(2000).decode()
    check(f"SIP of {host['ip']}: {answer!r}", answer.startswith("SIP/2.0 200 OK\r\n") and host["sip"] in answer and
          "Call-ID: 5@x.invalid\r\n" in answer)


def closed(host):
    for port in (22, 9100):
        try:
            socket.create_connection((host["ip"], port), timeout=3).close()
            check(f"{host['ip']}:{port} is open", False)
        except ConnectionRefusedError:
            pass


def main():
    school = list(hosts(sys.argv[1]))
    windows = [host for host in school if "netbios" in host][:3]
    for host in windows:
        netbios(host)
        llmnr(host)
    ssdp(school)
    wsd(school)
    projectors = [host for host in school if "pjlink" in host]
    for host in projectors:
        pjlink(host)
        closed(host)
    for key, ask in (("web", web), ("onvif", onvif), ("escl", escl), ("rtsp", rtsp), ("sip", sip)):
        speakers = [host for host in school if key in host]
        check(f"nobody speaks {key}", speakers)
        for host in speakers:
            ask(host)
    check(f"{len(windows)} Windows hosts, {len(projectors)} projectors", windows and projectors)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
