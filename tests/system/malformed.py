"""Ten thousand things no collector should take, mutated from real ones by a seed (run by malformed.sh).

Every report in here is spoilt before it is mutated: it is another agent's, or of 1970. Mutations only ever mix bytes of one kind, so
whatever they make of it, none may be accepted. Prints what the answers were; exit status 1 when something was taken.

    malformed.py PLACE COUNT SEED PART FOLDER_OF_REPORTS JSON_PATH...
"""
import collections
import glob
import json
import multiprocessing
import random
import socket
import ssl
import sys
import time
import uuid

import collector_peer as peer
import parta.v1.enrolment_pb2 as enrolment
import parta.v1.exchange_pb2 as exchange
import parta.v1.report_pb2 as wire

WORKERS = 4
# What may be heard: a refusal, "come again", or the end of the connection (0). Of 200 see judge().
REFUSALS = {0, 400, 401, 403, 404, 405, 408, 411, 413, 414, 415, 417, 422, 429, 431, 501, 503, 505}


# ---------------------------------------------------------------- connections

class Door:
    """A port, by one connection as long as the other end keeps it."""

    def __init__(self, port, context):
        self.port, self.context, self.tls, self.rest = port, context, None, b""

    def open(self):
        if not self.tls:
            plain = socket.create_connection((peer.HOST, self.port), timeout=20)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.tls, self.rest = self.context.wrap_socket(plain), b""

    def close(self):
        if self.tls:
            self.tls.close()
        self.tls = None

    def ask(self, raw, patience=20.0, keep=True):
        """The status and body of the first answer; 0 when there is none."""
        try:
            self.open()
            self.tls.settimeout(patience)
            self.tls.sendall(raw)
            status, body, close = self.read()
        except (OSError, ValueError):
            status, body, close = 0, b"", True
        if close or not keep:
            self.close()
        return status, body

    def read(self):
        while b"\r\n\r\n" not in self.rest:
            more = self.tls.recv(65536)
            if not more:
                return 0, b"", True
            self.rest += more
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        low, length = head.lower(), 0
        if b"content-length:" in low:
            length = int(low.split(b"content-length:")[1].split(b"\r\n")[0])
        while len(self.rest) < length:
            more = self.tls.recv(65536)
            if not more:
                return 0, b"", True
            self.rest += more
        body, self.rest = self.rest[:length], self.rest[length:]
        return int(head.split()[1]), body, b"connection: close" in low or bool(self.rest)


def request(path, body=b"", method="POST", **headers):
    lines = [f"{method} {path} HTTP/1.1", "Host: collector"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


# ---------------------------------------------------------------- mutations

def mutate(draw, data, others):
    data = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        at = draw.randrange(len(data) + 1)
        way = draw.randrange(7)
        if way == 0 and data:
            for _ in range(draw.randint(1, 8)):
                data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        elif way == 1:
            del data[at:]
        elif way == 2:
            data[at:at] = draw.randbytes(draw.randint(1, 40))
        elif way == 3:
            other = draw.choice(others)
            data[at:] = other[draw.randrange(len(other) + 1):]
        elif way == 4:
            del data[at:at + draw.randint(1, 20)]
        elif way == 5:
            data[at:at] = data[at:at + draw.randint(1, 60)] * draw.randint(1, 50)
        else:
            data[at:at + 4] = draw.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x80\x80\x80\x80", b"\x7f\xff\xff\xff"))
    return bytes(data)


def zstd_frame(*blocks):
    """RFC 8878 by hand: a single segment of unknown size, so that any bytes can be put in it. A block is raw bytes, or (byte, times)."""
    out = b"\x28\xb5\x2f\xfd\x00\x58"
    for i, block in enumerate(blocks):
        last = i == len(blocks) - 1
        size = block[1] if isinstance(block, tuple) else len(block)
        head = size << 3 | (2 if isinstance(block, tuple) else 0) | last
        out += head.to_bytes(3, "little") + (bytes([block[0]]) if isinstance(block, tuple) else block)
    return out


class World:
    """What one worker knows: real reports, spoilt in two ways, and doors to every listener."""

    def __init__(self, place, seed, folder, json_paths):
        self.draw = random.Random(seed)
        self.agent = peer.load(f"{place}/agent")
        with open(f"{place}/session") as file:
            self.cookie, self.csrf = file.read().split()
        agents = peer.connect(peer.AGENTS, f"{place}/agent")._context
        stranger = ssl.create_default_context()
        stranger.check_hostname, stranger.verify_mode = False, ssl.CERT_NONE
        self.agents, self.page = Door(peer.AGENTS, agents), Door(peer.PAGE, stranger)
        self.measure, self.ndt7 = Door(peer.MEASURE, stranger), Door(peer.NDT7, stranger)
        self.json_paths = json_paths
        real = [open(name, "rb").read()[1:] for name in sorted(glob.glob(f"{folder}/report-*"))]
        self.spoilt = [[self.spoil(one, kind) for one in real] for kind in ("foreign", "old")]
        self.packed = [[zstd for one in kind for zstd in (peer.zstd(peer.frame(one)), peer.zstd(peer.frame(*kind)))] for kind in self.spoilt]

    def spoil(self, packed, kind):
        report = wire.Report.FromString(packed)
        report.boot_id = uuid.uuid4().bytes
        report.seq = self.draw.randrange(1, 1 << 40)
        report.agent_id = uuid.uuid4().bytes if kind == "foreign" else self.agent.id
        report.created_ms = peer.now_ms() if kind == "foreign" else 1
        return report.SerializeToString()

    def mutated_report(self):
        kind = self.draw.choice(self.spoilt)
        return mutate(self.draw, self.draw.choice(kind), kind)

    # ------------------------------------------------ what is sent: each returns who answered, status, body

    def reports(self, body, **other):
        headers = {"Content_Type": "application/x-protobuf", "Content_Encoding": "zstd", **other}
        return ("reports", *self.agents.ask(request("/v1/reports", body, **headers)))

    def spoilt_report(self):
        return self.reports(zstd_frame(peer.frame(self.mutated_report())[:100000]))

    def spoilt_frames(self):
        framed = peer.frame(*(self.mutated_report() for _ in range(self.draw.randint(1, 5))))
        return self.reports(zstd_frame(mutate(self.draw, framed, [framed])[:100000] or b"\0"))

    def spoilt_zstd(self):
        kind = self.draw.choice(self.packed)
        return self.reports(mutate(self.draw, self.draw.choice(kind), kind))

    def bomb(self):
        byte, blocks = self.draw.randrange(256), self.draw.choice((65, 70, 500, 8000))
        body = zstd_frame(*[(byte, 131072)] * blocks)
        return self.reports(body * self.draw.choice((1, 1, 3)))

    def wrong_type(self):
        name, value = self.draw.choice((("Content_Type", "text/html"), ("Content_Type", "application/json"), ("Content_Encoding", "gzip"),
                                        ("Content_Encoding", "br"), ("Content_Encoding", "zstd, zstd"), ("Content_Type", "x" * 3000)))
        return self.reports(self.draw.choice(self.draw.choice(self.packed)), **{name: value})

    def small_message(self):
        path = self.draw.choice(("/v1/heartbeat", "/v1/renew"))
        real = exchange.Heartbeat(boot_id=b"fifteen bytes..", beat=self.draw.randrange(1 << 30), at_ms=peer.now_ms()).SerializeToString()
        return ("refused", *self.agents.ask(request(path, mutate(self.draw, real, [real]), Content_Type="application/x-protobuf")))

    def enrolment(self):
        real = enrolment.EnrolRequest(token="parta1." + "A" * 86, csr=self.draw.randbytes(300), host_name="x").SerializeToString()
        return ("refused", *self.page.ask(request("/v1/enrol", mutate(self.draw, real, [real]), Content_Type="application/x-protobuf")))

    def any_door(self):
        return self.draw.choice((self.agents, self.agents, self.page, self.measure, self.ndt7))

    def bad_head(self):
        body = self.draw.choice(self.draw.choice(self.packed))
        path = self.draw.choice(("/v1/reports", "/v1/enrol", "/api/v1/login", "/api/v1/me/language", "/nothing"))
        raw = request(path, body, Content_Type="application/x-protobuf", Content_Encoding="zstd")
        head, end = raw.split(b"\r\n\r\n", 1)[0], b"\r\n\r\n"
        return ("reports", *self.any_door().ask(mutate(self.draw, head, [head]) + end + body, patience=0.05, keep=False))

    def bad_length(self):
        body = self.draw.choice(self.draw.choice(self.packed))
        length = self.draw.choice(("-1", "abc", "0x10", "1e3", "18446744073709551616", "1048577", str(1 << 62), str(len(body) + 1), str(len(body) // 2),
                                   "0", "", "5, 5", f"{len(body)}\r\nContent-Length: 7", f"{len(body)}\r\nTransfer-Encoding: chunked"))
        head = f"POST /v1/reports HTTP/1.1\r\nHost: c\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: zstd\r\nContent-Length: {length}"
        return ("reports", *self.agents.ask(head.encode() + b"\r\n\r\n" + body, patience=0.05, keep=False))

    def bad_chunks(self):
        head = b"POST /v1/reports HTTP/1.1\r\nHost: c\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: zstd\r\nTransfer-Encoding: chunked\r\n\r\n"
        body = self.draw.choice(self.draw.choice(self.packed))
        chunks = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
        return ("reports", *self.agents.ask(head + mutate(self.draw, chunks, [chunks]), patience=0.05, keep=False))

    def nonsense_head(self):
        lines = self.draw.choice((b"GET /nothing HTTP/9.9", b"GET /" + b"a" * 40000 + b" HTTP/1.1", b"\0\0\0\0", b"GET /../../etc/passwd HTTP/1.1",
                                  b"GET /%00%ff%2e%2e HTTP/1.1", b"GET /healthz%00 HTTP/1.1", b"BREW /api/v1/me HTTP/1.1", b"GET http://else/nothing HTTP/1.1", b"GET /nothing HTTP/1.1\r\n" + b"A: b\r\n" * 3000,
                                  b"GET /api/v1/me?" + b"a=b&" * 5000 + b" HTTP/1.1", b"GET /api/v1/me HTTP/1.1\r\nCookie: " + b"x=y; " * 2000,
                                  b"GET /api/v1/me HTTP/1.1\r\nHost: a\r\n folded: line", b"OPTIONS * HTTP/1.1", b"PRI * HTTP/2.0\r\n\r\nSM", b"GET /nothing\r\n"))
        return ("refused", *self.any_door().ask(lines + b"\r\nX: " + self.draw.randbytes(20) + b"\r\n\r\n", patience=0.05, keep=False))

    def oversize(self):
        body = self.draw.randbytes(self.draw.choice((1 << 20 | 1, 3 << 19, 5 << 20)))
        return ("reports", *self.agents.ask(request("/v1/reports", body, Content_Type="application/x-protobuf", Content_Encoding="zstd"), keep=False))

    def broken_off(self):
        body = self.draw.choice(self.draw.choice(self.packed))
        raw = request("/v1/reports", body, Content_Type="application/x-protobuf", Content_Encoding="zstd")
        return ("reports", *self.agents.ask(raw[:self.draw.randrange(len(raw))], patience=0.001, keep=False))

    def no_tls(self):
        hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + self.draw.randbytes(32) + b"\x20" + self.draw.randbytes(32) + \
            b"\x00\x02\x13\x01\x01\x00\x01\xb1" + self.draw.randbytes(200)
        raw = self.draw.choice((hello, mutate(self.draw, hello, [hello]), self.draw.randbytes(self.draw.randint(1, 3000)), b"GET / HTTP/1.1\r\n\r\n"))
        with socket.create_connection((peer.HOST, self.draw.choice((peer.AGENTS, peer.PAGE, peer.MEASURE, peer.NDT7))), timeout=5) as plain:
            try:
                plain.sendall(raw)
                plain.settimeout(0.02)
                plain.recv(100)
            except OSError:
                pass
        return "refused", 0, b""

    def bad_json(self):
        """What is sent is no JSON, or JSON of another shape than any action takes."""
        real = json.dumps({"login": "boss", "password": "no", "language": "ru", "school": "S1", "name": "Школа", "alert_id": 1, "role": "viewer",
                           "comment": "x", "device_id": str(uuid.uuid4()), "schools": ["S1"]}, ensure_ascii=self.draw.random() < 0.5).encode()
        body = mutate(self.draw, real, [real])
        try:
            json.loads(body)
            body = self.draw.choice((b"[]", b"7", b"null", b'"x"', b"[" * 5000, b'{"a":' * 3000, b"{}garbage", b'{"login": [[[[1e999]]]]}', b"\xef\xbb\xbf{}"))
        except ValueError:
            pass
        path = "/api/v1/" + self.draw.choice(self.json_paths)
        headers = {"Content_Type": "application/json", "Cookie": f"__Host-parta_session={self.cookie}", "X_Parta_CSRF": self.csrf}
        for name in list(headers):
            if self.draw.random() < 0.1:
                headers[name] = mutate(self.draw, headers[name].encode(), [b"x"]).decode("latin1").translate({10: "", 13: "", 0: ""})
        raw = request(path, body)
        head, rest = raw.split(b"\r\n", 1)
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()).encode("latin1")
        return ("refused", *self.page.ask(head + b"\r\n" + lines + rest))


KINDS = {
    World.spoilt_report: 30, World.spoilt_frames: 12, World.spoilt_zstd: 14, World.bomb: 1, World.wrong_type: 3, World.small_message: 6,
    World.enrolment: 5, World.bad_head: 4, World.bad_length: 3, World.bad_chunks: 3, World.nonsense_head: 3, World.oversize: 0.5,
    World.broken_off: 2, World.no_tls: 3, World.bad_json: 11,
}


def judge(who, status, body):
    """None when it was refused, else words."""
    if status in REFUSALS:
        return None
    if status == 200 and who == "reports":
        answer = exchange.ReportsAnswer()
        try:
            answer.ParseFromString(body)
        except Exception:
            return "200 with something that is no answer"
        return f"{answer.accepted} accepted" if answer.accepted or not answer.rejected else None
    return f"status {status} {body[:200]!r}"


def work(place, count, seed, folder, json_paths):
    world = World(place, seed, folder, json_paths)
    kinds, weights = list(KINDS), list(KINDS.values())
    seen, bad = collections.Counter(), []
    for _ in range(count):
        kind = world.draw.choices(kinds, weights)[0]
        who, status, body = kind(world)
        words = judge(who, status, body)
        seen["aside" if status == 200 else status] += 1
        if words:
            bad.append(f"{kind.__name__}: {words}")
    return seen, bad


def dribble(place, seconds):
    """Bodies that never end, a byte at a time."""
    context = peer.connect(peer.AGENTS, f"{place}/agent")._context
    tls = []
    for port in (peer.AGENTS, peer.PAGE) * 10:
        tls.append(context.wrap_socket(socket.create_connection((peer.HOST, port), timeout=5)))
        tls[-1].sendall(b"POST /v1/enrol HTTP/1.1\r\nHost: c\r\nContent-Length: 9000\r\n\r\n")
    until = time.monotonic() + seconds
    while time.monotonic() < until and tls:
        for one in list(tls):
            try:
                one.sendall(b"x")
            except OSError:
                tls.remove(one)
        time.sleep(0.1)


def main():
    place, count, seed, part, folder, *json_paths = sys.argv[1:]
    slow = multiprocessing.Process(target=dribble, args=(place, 5))
    slow.start()
    with multiprocessing.Pool(WORKERS) as pool:
        done = pool.starmap(work, [(place, int(count) // WORKERS, f"{seed} {part} {i}", folder, json_paths) for i in range(WORKERS)])
    slow.join()
    seen, bad = collections.Counter(), []
    for some, worse in done:
        seen += some
        bad += worse
    print(f"part {part}: {sum(seen.values())} sent,", ", ".join(f"{name or 'closed'} {n}" for name, n in seen.most_common()))
    for words in bad[:20]:
        print(f"TAKEN {words}")
    sys.exit(1 if bad or slow.exitcode else 0)


if __name__ == "__main__":
    main()
