"""An agent that lies: every kind of request a collector must refuse, and some it must take (run by collector.sh).

Speaks HTTP by Python's own client and protobuf by Google's library, so nothing of ours is on this side.
"""
import hashlib
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import time
import uuid

import parta.v1.enrolment_pb2 as enrolment
import parta.v1.exchange_pb2 as exchange
import parta.v1.policy_pb2 as policy
import parta.v1.report_pb2 as wire

HOST = "127.0.0.1"
AGENTS, PAGE, MEASURE, NDT7 = 8443, 8444, 8445, 8446
ZSTD = {"Content-Type": "application/x-protobuf", "Content-Encoding": "zstd"}
failures = 0


def expect(what, seen, wanted):
    global failures
    if seen != wanted:
        failures += 1
        print(f"FAILED {what}: {seen!r}, wanted {wanted!r}")


# ---------------------------------------------------------------- TLS and HTTP

def context(place=None, authority=None):
    made = ssl.create_default_context(cafile=authority)
    if not authority:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    if place:
        made.load_cert_chain(f"{place}/agent.crt", f"{place}/agent.key")
    return made


def connect(port, place=None, authority=None):
    return http.client.HTTPSConnection(HOST, port, context=context(place, authority), timeout=40)


def ask(connection, method, path, body=None, headers=None):
    connection.request(method, path, body=body, headers=headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers


def once(port, method, path, body=None, headers=None, place=None):
    connection = connect(port, place)
    try:
        return ask(connection, method, path, body, headers)
    finally:
        connection.close()


def error_code(body):
    error = exchange.ErrorAnswer()
    error.ParseFromString(body)
    return error.code


# ---------------------------------------------------------------- bytes of the wire

def openssl(*words, given=None):
    return subprocess.run(["openssl", *words], input=given, capture_output=True, check=True).stdout


def zstd(plain):
    return subprocess.run(["zstd", "-q", "-c", "-3"], input=plain, capture_output=True, check=True).stdout


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def frame(*packed):
    return b"".join(varint(len(one)) + one for one in packed)


def now_ms():
    return int(time.time() * 1000)


class Agent:
    def __init__(self, place):
        self.place = place
        self.id = b""
        self.boot = uuid.uuid4().bytes
        self.seq = 0
        os.makedirs(place, exist_ok=True)

    def request(self, *key):
        self.csr = openssl("req", "-new", "-newkey", *key, "-nodes", "-keyout", f"{self.place}/agent.key",
                           "-subj", "/CN=peer", "-outform", "DER")
        return self.csr

    def enrol(self, token, csr=None):
        body = enrolment.EnrolRequest(token=token, csr=csr or self.csr, host_name="peer").SerializeToString()
        status, body, headers = once(PAGE, "POST", "/v1/enrol", body)
        if status == 200:
            self.take(body)
        return status, body, headers

    def take(self, body):
        answer = enrolment.EnrolAnswer()
        answer.ParseFromString(body)
        self.id = answer.agent_id
        self.answer = answer
        with open(f"{self.place}/agent.crt", "wb") as file:
            file.write(answer.certificate)
        with open(f"{self.place}/authority.crt", "wb") as file:
            file.write(answer.authority)

    def report(self, **other):
        self.seq += 1
        report = wire.Report(agent_id=self.id, boot_id=self.boot, seq=self.seq, created_ms=now_ms(),
                             agent_version="peer")
        report.measurements.add(metric="rtt_ms", subject="10.0.0.1", at_ms=now_ms(), value=self.seq)
        for name, value in other.items():
            setattr(report, name, value)
        return report

    def send(self, body, headers=None, connection=None):
        own = connection or connect(AGENTS, self.place)
        try:
            return ask(own, "POST", "/v1/reports", body, headers or ZSTD)
        finally:
            if not connection:
                own.close()

    def deliver(self, *reports, connection=None):
        packed = [one if isinstance(one, bytes) else one.SerializeToString() for one in reports]
        status, body, _ = self.send(zstd(frame(*packed)), connection=connection)
        answer = exchange.ReportsAnswer()
        if status == 200:
            answer.ParseFromString(body)
        return status, answer


P256 = ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")


# ---------------------------------------------------------------- the stories

def enrolment_story(work, token):
    agent = Agent(f"{work}/agent")
    strange = Agent(f"{work}/strange")
    status, body, _ = once(PAGE, "POST", "/v1/enrol", b"\xff\xff\xff")
    expect("enrol with nonsense", (status, error_code(body)), (400, "malformed"))
    expect("enrol with a bad request", strange.enrol(token, csr=b"\x30\x03\x02\x01\x01")[0], 400)
    expect("enrol an RSA key", strange.enrol(token, csr=strange.request("rsa:2048"))[0], 400)
    expect("enrol a P-384 key", strange.enrol(token, csr=strange.request(
        "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"))[0], 400)
    spoilt = bytearray(strange.request(*P256))
    spoilt[-1] ^= 1
    expect("enrol a request with a wrong signature", strange.enrol(token, csr=bytes(spoilt))[0], 400)
    strange.request(*P256)
    other = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    for what, bad in (("no", ""), ("another authority's", other), ("an unknown", "parta1." + "A" * 43 + token[50:])):
        status, body, _ = strange.enrol(bad)
        expect(f"enrol with {what} token", (status, error_code(body)), (403, "token"))
    agent.request(*P256)
    expect("enrol", agent.enrol(token)[0], 200)
    first = agent.id
    expect("the school's code", agent.answer.school_code, "S1")
    expect("the agents' URL", agent.answer.agents_url, "https://localhost:8443")
    expect("enrol again with the same key", agent.enrol(token)[0], 200)
    expect("the agent is the same", agent.id, first)
    status, body, _ = strange.enrol(token)
    expect("a token that was used", (status, error_code(body)), (403, "token"))
    der = openssl("x509", "-in", f"{agent.place}/authority.crt", "-outform", "DER")
    pinned = token.split(".")[2].replace("-", "+").replace("_", "/") + "="
    import base64
    expect("the token's authority", base64.b64decode(pinned), hashlib.sha256(der).digest())
    openssl("verify", "-purpose", "sslclient", "-CAfile", f"{agent.place}/authority.crt", f"{agent.place}/agent.crt")
    connection = connect(AGENTS, agent.place, authority=f"{agent.place}/authority.crt")
    expect("the listener is the authority's", agent.deliver(agent.report(), connection=connection)[0], 200)
    connection.close()
    return agent


def certificate_story(work, agent):
    status, body, _ = once(AGENTS, "POST", "/v1/reports", b"x", ZSTD)
    expect("no certificate", (status, error_code(body)), (401, "no_certificate"))
    foreign = f"{work}/foreign"
    os.makedirs(foreign, exist_ok=True)
    openssl("req", "-x509", "-new", "-newkey", *P256, "-nodes", "-keyout", f"{foreign}/agent.key", "-subj",
            "/CN=foreign", "-days", "9", "-addext", "extendedKeyUsage=clientAuth", "-out", f"{foreign}/agent.crt")
    status, body, _ = once(AGENTS, "POST", "/v1/reports", b"x", ZSTD, place=foreign)
    expect("a foreign certificate", (status, error_code(body)), (401, "foreign_certificate"))
    status, body, _ = once(AGENTS, "POST", "/v1/renew", b"x", place=foreign)
    expect("a foreign certificate may not renew", status, 401)


def report_story(agent):
    first = agent.report()
    status, answer = agent.deliver(first)
    expect("a report", (status, answer.accepted, len(answer.rejected)), (200, 1, 0))
    expect("the server's time", abs(answer.server_time_ms - now_ms()) < 60000, True)
    status, answer = agent.deliver(first)
    expect("the same report again", (status, answer.accepted, len(answer.rejected)), (200, 1, 0))
    status, answer = agent.deliver(*[agent.report() for _ in range(256)], )
    expect("256 reports", (status, answer.accepted), (200, 256))
    bad = {
        "malformed": b"\x0a\x10" + b"a" * 9,
        "foreign_agent": agent.report(agent_id=uuid.uuid4().bytes),
        "future": agent.report(created_ms=now_ms() + 3600_000),
        "too_old": agent.report(created_ms=now_ms() - 40 * 86400_000),
        "data": agent.report(seq=2**63),
    }
    large = agent.report()
    for _ in range(1001):
        large.measurements.add(metric="x", at_ms=now_ms())
    bad["too_large"] = large
    for code, report in bad.items():
        status, answer = agent.deliver(agent.report(), report, agent.report())
        expect(f"{code} among good ones", (status, answer.accepted, [(r.code, r.retry) for r in answer.rejected]),
               (200, 2, [(code, False)]))
        expect(f"{code} is named", answer.rejected[0].seq if code in ("future", "too_old", "too_large") else 0,
               report.seq if code in ("future", "too_old", "too_large") else 0)
    # Again: kept aside once, and the answer is the same.
    status, answer = agent.deliver(bad["future"])
    expect("a refused report again", (status, answer.accepted, answer.rejected[0].code), (200, 0, "future"))
    deep = b""
    for _ in range(40):
        deep = b"\x82\x01" + varint(len(deep)) + deep
    status, answer = agent.deliver(deep)
    expect("a deep report", (status, [r.code for r in answer.rejected]), (200, ["malformed"]))
    unknown = agent.report().SerializeToString() + b"\xc2\x3e\x03abc"
    expect("a field of a newer agent", agent.deliver(unknown)[1].accepted, 1)


def body_story(work, agent):
    good = zstd(frame(agent.report().SerializeToString()))
    cases = [
        ("no type", good, {"Content-Encoding": "zstd"}, 415),
        ("not compressed", b"x", {"Content-Type": "application/x-protobuf"}, 415),
        ("not zstd", b"x" * 100, ZSTD, 400),
        ("nothing", b"", ZSTD, 400),
        ("zstd of nothing", zstd(b""), ZSTD, 400),
        ("a cut body", good[:-5], ZSTD, 400),
        ("a frame that lies", zstd(varint(5000) + b"x"), ZSTD, 400),
        ("257 reports", zstd(frame(*[b"\x18\x01"] * 257)), ZSTD, 400),
        ("a bomb", zstd(bytes(400_000_000)), ZSTD, 413),
        ("two frames after one another, a bomb", zstd(bytes(5_000_000)) + zstd(bytes(5_000_000)), ZSTD, 413),
        ("too many bytes", os.urandom(1024 * 1024 + 1), ZSTD, 413),
    ]
    for what, body, headers, wanted in cases:
        status, answer, _ = agent.send(body, headers)
        expect(what, status, wanted)
        expect(f"{what} says why", error_code(answer) != "", True)
    connection = connect(AGENTS, agent.place)
    connection.request("POST", "/v1/reports", body=(os.urandom(65536) for _ in range(20)), headers=ZSTD,
                       encode_chunked=True)
    expect("too many bytes in chunks", connection.getresponse().status, 413)
    connection.close()
    connection = connect(AGENTS, agent.place)
    connection.putrequest("POST", "/v1/reports")
    for name, value in {**ZSTD, "Content-Length": str(10**12), "Expect": "100-continue"}.items():
        connection.putheader(name, value)
    connection.endheaders()
    expect("a terabyte that asks first", connection.getresponse().status, 413)
    connection.close()
    for method, path, wanted in (("GET", "/v1/reports", 405), ("PUT", "/v1/reports", 405), ("GET", "/", 404),
                                 ("POST", "/v1/enrol", 404), ("GET", "/v1/policy/", 404), ("GET", "/metrics", 404)):
        expect(f"{method} {path}", once(AGENTS, method, path, place=agent.place)[0], wanted)
    expect("the methods that are taken", once(AGENTS, "GET", "/v1/reports", place=agent.place)[2]["Allow"], "POST")
    status, _, _ = once(AGENTS, "GET", "/v1/policy", headers={"X-Long": "y" * 60000}, place=agent.place)
    expect("a head too long", status in (400, 413, 431), True)
    expect("and it still takes reports", agent.deliver(agent.report())[1].accepted, 1)


def heartbeat_story(agent):
    beat = exchange.Heartbeat(boot_id=agent.boot, beat=1, at_ms=now_ms(), next_seq=agent.seq + 1)
    connection = connect(AGENTS, agent.place)
    version = ""
    for beat.beat in range(1, 20):
        status, body, _ = ask(connection, "POST", "/v1/heartbeat", beat.SerializeToString())
        expect("a heartbeat", status, 200)
        answer = exchange.HeartbeatAnswer()
        answer.ParseFromString(body)
        version = version or answer.policy_version
        time.sleep(0.05)
    expect("its answer names a policy", version != "", True)
    for what, bad in (("nonsense", b"\xff" * 9), ("without a boot", b""), ("too long", b"x" * 20000)):
        expect(f"a heartbeat that is {what}", ask(connection, "POST", "/v1/heartbeat", bad)[0] in (400, 413), True)
    connection.close()


def policy_story(work, agent):
    status, body, headers = once(AGENTS, "GET", "/v1/policy", place=agent.place)
    expect("a policy", status, 200)
    signed = policy.SignedPolicy()
    signed.ParseFromString(body)
    inner = policy.Policy()
    inner.ParseFromString(signed.policy)
    expect("its tag is its version", headers["ETag"], f'"{inner.version}"')
    for name, data in (("policy", signed.policy), ("signature", signed.signature),
                       ("key.der", bytes.fromhex("302a300506032b6570032100") + agent.answer.policy_key)):
        with open(f"{work}/{name}", "wb") as file:
            file.write(data)
    openssl("pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", f"{work}/key.der", "-in",
            f"{work}/policy", "-sigfile", f"{work}/signature")
    status, body, _ = once(AGENTS, "GET", "/v1/policy", headers={"If-None-Match": headers["ETag"]}, place=agent.place)
    expect("a policy that is known", (status, body), (304, b""))


def renewal_story(work, agent):
    """work/expired.crt: a certificate of this agent's key whose time is over (made by collector.sh)."""
    expired = Agent(f"{work}/expired")
    for name in ("agent.key",):
        with open(f"{agent.place}/{name}", "rb") as one, open(f"{expired.place}/{name}", "wb") as two:
            two.write(one.read())
    expired.id = agent.id
    status, body, _ = expired.send(zstd(frame(agent.report().SerializeToString())))
    expect("an expired certificate", (status, error_code(body)), (401, "expired"))
    expect("its policy", once(AGENTS, "GET", "/v1/policy", place=expired.place)[0], 401)
    renewed = Agent(f"{work}/renewed")
    body = enrolment.EnrolRequest(csr=renewed.request(*P256), agent_version="peer").SerializeToString()
    expect("a renewal with nonsense", once(AGENTS, "POST", "/v1/renew", b"\xff", place=expired.place)[0], 400)
    status, answer, _ = once(AGENTS, "POST", "/v1/renew", body, place=expired.place)
    expect("an expired certificate renews itself", status, 200)
    renewed.take(answer)
    expect("the agent stays the same", renewed.id, agent.id)
    expect("the new certificate works", renewed.deliver(renewed.report())[1].accepted, 1)
    expect("the old one still works", agent.deliver(agent.report())[1].accepted, 1)


def authority_story(work, agent, ca, token):
    """The authority's certificate was renewed and the collector told (collector.sh); nobody lost trust in anybody."""
    shown = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((HOST, AGENTS)))
    expect("the listener shows what was renewed", shown, openssl("x509", "-in", f"{ca}/server.crt", "-outform", "DER"))
    for whose, authority in (("before", f"{agent.place}/authority.crt"), ("now", f"{ca}/ca.crt")):
        connection = connect(AGENTS, agent.place, authority=authority)
        expect(f"who trusts the authority of {whose} is served", agent.deliver(agent.report(), connection=connection)[0], 200)
        connection.close()
    fresh = Agent(f"{work}/fresh")
    fresh.request(*P256)
    expect("a token given since enrols", fresh.enrol(token)[0], 200)
    with open(f"{ca}/ca.crt", "rb") as file:
        expect("with the renewed authority", fresh.answer.authority, file.read())
    expect("and is served", fresh.deliver(fresh.report())[1].accepted, 1)


def measure_story():
    connection = connect(MEASURE)
    size = 30_000_000
    status, body, _ = ask(connection, "GET", f"/v1/measure/download?bytes={size}&test={uuid.uuid4()}")
    expect("a download", (status, len(body)), (200, size))
    expect("it does not compress", len(zstd(body[:1_000_000])) > 990_000, True)
    status, body, _ = ask(connection, "POST", f"/v1/measure/upload?test={uuid.uuid4()}", os.urandom(9_000_000))
    told = json.loads(body)
    expect("an upload", (status, told["bytes"], sum(told["samples"])), (200, 9_000_000, 9_000_000))
    expect("a ping", ask(connection, "GET", "/v1/measure/ping")[0], 204)
    expect("LibreSpeed's garbage", len(ask(connection, "GET", "/backend/garbage.php?ckSize=3")[1]), 3 * 1048576)
    expect("LibreSpeed's empty", ask(connection, "POST", "/backend/empty.php", b"x" * 100000)[0], 200)
    expect("LibreSpeed's getIP", json.loads(ask(connection, "GET", "/backend/getIP")[1])["processedString"], HOST)
    for bad in ("", "?bytes=0", "?bytes=-5", "?bytes=x"):
        expect(f"a download{bad}", ask(connection, "GET", "/v1/measure/download" + bad)[0], 400)
    connection.close()


def limits_story(agent):
    """The configuration was changed and read again by collector.sh: 1 request a second, 3 at once, 2 streams, a key."""
    connection = connect(AGENTS, agent.place)
    seen = [ask(connection, "GET", "/v1/policy") for _ in range(8)]
    expect("too often is told", 429 in [status for status, _, _ in seen], True)
    expect("when to come again", all(int(h["Retry-After"]) >= 1 for s, _, h in seen if s == 429), True)
    connection.close()
    expect("a download without the key", once(MEASURE, "GET", "/v1/measure/download?bytes=9")[0], 401)
    expect("one with it", once(MEASURE, "GET", "/v1/measure/download?bytes=9&key=word")[0], 200)
    held = []
    for _ in range(2):
        one = connect(MEASURE)
        one.request("GET", "/v1/measure/download?bytes=1000000000&key=word")
        held.append((one, one.getresponse()))
    status, _, headers = once(MEASURE, "GET", "/v1/measure/download?bytes=9&key=word")
    expect("more streams than there may be", (status, headers["Retry-After"] is not None), (503, True))
    for one, answer in held:
        answer.close()
        one.close()


def revocation_story(agent, revoke):
    connection = connect(AGENTS, agent.place)
    expect("before it is revoked", agent.deliver(agent.report(), connection=connection)[1].accepted, 1)
    subprocess.run(revoke, check=True, stdout=subprocess.DEVNULL)
    began = time.monotonic()
    while (seen := ask(connection, "POST", "/v1/heartbeat", b"x"))[0] != 403 and time.monotonic() < began + 10:
        time.sleep(0.1)
    expect("a revoked agent", (seen[0], error_code(seen[1])), (403, "revoked"))
    expect("it is refused soon", time.monotonic() - began < 2.5, True)
    expect("it may not renew", ask(connection, "POST", "/v1/renew", b"x")[0], 403)
    connection.close()


def away_story(agent, kill):
    """The database is killed; agents are asked to come again, and what they then send is stored."""
    connection = connect(AGENTS, agent.place)
    subprocess.run(kill, check=True)
    report = agent.report()
    body = zstd(frame(report.SerializeToString()))
    refused, began = 0, time.monotonic()
    while time.monotonic() < began + 60:
        status, answer, headers = agent.send(body, connection=connection)
        if status == 200:
            break
        expect("what is said meanwhile", (status, int(headers["Retry-After"]) > 0), (503, True))
        refused += 1
        time.sleep(0.2)
    expect("it recovers by itself", status, 200)
    expect("somebody was asked to come again", refused > 0, True)
    connection.close()


# ---------------------------------------------------------------- clients that fall silent

def hello():
    sends = ssl.MemoryBIO()
    tls = ssl._create_unverified_context().wrap_bio(ssl.MemoryBIO(), sends)
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return sends.read()


def processor_s(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def silence_story(pid):
    """Handshakes that never go on cost no processor, and are cut after fifteen seconds."""
    begun = time.monotonic()
    clients = []
    for port in (AGENTS, PAGE, MEASURE):
        for said in (b"", hello()[:3], hello()):
            clients.append(socket.create_connection((HOST, port)))
            clients[-1].sendall(said)
    time.sleep(0.3)
    spent = processor_s(pid)
    time.sleep(1)
    expect("silent clients cost no processor", processor_s(pid) - spent < 0.1, True)
    print("waiting", flush=True)
    for client in clients:
        client.settimeout(30)
        try:
            while client.recv(65536):
                pass
        except ConnectionResetError:
            pass
    expect("silent clients are cut in time", 14 < time.monotonic() - begun < 25, True)


def load(place):
    """The agent that enrolment_story() made, in a later run of this program."""
    agent = Agent(place)
    agent.id = uuid.UUID(openssl("x509", "-in", f"{place}/agent.crt", "-noout", "-subject", "-nameopt",
                                 "sep_multiline,utf8").decode().split("CN=")[1].strip()).bytes
    return agent


def main():
    story, work, rest = sys.argv[1], sys.argv[2], sys.argv[3:]
    if story == "first":
        agent = enrolment_story(work, rest[0])
        certificate_story(work, agent)
        report_story(agent)
        body_story(work, agent)
        heartbeat_story(agent)
        policy_story(work, agent)
        measure_story()
    elif story == "enrol":
        agent = Agent(f"{work}/agent")
        agent.request(*P256)
        expect("enrol", agent.enrol(rest[0])[0], 200)
    elif story == "one":
        agent = load(f"{work}/agent")
        expect("a good report", agent.deliver(agent.report())[1].accepted, 1)
    elif story == "renewal":
        renewal_story(work, load(f"{work}/agent"))
    elif story == "authority":
        authority_story(work, load(f"{work}/agent"), *rest)
    elif story == "away":
        away_story(load(f"{work}/agent"), rest)
    elif story == "limits":
        limits_story(load(f"{work}/agent"))
    elif story == "silence":
        silence_story(rest[0])
    elif story == "revocation":
        revocation_story(load(f"{work}/agent"), rest)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
