"""A crowd on the page's listener: crowd.py SECONDS LOGIN=PASSWORD... Every route at once, by people and strangers, and by
clients that read slowly, leave in the middle, or say the wrong thing. Prints how often each status came; what is not an
answer of HTTP ends it."""
import collections
import http.client
import json
import random
import re
import socket
import ssl
import sys
import threading
import time

SECONDS, PEOPLE = float(sys.argv[1]), [one.split("=", 1) for one in sys.argv[2:]]
ADDRESS = ("localhost", 8444)
LISTS = re.findall(r'^\tX\("([a-z_]+)",', open("collector/page/list.h", encoding="utf-8").read(), re.M)
CONTEXT = ssl.create_default_context()
CONTEXT.check_hostname, CONTEXT.verify_mode = False, ssl.CERT_NONE
END = time.monotonic() + SECONDS
counts, wrong, lock = collections.Counter(), [], threading.Lock()


def count(what, status):
    with lock:
        counts[what, status] += 1


def connect():
    return http.client.HTTPSConnection(*ADDRESS, context=CONTEXT, timeout=60)


def sign_in(login, password):
    wire = connect()
    wire.request("POST", "/api/v1/login", json.dumps({"login": login, "password": password}), {"Content-Type": "application/json"})
    reply = wire.getresponse()
    text = reply.read()
    count("login", reply.status)
    if reply.status != 200:
        return None
    return {"Cookie": reply.headers["Set-Cookie"].split(";")[0], "X-Parta-CSRF": json.loads(text)["csrf"]}


def get(head, path):
    wire = connect()
    wire.request("GET", "/api/v1/" + path, headers=head)
    reply = wire.getresponse()
    reply.read()
    count(re.split(r"\?", path)[0], reply.status)


def post(head, path, body):
    wire = connect()
    text = body if isinstance(body, str) else json.dumps(body)
    wire.request("POST", "/api/v1/" + path, text, {**head, "Content-Type": "application/json"})
    reply = wire.getresponse()
    reply.read()
    count(path, reply.status)


def raw(head, path, read, pause=0.0):
    """Asks, reads so many bytes, and is gone."""
    with socket.create_connection(ADDRESS, timeout=20) as plain:
        plain.settimeout(6)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with CONTEXT.wrap_socket(plain) as wire:
            lines = [f"GET /api/v1/{path} HTTP/1.1", "Host: localhost"] + [f"{name}: {value}" for name, value in head.items()]
            wire.sendall("\r\n".join(lines + ["", ""]).encode())
            got = 0
            until = min(END, time.monotonic() + 5)
            while got < read and time.monotonic() < until:
                try:
                    piece = wire.recv(min(512, read - got))
                except TimeoutError:
                    break
                if not piece:
                    break
                got += len(piece)
                time.sleep(pause)
    count("gone", 0)


def reads(head):
    name = random.choice(LISTS)
    get(head, random.choice([f"{name}?limit=1000", f"{name}?q=a&sort=-{name}", f"{name}?format=csv", f"{name}?format=xlsx&lang=en",
                             f"{name}?from=2025-01-01&to=2030-01-01", "me", "summary", "words", "openapi.json",
                             "series?school=A&name=down&from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"]))


def acts(head):
    post(head, *random.choice([
        ("schools/put", {"school": "C%d" % random.randrange(9), "name": "Ш" * random.randrange(1, 200), "settlement": "urban"}),
        ("schools/import", "code,name\nX1,one\nX2,\n"), ("tokens/make", {"school": "A"}), ("me/language", {"language": "ru"}),
        ("devices/correct", {"device_id": "00000000-0000-0000-0000-000000000001", "room": "7"}),
        ("alerts/ack", {"alert_id": random.randrange(9), "comment": "x"}), ("silences/end", {"silence_id": random.randrange(9)}),
        ("silences/add", {"school": "A", "from": "2026-01-01T00:00:00Z", "to": "2036-01-01T00:00:00Z", "comment": "x"}),
        ("agents/revoke", {"agent_id": "ы" * 300, "reason": "x"}), ("users/put", {"login": "u%d" % random.randrange(5), "role": "viewer",
                                                                               "password": "a long word %d" % random.randrange(9)}),
        ("me/password", {"old": "no", "new": "another long word"}), ("alerts/ack", "[" * 3000), ("alerts/ack", '{"alert_id":1e300}')]))


def leaves(head):
    raw(head, random.choice(["live", "devices?format=csv", "device_evidence?format=csv", "device_evidence?format=xlsx", "summary"]),
        random.choice([0, 1, 200, 3000]), random.choice([0, 0, 0.05]))


def looks(head):
    raw(head, "live", random.choice([1, 300, 700]))


def dawdles(head):
    raw(head, "device_evidence?format=csv", 60000, 0.02)


def comes_and_goes(_):
    login, password = random.choice(PEOPLE)
    head = sign_in(login, password)
    if head:
        post(head, "logout", {})


def strangers(_):
    sign_in("nobody%d" % random.randrange(9), "wrong")
    get({"Cookie": "__Host-parta_session=" + "a" * 64}, "schools")


def work(kind, number):
    random.seed(number)
    head = None
    while time.monotonic() < END:
        try:
            if not head:
                head = sign_in(*PEOPLE[number % len(PEOPLE)])
                if not head:
                    time.sleep(0.2)
                    continue
            kind(head)
        except (OSError, http.client.HTTPException) as error:
            # A server that ends takes its connections along; before that none is lost.
            with lock:
                wrong.append(f"{kind.__name__}: {error!r}")
            time.sleep(0.1)


threads = [threading.Thread(target=work, args=(kind, number)) for number, kind in
           enumerate([reads] * 12 + [acts] * 8 + [leaves] * 8 + [looks] * 4 + [dawdles] * 3 + [comes_and_goes] * 3 + [strangers] * 2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
statuses = collections.Counter()
for (what, status), n in sorted(counts.items()):
    statuses[status] += n
print("answers:", dict(statuses), "lost:", len(wrong), collections.Counter(wrong).most_common(5))
if any(status >= 500 for status in statuses):
    print({what: n for (what, status), n in counts.items() if status >= 500})
