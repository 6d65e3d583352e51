#!/usr/bin/env python3
"""Compares what `scan --format json` found with the scenario, which is the truth.

    scan_check.py SCENARIO RESULTS.jsonl [--only KEY=VALUE] [--show]

Prints one line a figure and each difference; exit status 1 when there is one.
"""

import json
import shlex
import sys

FIELDS = ["class", "vendor", "model", "serial", "name"]


def hosts(path):
    for line in open(path, encoding="utf-8"):
        words = shlex.split(line, comments=True)
        if words and words[0] == "host":
            host = {}
            for word in words[1:]:
                key, _, value = word.partition("=")
                host.setdefault(key, value)
            yield host


def main():
    scenario, results = sys.argv[1:3]
    only = dict(word.split("=", 1) for word in sys.argv[3:])
    found = {}
    devices = [json.loads(line) for line in open(results, encoding="utf-8") if line.strip()]
    for device in devices:
        for ip in device["ip"]:
            found[ip] = device
    truth = [h for h in hosts(scenario) if all(h.get(k) == v for k, v in only.items())]
    differences, right = [], {field: 0 for field in FIELDS}
    known = {field: 0 for field in FIELDS}
    seen = 0
    for host in truth:
        device = found.get(host["ip"])
        if not device:
            differences.append(f"{host['ip']} ({host.get('class')}) was not found")
            continue
        seen += 1
        if host["mac"] not in device["mac"]:
            differences.append(f"{host['ip']} mac: {device['mac']} without {host['mac']}")
        for field in FIELDS:
            want, got = host.get(field, ""), device[field]
            known[field] += 1
            if want == got or (field == "class" and not want):
                right[field] += 1
            else:
                differences.append(f"{host['ip']} {field}: '{got}' is not '{want}' [{host.get('fault', '')}]")
    if not only:
        ips = {h["ip"] for h in truth}
        for device in devices:
            if not ips & set(device["ip"]):
                differences.append(f"nobody is {device['ip']} {device['mac']} {device['class']}")
    print(f"hosts {seen}/{len(truth)}", *(f"{f} {right[f]}/{known[f]}" for f in FIELDS))
    for difference in differences:
        print(" ", difference)
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
