"""Answers no decent server gives, chosen by the path: the other end of tests/system/transfer.sh."""
import socket
import struct
import sys
import threading
import time


def request_read(conn):
    data = b""
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return None, b""
        data += more
    head, rest = data.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    headers = {k.strip().lower(): v.strip() for k, v in (line.split(":", 1) for line in lines[1:])}
    return (lines[0].split(" ")[1], headers), rest


def body_count(conn, headers, rest):
    if headers.get("transfer-encoding") == "chunked":
        data = rest
        while not data.endswith(b"0\r\n\r\n"):
            data += conn.recv(65536)
        total, at = 0, 0
        while True:
            end = data.index(b"\r\n", at)
            size = int(data[at:end], 16)
            if size == 0:
                return total
            total += size
            at = end + 2 + size + 2
    total = len(rest)
    while total < int(headers.get("content-length", 0)):
        total += len(conn.recv(1 << 20))
    return total


def answer(status, body=b"", *headers):
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode("latin-1") + body


def date(seconds):
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + seconds))


def reset(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def serve(conn):
    request, rest = request_read(conn)
    if not request:
        return
    path, headers = request
    if path == "/reset":
        reset(conn)
    elif path == "/slow":
        time.sleep(30)
    elif path == "/half":
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    elif path == "/flood":
        conn.sendall(b"HTTP/1.1 200 OK\r\n" + b"X-Much: yes\r\n" * 20000 + b"\r\n")
    elif path == "/busy":
        conn.sendall(answer("503 Busy", b"", "Retry-After: 17"))
    elif path == "/later":
        conn.sendall(answer("503 Busy", b"", f"Retry-After: {date(600)}"))
    elif path == "/before":
        conn.sendall(answer("503 Busy", b"", f"Retry-After: {date(-600)}"))
    elif path == "/never":
        conn.sendall(answer("503 Busy", b"", "Retry-After: 999999999"))
    elif path == "/interim":
        conn.sendall(b"HTTP/1.1 103 Early\r\nContent-Type: text/early\r\n\r\n" + answer("200 OK", b"late", "Content-Type: text/late"))
    elif path == "/nonsense":
        conn.sendall(b"\x16\x03\x01\x00\x05hello world\r\n\r\n")
    elif path == "/method":
        conn.sendall(answer("200 OK", headers.get("x-secret", "-").encode() + b" " + str(body_count(conn, headers, rest)).encode()))
    elif path == "/see-other":
        body_count(conn, headers, rest)
        conn.sendall(answer("303 See Other", b"go", "Location: /method"))
    elif path == "/again":
        body_count(conn, headers, rest)
        conn.sendall(answer("307 Again", b"go", "Location: /method"))
    elif path == "/elsewhere":
        conn.sendall(answer("302 Found", b"go", "Location: http://other.test:8080/method"))
    elif path == "/ftp":
        conn.sendall(answer("302 Found", b"go", "Location: ftp://other.test/"))
    elif path == "/loop":
        conn.sendall(answer("302 Found", b"go", "Location: /loop"))
    else:
        conn.sendall(answer("404 Not Found", path.encode()))


def handle(conn):
    with conn:
        try:
            serve(conn)
        except OSError:
            pass


def main():
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=64)
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=handle, args=(conn,), daemon=True).start()


main()
