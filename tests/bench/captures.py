#!/usr/bin/env python3
"""Scores `parta-agent scan --pcap` on captures of devices that were set up one at a time (IoT-Sentinel), whose folder
says which device it is. What stands in the truth below is what such a device is, and its maker.

    tests/bench/captures.py [AGENT [FOLDER]]      SHOW=1 lists what was wrong
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# Folder: class, maker, beginnings of its MAC address.
TRUTH = {
    "Aria": ("smart_device", "Fitbit", "20:f8:5e"),
    "D-LinkCam": ("ip_camera", "D-Link", "b0:c5:54"), "D-LinkDayCam": ("ip_camera", "D-Link", "b0:c5:54"),
    "D-LinkDoorSensor": ("smart_device", "D-Link", "1c:5f:2b"), "D-LinkHomeHub": ("smart_device", "D-Link", "1c:5f:2b"),
    "D-LinkSensor": ("smart_device", "D-Link", "90:8d:78"), "D-LinkSiren": ("smart_device", "D-Link", "90:8d:78"),
    "D-LinkSwitch": ("smart_device", "D-Link", "90:8d:78"), "D-LinkWaterSensor": ("smart_device", "D-Link", "6c:72:20"),
    "EdimaxCam1": ("ip_camera", "Edimax", "74:da:38"), "EdimaxCam2": ("ip_camera", "Edimax", "74:da:38"),
    "EdimaxPlug1101W": ("smart_device", "Edimax", "74:da:38"), "EdimaxPlug2101W": ("smart_device", "Edimax", "74:da:38"),
    "EdnetCam1": ("ip_camera", "ednet|ASSMANN", "3c:49:37"), "EdnetCam2": ("ip_camera", "ednet|ASSMANN", "3c:49:37"),
    "EdnetGateway": ("smart_device", "ednet|Hi-flying", "ac:cf:23"),
    "HueBridge": ("smart_device", "Philips", "00:17:88"), "HueSwitch": ("smart_device", "Philips", "00:17:88"),
    "Lightify": ("smart_device", "OSRAM", "84:18:26"), "MAXGateway": ("smart_device", "eQ-3", "00:1a:22"),
    "SmarterCoffee": ("smart_device", "Smarter", "5c:cf:7f"), "iKettle2": ("smart_device", "Smarter", "5c:cf:7f"),
    "TP-LinkPlugHS100": ("smart_device", "TP-Link", "50:c7:bf"), "TP-LinkPlugHS110": ("smart_device", "TP-Link", "50:c7:bf"),
    "WeMoInsightSwitch": ("smart_device", "Belkin", "94:10:3e ec:1a:59"), "WeMoLink": ("smart_device", "Belkin", "94:10:3e ec:1a:59"),
    "WeMoSwitch": ("smart_device", "Belkin", "94:10:3e ec:1a:59"), "WeMoSwitch2": ("smart_device", "Belkin", "94:10:3e ec:1a:59"),
    "Withings": ("smart_device", "Withings", "00:24:e4"),
}


def scan(agent, settings, capture):
    done = subprocess.run([agent, "scan", "-c", settings, "--pcap", capture, "--format", "json"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{capture}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    agent = sys.argv[1] if len(sys.argv) > 1 else "build/release/parta-agent"
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "../shared/data/pcap/iot-sentinel")
    if not folder.exists():
        print(f"no captures at {folder}: skipped")
        return
    sums = collections.Counter()
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as settings:
        settings.write(f"state-dir = /tmp\ndata-dir = {pathlib.Path('common/classify').resolve()}\n")
        settings.flush()
        for capture in sorted(folder.glob("*/*.pcap*")):
            kind, maker, begins = TRUTH[capture.parent.name]
            here = [d for d in scan(agent, settings.name, capture) if any(m.startswith(tuple(begins.split())) for m in d["mac"])]
            device = here[0] if here else {"class": "", "vendor": "", "rule": "not found"}
            sums["captures"] += 1
            sums["found"] += len(here) == 1
            sums["class"] += device["class"] == kind
            sums["wrong"] += device["class"] not in (kind, "unknown", "")
            sums["maker"] += bool(re.search(maker, device["vendor"], re.I))
            if os.environ.get("SHOW") and (device["class"] != kind or not re.search(maker, device["vendor"], re.I)):
                print(f"{capture.parent.name}/{capture.name}: {device['class']} of {device['vendor']!r} ({device['rule']}), not {kind} of {maker}")
    n = sums["captures"]
    print(f"{n} captures: the device found once in {sums['found']}, its class right in {sums['class']} ({sums['class'] / n:.3f}), "
          f"wrong in {sums['wrong']}, its maker right in {sums['maker']} ({sums['maker'] / n:.3f})")


main()
