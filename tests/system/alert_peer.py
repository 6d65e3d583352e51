#!/usr/bin/python3
"""The other ends of alerts, and what is to be said of what came there.

alert_peer.py smtp DIR   a mail server (aiosmtpd) on 127.0.0.1:2525: STARTTLS and a password, each message a file
alert_peer.py plain DIR  a mail server on the same port that takes passwords and mail in the clear; DIR/commands has what it was told
alert_peer.py hook DIR   a webhook on 127.0.0.1:8080: each request a file; while DIR/slow is there it answers late
alert_peer.py mails DIR  what came by mail, one line each: seconds, Message-ID, title; ends with 1 when one is no good mail
alert_peer.py hooks DIR  what was posted, one line each: seconds, key, school, kind, what
"""
import asyncio
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import os
import ssl
import sys
import time

USER, PASSWORD, SECRET = b"parta", b"pass word", b"a secret"


def keep(folder, record):
    name = os.path.join(folder, f"{time.time():.6f}")
    with open(name + ".part", "w") as file:
        json.dump(record, file)
    os.rename(name + ".part", name + ".json")


def kept(folder):
    names = sorted(n for n in os.listdir(folder) if n.endswith(".json"))
    return [(float(n[:-5]), json.load(open(os.path.join(folder, n)))) for n in names]


def smtp(folder):
    from aiosmtpd.smtp import SMTP, AuthResult

    class Handler:
        async def handle_RCPT(self, server, session, envelope, address, options):
            if address.startswith("nobody@"):
                return "550 there is nobody of that name"
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, server, session, envelope):
            keep(folder, {"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None,
                          "text": envelope.content.decode("latin-1")})
            return "250 taken"

    def authenticate(server, session, envelope, mechanism, data):
        return AuthResult(success=data.login == USER and data.password == PASSWORD)

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(os.path.join(folder, "../server.pem"), os.path.join(folder, "../server.key"))

    async def serve():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(Handler(), tls_context=tls, require_starttls=True, auth_required=True, authenticator=authenticate,
                         loop=loop), "127.0.0.1", 2525)
        print("ready", flush=True)
        await server.serve_forever()

    asyncio.run(serve())


def plain(folder):
    async def serve():
        async def client(reader, writer):
            writer.write(b"220 plain ESMTP\r\n")
            while line := await reader.readline():
                command = line.split()[0].decode("latin-1").upper() if line.split() else "-"
                with open(os.path.join(folder, "commands"), "a") as file:
                    file.write(command + "\n")
                if command == "QUIT":
                    break
                writer.write({"EHLO": b"250-plain\r\n250 AUTH PLAIN LOGIN\r\n", "DATA": b"354 go on\r\n"}.get(command, b"250 OK\r\n"))
            writer.close()

        server = await asyncio.start_server(client, "127.0.0.1", 2525)
        print("ready", flush=True)
        await server.serve_forever()

    asyncio.run(serve())


def hook(folder):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            keep(folder, {"key": self.headers["Idempotency-Key"], "signature": self.headers["X-Parta-Signature"],
                          "type": self.headers["Content-Type"], "body": body.decode()})
            if os.path.exists(os.path.join(folder, "slow")):
                time.sleep(5)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Handler)
    print("ready", flush=True)
    server.serve_forever()


def mails(folder):
    bad = 0
    for at, record in kept(folder):
        raw = record["text"].encode("latin-1")
        message = email.message_from_bytes(raw, policy=email.policy.default)
        wrong = [str(d) for d in message.defects]
        for name, value in message.items():
            wrong += [f"{name}: {d}" for d in getattr(value, "defects", [])]
        if {n.lower() for n in message.keys()} != {"date", "from", "to", "message-id", "subject", "mime-version", "content-type",
                                                   "content-transfer-encoding", "auto-submitted"} or len(message.keys()) != 9:
            wrong.append(f"headers {message.keys()}")
        wrong += [f"line {line}" for line in raw.split(b"\r\n") if len(line) > 76 or b"\n" in line]
        if record["to"] != [message["to"].addresses[0].addr_spec] or len(message["to"].addresses) != 1:
            wrong.append(f"recipients {record['to']}")
        if not record["tls"] or message.get_content_type() != "text/plain" or message.get_content_charset() != "utf-8":
            wrong.append("no TLS, or no text")
        text = message.get_content()
        if not text.strip() or "\ufffd" in text:
            wrong.append("body")
        print(f"{at:.0f} {message['message-id']} {message['to'].addresses[0].username} {message['subject']} | {text.splitlines()[0]}")
        if wrong:
            print("no good mail:", message["message-id"], wrong, file=sys.stderr)
            bad = 1
    return bad


def hooks(folder):
    bad = 0
    for at, record in kept(folder):
        body = json.loads(record["body"])
        signature = "sha256=" + hmac.new(SECRET, record["body"].encode(), hashlib.sha256).hexdigest()
        if record["signature"] != signature or body["key"] != record["key"] or record["type"] != "application/json":
            print("no good request:", record, file=sys.stderr)
            bad = 1
        print(f"{at:.0f} {record['key']} {body.get('school', body.get('provider', '-'))} {body['kind']} {body['what']}")
    return bad


if __name__ == "__main__":
    sys.exit({"smtp": smtp, "plain": plain, "hook": hook, "mails": mails, "hooks": hooks}[sys.argv[1]](sys.argv[2]))
