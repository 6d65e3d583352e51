"""A client of the measuring endpoint (run by measure.sh): what it is promised, how it is paced, what is recorded of it."""
import base64
import http.client
import json
import os
import socket
import ssl
import struct
import sys
import time
import uuid

HOST, PORT, NDT7_PORT = sys.argv[1], 8445, 8446
SUBPROTOCOL = "net.measurementlab.ndt.v7"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
failures = 0


def expect(what, seen, wanted):
    global failures
    if seen != wanted:
        failures += 1
        print(f"FAILED {what}: {seen!r}, wanted {wanted!r}")


def trusting():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def connect():
    return http.client.HTTPSConnection(HOST, PORT, context=trusting(), timeout=60)


def ask(method, path, body=None, headers=None, connection=None):
    mine = connection or connect()
    mine.request(method, path, body=body, headers=headers or {})
    answer = mine.getresponse()
    told = answer.status, answer.read(), answer.headers
    if not connection:
        mine.close()
    return told


def held(path):
    """A download of which nothing more is read: it holds its place until it is closed."""
    connection = connect()
    connection.request("GET", path)
    answer = connection.getresponse()
    if answer.status != 200:
        answer.read()
    return connection, answer


def recorded(test, streams):
    """The record of a test once so many of its streams are over."""
    until = time.monotonic() + 20
    while True:
        status, body, _ = ask("GET", f"/v1/measure/record?test={test}")
        told = json.loads(body) if status == 200 else None
        if told and told["open"] == 0 and len(told["streams"]) >= streams or time.monotonic() > until:
            return told
        time.sleep(0.1)


def record_story():
    test, size = uuid.uuid4(), 30_000_000
    connection = connect()
    expect("an unknown test", recorded(test, 0), {"test": str(test), "open": 0, "streams": []})
    expect("a download", len(ask("GET", f"/v1/measure/download?bytes={size}&test={test}", connection=connection)[1]), size)
    answer = json.loads(ask("POST", f"/v1/measure/upload?test={test}", os.urandom(9_000_000), connection=connection)[1])
    down, up = recorded(test, 2)["streams"]
    for stream, direction, count in ((down, "down", size), (up, "up", 9_000_000)):
        expect(f"{direction}: what it was", (stream["direction"], stream["protocol"], stream["bytes"]), (direction, "parta", count))
        expect(f"{direction}: samples add up", sum(stream["samples"]), count)
        expect(f"{direction}: its congestion control", stream["congestion"], "bbr")
        expect(f"{direction}: some time passed", stream["duration_us"] > 0 and stream["cpu_pct"] > 0, True)
    expect("the kernel sent it but for its queue", down["tcp"]["bytes_sent"] >= size * 0.9, True)
    expect("the kernel received it", up["tcp"]["bytes_received"] >= 9_000_000, True)
    expect("the answer is the record", [answer[key] for key in ("bytes", "first_sample", "samples")],
           [up[key] for key in ("bytes", "first_sample", "samples")])
    connection.close()

    test = uuid.uuid4()
    connection, answer = held(f"/v1/measure/download?bytes=1000000000&test={test}")
    answer.read(2_000_000)
    expect("one that goes on", json.loads(ask("GET", f"/v1/measure/record?test={test}")[1])["open"], 1)
    answer.close()
    connection.close()
    cut = recorded(test, 1)["streams"][0]
    expect("one that was cut off is recorded as far as it came", 2_000_000 <= cut["bytes"] < 1_000_000_000, True)
    test = uuid.uuid4()
    line = trusting().wrap_socket(socket.create_connection((HOST, PORT), timeout=30))
    line.sendall(f"POST /v1/measure/upload?test={test} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 9000000\r\n\r\n".encode() + b"x" * 100_000)
    raw = socket.socket(fileno=os.dup(line.fileno()))
    raw.sendall(b"\x17\x03\x03\x40\x11" + b"x" * 1000)
    line.close()
    raw.close()
    expect("one that broke off within a record", recorded(test, 1)["streams"][0]["bytes"], 100_000)
    for bad in ("", "?test=", "?test=7", "?test=" + "x" * 36):
        expect(f"the record of '{bad}'", ask("GET", "/v1/measure/record" + bad)[0], 400)


def pace_story():
    test, mbps, size = uuid.uuid4(), 40, 8_000_000
    until = time.monotonic() + 10
    while True:  # what the story before carried may still count
        began = time.monotonic()
        status = ask("GET", f"/v1/measure/download?bytes={size}&test={test}&rate={mbps * 1000000}&need={mbps}")[0]
        if status != 503 or time.monotonic() > until:
            break
        time.sleep(0.2)
    expect("a paced download", status, 200)
    seconds = time.monotonic() - began
    stream = recorded(test, 1)["streams"][0]
    ideal = size * 8 / (mbps * 1e6)
    expect(f"it is not faster than was asked for, {seconds:.2f} s", seconds >= ideal * 0.85, True)
    expect("the kernel paced it", (stream["rate_bps"], stream["tcp"]["max_pacing_rate_bytes_per_s"]), (mbps * 1000000, mbps * 125000))
    # Half a second's worth of a line of 40 Mbit/s is 2.5 MB: no sample holds more than the queue before it may.
    expect("it left evenly", max(stream["samples"]) < mbps * 12500 * 3 + 1_000_000, True)
    test = uuid.uuid4()
    connection = connect()
    ask("GET", "/v1/measure/download?bytes=1000&rate=1000000", connection=connection)
    ask("GET", f"/v1/measure/download?bytes=1000&test={test}", connection=connection)
    expect("the next one is not paced", recorded(test, 1)["streams"][0]["tcp"]["max_pacing_rate_bytes_per_s"], 0)
    connection.close()
    for bad in ("rate=x", "rate=0", "rate=7999", "rate=-9", "need=x", "need=-1", "need=1e99", "need=nan"):
        status, body, _ = ask("GET", f"/v1/measure/download?bytes=9&{bad}")
        expect(f"{bad}: told why", (status, b"numbers" in body), (400, True))


def admission_story():
    """measure.sh gave it a line of 600 Mbit/s: 500 may be promised in each direction."""
    one, two = uuid.uuid4(), uuid.uuid4()
    holding = [held(f"/v1/measure/download?bytes=1000000000&test={one}&need=400&rate=10000000") for _ in range(2)]
    expect("two streams of a test", [answer.status for _, answer in holding], [200, 200])
    load = json.loads(ask("GET", "/v1/measure/load")[1])
    expect("what is promised is told once", (load["capacity_mbps"], load["streams"], load["down"]["promised_mbps"]), (600, 2, 400))
    status, body, headers = ask("GET", f"/v1/measure/download?bytes=9&test={two}&need=200")
    expect("another test does not fit", (status, b"promised" in body, int(headers["Retry-After"]) > 0), (503, True, True))
    expect("it fits in the other direction", ask("POST", f"/v1/measure/upload?test={two}&need=200", b"x" * 99)[0], 200)
    expect("a smaller one fits", ask("GET", f"/v1/measure/download?bytes=9&test={uuid.uuid4()}&need=90")[0], 200)
    for connection, answer in holding:
        answer.close()
        connection.close()
    until = time.monotonic() + 30
    while (status := ask("GET", f"/v1/measure/download?bytes=9&test={two}&need=200")[0]) == 503 and time.monotonic() < until:
        time.sleep(0.2)
    expect("it fits when the first is over", status, 200)
    expect("more than there is never fits", ask("GET", f"/v1/measure/download?bytes=9&test={uuid.uuid4()}&need=501")[0], 503)


class WebSocket:
    """A client of ndt7 that may do what none should. It reads as little as it must."""

    def __init__(self, path, **headers):
        told = {"Host": HOST, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), "Sec-WebSocket-Protocol": SUBPROTOCOL}
        told.update({name.replace("_", "-"): value for name, value in headers.items()})
        self.socket = trusting().wrap_socket(socket.create_connection((HOST, NDT7_PORT), timeout=30))
        self.socket.sendall((f"GET {path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in told.items() if v) + "\r\n").encode())
        self.rest = b""
        while b"\r\n\r\n" not in self.rest and (more := self.socket.recv(65536)):
            self.rest += more
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        self.rest = bytearray(self.rest)
        self.status, self.head = int(head.split()[1]), head.decode()

    def send(self, opcode, payload, mask=b"abcd"):
        size = struct.pack(">B", 0x80 | len(payload)) if len(payload) < 126 else struct.pack(">BH", 0xfe, len(payload))
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.socket.sendall(bytes([0x80 | opcode]) + size + mask + masked)

    def take(self, size):
        while len(self.rest) < size:
            more = self.socket.recv(1 << 20)
            if not more:
                raise EOFError
            self.rest += more
        taken = bytes(self.rest[:size])
        del self.rest[:size]
        return taken

    def message(self, *opcodes):
        """The next one of those kinds."""
        while True:
            first, size = self.take(2)
            if size >= 126:
                size = int.from_bytes(self.take(2 if size == 126 else 8), "big")
            payload = self.take(size)
            if first & 15 in opcodes:
                return first & 15, payload

    def close_code(self):
        try:
            return int.from_bytes(self.message(CLOSE)[1][:2], "big")
        except (EOFError, OSError):
            return None


def ndt7_story():
    slow = "rate=20000000"
    for what, status, path, headers in (
            ("no handshake", 400, "/ndt/v7/download", {"Upgrade": ""}),
            ("another version", 400, "/ndt/v7/download", {"Sec_WebSocket_Version": "8"}),
            ("no key", 400, "/ndt/v7/download", {"Sec_WebSocket_Key": ""}),
            ("no subprotocol", 400, "/ndt/v7/upload", {"Sec_WebSocket_Protocol": "chat"}),
            ("an exit that there is not", 400, "/ndt/v7/download?early_exit=100", {}),
            ("an exit of an upload", 400, "/ndt/v7/upload?early_exit=250", {}),
            ("a rate that is none", 400, "/ndt/v7/download?rate=fast", {}),
            ("another path", 404, "/ndt/v7/", {}),
            ("more than the line may carry", 503, "/ndt/v7/download?need=501", {}),
            ("a head without end", 431, "/ndt/v7/download", {"X_Long": "x" * 9000})):
        told = WebSocket(path, **headers)
        expect(what, told.status, status)
        expect(f"{what}: when to come again", "Retry-After" in told.head, status == 503)

    test = uuid.uuid4()
    line = WebSocket(f"/ndt/v7/download?test={test}&{slow}", Sec_WebSocket_Protocol=f"chat, {SUBPROTOCOL}")
    expect("a handshake", (line.status, f"Sec-WebSocket-Protocol: {SUBPROTOCOL}" in line.head), (101, True))
    line.send(PING, b"are you there")
    expect("a ping is answered", line.message(PONG)[1], b"are you there")
    line.send(TEXT, b'{"AppInfo":{"ElapsedTime":1,"NumBytes":1},"Origin":"client","Test":"download"}')
    told = [json.loads(line.message(TEXT)[1]) for _ in range(3)][-1]
    expect("measurements", (told["Origin"], told["Test"], told["ConnectionInfo"]["UUID"]), ("server", "download", str(test)))
    expect("of the kernel's", told["TCPInfo"]["BytesAcked"] > 0 and told["TCPInfo"]["ElapsedTime"] >= 700000 and told["BBRInfo"]["BW"] > 0, True)
    line.send(CLOSE, struct.pack(">H", 1000))
    expect("a close is answered", line.close_code(), 1000)
    stream = recorded(test, 1)["streams"][0]
    expect("its record", (stream["protocol"], stream["direction"], stream["congestion"], stream["rate_bps"]), ("ndt7", "down", "bbr", 20000000))

    test = uuid.uuid4()
    line = WebSocket(f"/ndt/v7/upload?test={test}")
    for _ in range(100):
        line.send(BINARY, b"x" * 10000)
    expect("what arrived is told", json.loads(line.message(TEXT)[1])["Test"], "upload")
    line.send(CLOSE, b"")
    line.close_code()
    stream = recorded(test, 1)["streams"][0]
    expect("the record of an upload", (stream["direction"], stream["bytes"], sum(stream["samples"])), ("up", 1000000, 1000000))

    line = WebSocket(f"/ndt/v7/download?{slow}")
    line.send(BINARY, b"that is not your turn")
    expect("data in a download", line.close_code(), 1003)
    line = WebSocket(f"/ndt/v7/download?{slow}")
    line.socket.sendall(b"\x81\x01x")
    expect("a frame without a mask", line.close_code(), 1002)

    test = uuid.uuid4()
    line = WebSocket(f"/ndt/v7/download?early_exit=250&test={test}")
    expect("an early exit", line.close_code(), 1000)
    acked = recorded(test, 1)["streams"][0]["tcp"]["bytes_acked"]
    expect("it stops when 250 MB are there", acked >= 250_000_000, True)


def responsiveness_story():
    told = json.loads(ask("GET", "/.well-known/nq")[1])
    expect("version", told["version"], 1)
    paths = {name: url.removeprefix(f"https://{HOST}:{PORT}") for name, url in told["urls"].items()}
    expect("small", ask("GET", paths["small_download_url"])[:2], (200, b"x"))
    connection, answer = held(paths["large_download_url"])
    expect("large", (answer.status, len(answer.read(1000000))), (200, 1000000))
    expect("large is 8 GB, which nobody takes whole", int(answer.getheader("Content-Length")) >= 8_000_000_000, True)
    answer.close()
    connection.close()
    expect("upload", ask("POST", paths["upload_url"], b"x" * 100000)[0], 200)
    expect("a host that is none", ask("GET", "/.well-known/nq", headers={"Host": 'a"b'})[0], 400)


def flood_story():
    """Strangers cannot make the database busy: streams beyond so many a second are measured and not recorded."""
    connection = connect()
    for _ in range(900):
        status = ask("GET", f"/v1/measure/download?bytes=1&test={uuid.uuid4()}", connection=connection)[0]
        if status not in (200, 429):
            expect("a stream of a flood", status, 200)
    connection.close()


STORIES = {"flood": flood_story, "ndt7": ndt7_story, "responsiveness": responsiveness_story, "record": record_story, "pace": pace_story, "admission": admission_story}
for story in sys.argv[2:]:
    STORIES[story]()
sys.exit(1 if failures else 0)
