#!/usr/bin/env python3
"""Compares what a scan found (`parta-agent scan --format json`, one object a line) with a scenario's truth.

    tests/school/compare.py SCENARIO FOUND [--fields class,vendor,model,serial,mac,ip,name,firmware,location,place]

Prints each difference and a sum; exit 1 when there is one. A field that the scenario leaves empty cannot be known
from the wire: whatever the scan says there is not held against it, but for the class and for invented serials. A
hidden serial, and the model beside it, may be found or not. A model is right with or without its maker's name, its suffix or its description.
"""

import argparse
import json
import re
import shlex
import sys

FIELDS = ["class", "vendor", "model", "serial", "mac", "ip"]


def truth(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("host "):
                words = shlex.split(line.replace("\\r", " ").replace("\\n", " "))[1:]
                host = {"also": []}
                for key, value in (word.split("=", 1) for word in words if "=" in word):
                    if key == "also":
                        host["also"].append(value)
                    else:
                        host[key] = value
                yield host


def found(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def words(text, vendor):
    return set(re.split(r"[\s/,()]+", text.lower())) - set(vendor.lower().split()) - {"series", ""}


def same_model(said, wanted, vendor):
    """One names the other: "P2040dn" is "ECOSYS P2040dn", "S5720" is not "S5720-28X"."""
    said, wanted = words(said, vendor), words(wanted, vendor)
    return bool(said & wanted) and (said <= wanted or wanted <= said)


def differences(host, device, fields):
    for field in fields:
        said = device.get(field, "")
        if field == "mac":
            if host["mac"] not in said:
                yield field, host["mac"], said
        elif field == "ip":
            wanted = sorted([host["ip"]] + host["also"])
            if sorted(said) != wanted:
                yield field, wanted, said
        elif field == "model" and host.get("model"):
            if not same_model(said, host["model"], host.get("vendor", "")) and (said or "hidden" not in host):
                yield field, host["model"], said
        elif field == "serial":
            if said != host.get("serial", "") and (not said or said != host.get("hidden")):
                yield field, host.get("serial", ""), said
        elif field == "place":
            place = device.get("place") or {}
            said = f"{place.get('switch_ip', '')}/{place.get('if_index', '')}"
            if host.get("at") and said != host["at"]:
                yield field, host["at"], said
        elif field == "class" or host.get(field):
            if said != host.get(field, ""):
                yield field, host.get(field, ""), said


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario")
    parser.add_argument("found")
    parser.add_argument("--fields", default=",".join(FIELDS), type=lambda text: text.split(","))
    parser.add_argument("--also-there", default="", type=lambda text: text.split(","), help="addresses that are not the scenario's")
    args = parser.parse_args()
    hosts, devices = list(truth(args.scenario)), found(args.found)
    by_ip = {ip: device for device in devices for ip in device["ip"]}
    wrong = {field: 0 for field in args.fields}
    missing = 0
    for host in hosts:
        device = by_ip.get(host["ip"])
        if not device:
            missing += 1
            print(f"{host['ip']} {host['class']} {host.get('model', '')}: not found")
            continue
        for field, wanted, said in differences(host, device, args.fields):
            wrong[field] += 1
            print(f"{host['ip']} {host['class']} {host.get('vendor', '')} {host.get('model', '')}: {field} is {said!r}, "
                  f"not {wanted!r} (rule {device.get('rule', '')}, snmp {host.get('snmp', 'off')}, fault {host.get('fault', 'none')})")
    known = {ip for host in hosts for ip in [host["ip"]] + host["also"]} | set(args.also_there)
    extra = [device for device in devices if not known & set(device["ip"])]
    for device in extra:
        print(f"{device['ip']} {device['class']}: is not in the scenario")
    sums = ", ".join(f"{field} {count}" for field, count in wrong.items())
    print(f"{len(hosts)} devices: {missing} missing, {len(extra)} too many, wrong: {sums}")
    return 1 if missing or extra or any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
