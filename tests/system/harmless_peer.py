#!/usr/bin/env python3
"""A device that would lead a scan where it must not go: harmless_peer.py ADDRESS OTHER

It listens on the ports that print and writes down what it hears there, one "PORT BYTES" a line. By SSDP it names
descriptions at those ports and at another host, by WS-Discovery a web service at one, and its page sends the reader there."""
import re
import selectors
import socket
import sys

own, other = sys.argv[1:]
PRINTING = [515, 631, *range(9100, 9108), 9999]
LOCATIONS = ["9100/a.xml", "515/b.xml", "9107/c.xml", "9999/d.xml", "631/e.xml"]
ready = selectors.DefaultSelector()


def tell(*words):
    print(*words, flush=True)


def printing(sock, port):
    peer, _ = sock.accept()
    peer.settimeout(2)
    try:
        data = peer.recv(4096)
    except OSError:
        data = b""
    tell(port, data.hex() or "-")
    if port == 631 and data.startswith(b"POST "):
        peer.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    peer.close()


def page(sock, _):
    peer, _ = sock.accept()
    peer.settimeout(2)
    if not peer.recv(4096):
        return
    peer.sendall(f"HTTP/1.1 302 Found\r\nLocation: http://{own}:9100/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
    peer.close()


def ssdp(sock, _):
    data, peer = sock.recvfrom(4096)
    if not data.startswith(b"M-SEARCH"):
        return
    for n, place in enumerate([f"{own}:{location}" for location in LOCATIONS] + [f"{other}:80/f.xml"]):
        sock.sendto((f"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\nLOCATION: http://{place}\r\nSERVER: x UPnP/1.0 y\r\n"
                     f"ST: upnp:rootdevice\r\nUSN: uuid:6d6f7265-7061-7065-7200-00000000000{n}::upnp:rootdevice\r\n\r\n").encode(), peer)


def wsd(sock, _):
    data, peer = sock.recvfrom(4096)
    message = re.search(rb"MessageID>([^<]*)<", data)
    if not message:
        return
    sock.sendto(b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header><Action>'
                b'http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</Action><RelatesTo>' + message[1] +
                b'</RelatesTo></s:Header><s:Body><ProbeMatches><ProbeMatch><EndpointReference><Address>urn:uuid:6d6f7265-7061-'
                b'7065-7200-0000000000ff</Address></EndpointReference><Types>NetworkVideoTransmitter</Types><XAddrs>http://'
                + own.encode() + b':9101/onvif/device_service</XAddrs></ProbeMatch></ProbeMatches></s:Body></s:Envelope>', peer)


def listen(port, take):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((own, port))
    sock.listen(16)
    ready.register(sock, selectors.EVENT_READ, (take, port))


def group(port, take):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", port))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.255.255.250") + socket.inet_aton(own))
    ready.register(sock, selectors.EVENT_READ, (take, port))


for each in PRINTING:
    listen(each, printing)
listen(80, page)
group(1900, ssdp)
group(3702, wsd)
tell("ready")
while True:
    for key, _ in ready.select():
        key.data[0](key.fileobj, key.data[1])
