"""Google's implementation of protobuf against ours, both ways (run by wire.sh).

Every field of every message of parta.v1 is filled by reflection, so a new field
is tried before anybody remembers to ask.
"""
import importlib
import random
import struct
import subprocess
import sys

from google.protobuf.descriptor import FieldDescriptor as F

PEER = sys.argv[1]
MESSAGES = {
    "report": ["Report"],
    "exchange": ["ReportsAnswer", "Heartbeat", "HeartbeatAnswer", "ErrorAnswer"],
    "enrolment": ["EnrolRequest", "EnrolAnswer"],
    "policy": ["SignedPolicy", "Policy"],
}
EDGES = {
    F.TYPE_DOUBLE: [0.0, -1.5, 97.53, 1e300, float("inf")],
    F.TYPE_INT32: [0, -1, 1, 2**31 - 1, -(2**31)],
    F.TYPE_INT64: [0, -1, 1, 2**63 - 1, -(2**63)],
    F.TYPE_UINT32: [0, 1, 127, 128, 2**32 - 1],
    F.TYPE_UINT64: [0, 1, 2**63, 2**64 - 1],
    F.TYPE_BOOL: [False, True],
    F.TYPE_STRING: ["", "x", "Кабинет № 7", "日本語", "\U0001f5a8", "a" * 300],
    F.TYPE_BYTES: [b"", b"\0", bytes(range(256))],
}
filled = set()


def value(field, dice):
    if field.type == F.TYPE_ENUM:
        return dice.choice([v.number for v in field.enum_type.values] + [9999])
    return dice.choice(EDGES[field.type])


def fill(message, dice):
    for field in message.DESCRIPTOR.fields:
        oneof = field.containing_oneof
        if oneof and field.name != dice_oneof(oneof, dice):
            continue
        filled.add(field.full_name)
        if field.label == F.LABEL_REPEATED:
            for _ in range(dice.choice([0, 1, 3, 40])):
                if field.message_type:
                    if dice.random() < 0.3:
                        fill(getattr(message, field.name).add(), dice)
                else:
                    getattr(message, field.name).append(value(field, dice))
        elif field.message_type:
            part = getattr(message, field.name)
            part.SetInParent()
            fill(part, dice)
        else:
            setattr(message, field.name, value(field, dice))


def dice_oneof(oneof, dice):
    """The same choice for all fields of one filling."""
    key = (id(dice), oneof.full_name)
    if key not in chosen:
        chosen[key] = dice.choice([f.name for f in oneof.fields])
    return chosen[key]


chosen = {}


def varint(n):
    out = b""
    while n >= 0x80:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def frames(body):
    while body:
        n = shift = 0
        while True:
            b, body = body[0], body[1:]
            n |= (b & 0x7F) << shift
            shift += 7
            if b < 0x80:
                break
        yield body[:n]
        body = body[n:]


def zstd(data, *args):
    return subprocess.run(["zstd", "-q", "-c", *args], input=data, stdout=subprocess.PIPE, check=True).stdout


def peer(*args, data=b""):
    return subprocess.run([PEER, *args], input=data, stdout=subprocess.PIPE, check=True).stdout


def our_bytes(report):
    body = list(frames(zstd(peer("write"), "-d")))
    assert len(body) == 2, "two reports were written"
    speed, gap = (report.FromString(b) for b in body)
    assert speed.agent_id == bytes([*range(15), 255]) and speed.seq == 1
    assert speed.created_ms == 1764000000123 and speed.clock_synchronised
    down = speed.speed.directions[0]
    assert down.ip_mbps == 97.53 and down.verdict == 1
    assert list(down.sample_bytes) == [0, 127, 128, 1250000, 2**32 - 1]
    assert speed.speed.latency_idle_ms == -1
    assert gap.WhichOneof("body") == "gap" and gap.gap.reason == "переполнение"
    assert gap.gap.first_seq == 2**64 - 1 and gap.gap.first_created_ms == -(2**63)


def their_bytes(cls):
    for seed in range(60):
        dice = random.Random(seed)
        sent = []
        for _ in range(3):
            message = cls()
            chosen.clear()
            fill(message, dice)
            sent.append(message)
        body = b"".join(varint(len(b)) + b for b in (m.SerializeToString() for m in sent))
        back = list(frames(zstd(peer("echo", cls.DESCRIPTOR.name, data=zstd(body)), "-d")))
        assert [cls.FromString(b) for b in back] == sent, f"{cls.DESCRIPTOR.name} of seed {seed} came back changed"


def newer_fields(report):
    """A field that only a newer peer knows comes back as it went."""
    newer = varint(1999 << 3 | 2) + varint(5) + b"later" + varint(1998 << 3 | 1) + struct.pack("<d", 0.5)
    plain = report(seq=5).SerializeToString() + newer
    (back,) = frames(zstd(peer("echo", "Report", data=zstd(varint(len(plain)) + plain)), "-d"))
    assert back == plain, "an unknown field was lost"


def all_fields(descriptor, seen):
    for field in descriptor.fields:
        seen.add(field.full_name)
        if field.message_type:
            all_fields(field.message_type, seen)
    return seen


report = importlib.import_module("parta.v1.report_pb2").Report
our_bytes(report)
newer_fields(report)
wanted = set()
for module, names in MESSAGES.items():
    for name in names:
        cls = getattr(importlib.import_module(f"parta.v1.{module}_pb2"), name)
        all_fields(cls.DESCRIPTOR, wanted)
        their_bytes(cls)
assert filled == wanted, f"never filled: {sorted(wanted - filled)}"
print(f"wire: {len(filled)} fields there and back")
