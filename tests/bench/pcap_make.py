#!/usr/bin/env python3
"""A capture of so many packets out of the Ethernet frames of others, over and over: pcap_make.py FILE PACKETS CAPTURE...

A school's network carries traffic beside what the decoders read, so of each capture all frames are taken. Time goes
on by a millisecond a packet."""
import random
import struct
import subprocess
import sys

out, packets, captures = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
frames = []
for capture in captures:
    # editcap writes every format that Wireshark reads as plain pcap
    data = subprocess.run(["editcap", "-F", "pcap", capture, "-"], capture_output=True).stdout
    if len(data) < 24 or struct.unpack_from("<I", data, 20)[0] != 1:
        continue
    at = 24
    while at + 16 <= len(data):
        captured, length = struct.unpack_from("<II", data, at + 8)
        frames.append((length, data[at + 16 : at + 16 + captured]))
        at += 16 + captured
random.Random(4).shuffle(frames)
with open(out, "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    for i in range(packets):
        length, frame = frames[i % len(frames)]
        file.write(struct.pack("<IIII", 1700000000 + i // 1000, i % 1000 * 1000, len(frame), length) + frame)
print("%d packets, of %d different ones in %d captures" % (packets, len(frames), len(captures)))
