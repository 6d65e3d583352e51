"""A foreign ndt7 server (m-lab/ndt-server, spec/ndt7-protocol.md) and M-Lab's locator (v2), on python3-websockets.

ndt7_server.py ADDRESS PORT SECONDS [CERT KEY]: /v2/nearest/ndt/ndt7 names this server, with a token that both directions
want; a download lasts SECONDS. Measurements come from the kernel's TCP_INFO, as those of ndt-server do; pings come along.
Prints one line for each event: "locate", "download", "upload", "pong", "closed CODE".
"""
import asyncio, http, json, secrets, socket, ssl, struct, sys, time
import websockets

ADDRESS, PORT, SECONDS = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
TLS = sys.argv[4:6]
PROTOCOL = "net.measurementlab.ndt.v7"
TOKEN = secrets.token_urlsafe(600)


def say(*words):
    print(*words, flush=True)


def measurement(ws, began):
    """struct tcp_info: tcpi_rtt at 68, tcpi_bytes_acked at 120, tcpi_bytes_received at 128."""
    info = ws.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    rtt, = struct.unpack_from("I", info, 68)
    acked, received = struct.unpack_from("QQ", info, 120)
    return json.dumps({
        "ConnectionInfo": {"Client": "x", "Server": "y", "UUID": "z"},
        "BBRInfo": {"BW": 1, "ElapsedTime": 1},
        "TCPInfo": {"RTT": rtt, "BytesAcked": acked, "BytesReceived": received,
                    "ElapsedTime": int((time.monotonic() - began) * 1e6)},
    })


async def measure(ws, began):
    while True:
        await asyncio.sleep(0.25)
        await ws.send(measurement(ws, began))
        pong = await ws.ping()
        await asyncio.wait_for(pong, 5)
        say("pong")


async def download(ws):
    size, total, began = 1 << 13, 0, time.monotonic()
    load = secrets.token_bytes(1 << 20)
    while time.monotonic() - began < SECONDS:
        await ws.send(load[:size])
        total += size
        if size < 1 << 20 and size <= total / 16:
            size *= 2


async def upload(ws):
    async for message in ws:
        if isinstance(message, bytes) and len(message) > 1 << 24:
            await ws.close(1009)


async def serve(ws):
    path = ws.path.split("?")[0]
    say(path.rsplit("/", 1)[1])
    telling = asyncio.create_task(measure(ws, time.monotonic()))
    try:
        await (download(ws) if path == "/ndt/v7/download" else upload(ws))
    except websockets.ConnectionClosed:
        pass
    telling.cancel()
    await ws.close()
    say("closed", ws.close_code)


async def look(path, headers):
    where, _, query = path.partition("?")
    if where == "/v2/nearest/ndt/ndt7":
        say("locate")
        if "client_name=parta" not in query:
            return http.HTTPStatus.BAD_REQUEST, [], b"who are you?\n"
        scheme = "wss" if TLS else "ws"
        urls = {f"{scheme}:///ndt/v7/{d}": f"{scheme}://{ADDRESS}:{PORT}/ndt/v7/{d}?access_token={TOKEN}" for d in ("download", "upload")}
        dead = {k: v.replace(str(PORT), "9") for k, v in urls.items()}
        answer = {"results": [{"machine": "dead", "urls": dead}, {"machine": "x", "urls": urls}]}
        return http.HTTPStatus.OK, [("Content-Type", "application/json")], json.dumps(answer).encode()
    if where == "/busy/v2/nearest/ndt/ndt7":
        say("busy")
        return http.HTTPStatus.TOO_MANY_REQUESTS, [("Retry-After", "77")], b"{}"
    if where not in ("/ndt/v7/download", "/ndt/v7/upload"):
        return http.HTTPStatus.NOT_FOUND, [], b""
    if "access_token" in query and TOKEN not in query:
        return http.HTTPStatus.UNAUTHORIZED, [], b""
    return None


async def main():
    tls = None
    if TLS:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*TLS)
        tls.set_alpn_protocols(["h2", "http/1.1"])
    async with websockets.serve(serve, ADDRESS, PORT, subprotocols=[PROTOCOL], process_request=look, ssl=tls,
                                max_size=None, compression=None, ping_interval=None):
        say("ready")
        await asyncio.Future()


asyncio.run(main())
