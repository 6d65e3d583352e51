#!/usr/bin/env python3
"""Compares the equipment report (`report equipment --format json`, one object a line) with a scenario's truth.

    tests/school/equipment.py SCENARIO REPORT

Exit 1 when a class is counted wrongly, or when serials are missing or invented.
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
    args = parser.parse_args()
    wanted = collections.Counter()
    serials = collections.Counter()
    hidden = collections.Counter()
    for host in truth(args.scenario):
        wanted[host["class"]] += 1
        serials[host["class"]] += "serial" in host
        hidden[host["class"]] += "hidden" in host
    with open(args.report, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    said = collections.Counter({row["class"]: row["count"] for row in rows})
    said_serials = {row["class"]: row["with_serial"] for row in rows}
    wrong = 0
    for name in sorted(set(wanted) | set(said)):
        known = said_serials.get(name, 0) - serials[name]
        if said[name] != wanted[name] or not 0 <= known <= hidden[name]:
            wrong += 1
            print(f"   {name}: {said[name]} devices, {said_serials.get(name, 0)} serials; "
                  f"in truth {wanted[name]} and {serials[name]}")
    print(f"   {sum(said.values())} devices of {len(said)} classes; {wrong} classes differ from the scenario")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
