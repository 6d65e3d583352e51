"""A client of the measuring endpoint (run by measure.sh): what it is promised, how it is paced, what is recorded of it."""
import http.client
import json
import os
import ssl
import sys
import time
import uuid

HOST, PORT = sys.argv[1], 8445
failures = 0


def expect(what, seen, wanted):
    global failures
    if seen != wanted:
        failures += 1
        print(f"FAILED {what}: {seen!r}, wanted {wanted!r}")


def connect():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(HOST, PORT, context=context, timeout=60)


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
    expect("the kernel sent it", down["tcp"]["bytes_sent"] >= size, True)
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
    for bad in ("", "?test=", "?test=7", "?test=" + "x" * 36):
        expect(f"the record of '{bad}'", ask("GET", "/v1/measure/record" + bad)[0], 400)


def pace_story():
    test, mbps, size = uuid.uuid4(), 40, 8_000_000
    began = time.monotonic()
    ask("GET", f"/v1/measure/download?bytes={size}&test={test}&rate={mbps * 1000000}&need={mbps}")
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


STORIES = {"record": record_story, "pace": pace_story, "admission": admission_story}
for story in sys.argv[2:]:
    STORIES[story]()
sys.exit(1 if failures else 0)
