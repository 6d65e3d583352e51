#!/usr/bin/env python3
"""Compares the equipment report (`report equipment --format json`, one object a line) with a scenario's truth.

    tests/school/equipment.py SCENARIO REPORT [--others N]

N devices stand in the network that are not the scenario's (the gateway). Exit 1 when a class is counted wrongly.
"""

import argparse
import collections
import json
import sys

from compare import truth


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario")
    parser.add_argument("report")
    parser.add_argument("--others", type=int, default=1)
    args = parser.parse_args()
    wanted = collections.Counter()
    serials = collections.Counter()
    for host in truth(args.scenario):
        wanted[host["class"]] += 1
        serials[host["class"]] += 1 if host.get("serial") else 0
    wanted["unknown"] += args.others
    with open(args.report, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    said = collections.Counter({row["class"]: row["count"] for row in rows})
    said_serials = {row["class"]: row["with_serial"] for row in rows}
    wrong = 0
    for name in sorted(set(wanted) | set(said)):
        if said[name] != wanted[name] or said_serials.get(name, 0) < serials[name]:
            wrong += 1
            print(f"   {name}: {said[name]} devices, {said_serials.get(name, 0)} serials; "
                  f"in truth {wanted[name]} and {serials[name]}")
    print(f"   {sum(said.values())} devices of {len(said)} classes; {wrong} classes differ from the scenario")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
