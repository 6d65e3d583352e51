#!/usr/bin/env python3
"""Posts to the agent as a host script does, and as it does not.

host_peer.py ADDRESS:PORT KEY BODY_FILE ACTION   prints the status code and the answer of each request
  good | time=SECONDS | replay | unsigned | tampered | large | huge | chunked | get | garbage | flood=N | slow=N
"""
import hashlib
import hmac
import http.client
import os
import socket
import sys
import time


def signed(key, body, at=None, nonce=None):
    at = str(int(time.time()) if at is None else at)
    nonce = nonce or os.urandom(16).hex()
    text = f"parta-host-1\n{at}\n{nonce}\n".encode() + body
    return {"X-Parta-Time": at, "X-Parta-Nonce": nonce, "X-Parta-Signature": hmac.new(bytes.fromhex(key), text, hashlib.sha256).hexdigest()}


def post(place, body, headers, method="POST", path="/v1/host"):
    try:
        connection = http.client.HTTPConnection(place, timeout=10)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return f"{answer.status} {answer.read().decode().strip()}"
    except (OSError, http.client.HTTPException) as error:
        return f"000 {type(error).__name__}"


def slow(place, count):
    host, port = place.split(":")
    held = []
    for _ in range(count):
        one = socket.create_connection((host, int(port)), timeout=5)
        one.sendall(b"POST /v1/host HTTP/1.1\r\nContent-Le")
        held.append(one)
    print("held", flush=True)
    time.sleep(30)


def main():
    place, key, file, action = sys.argv[1:5]
    with open(file, "rb") as text:
        body = text.read()
    word, _, value = action.partition("=")
    if word == "good":
        print(post(place, body, signed(key, body)))
    elif word == "time":
        print(post(place, body, signed(key, body, at=int(time.time()) + int(value))))
    elif word == "replay":
        headers = signed(key, body)
        print(post(place, body, headers))
        print(post(place, body, headers))
    elif word == "unsigned":
        print(post(place, body, {}))
    elif word == "tampered":
        print(post(place, body.replace(b"Computer", b"computer"), signed(key, body)))
    elif word == "large":
        body = body + b" " * (300 * 1024)
        print(post(place, body, signed(key, body)))
    elif word == "huge":
        print(post(place, b"", {**signed(key, b""), "Content-Length": "99999999999"}))
    elif word == "chunked":
        print(post(place, iter([body]), signed(key, body)))
    elif word == "get":
        print(post(place, None, {}, "GET", "/"))
    elif word == "garbage":
        for text in (b"not json", b"{}", b'{"content":{}}', b"[" * 20000):
            print(post(place, text, signed(key, text)))
    elif word == "flood":
        print("\n".join(post(place, body, signed(key, body)) for _ in range(int(value))))
    elif word == "slow":
        slow(place, int(value))


main()
