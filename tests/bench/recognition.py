#!/usr/bin/env python3
"""Scores results against the recorded truth, by the data's own measures (its score.py), and prints one table: the share
right of each attribute, over all devices and in groups; then how far the confidence holds, and what a majority vote by
enterprise number would have got.

    recognition.py DATA MAP RESULTS.jsonl [STRANGERS.jsonl]

MAP: address and name of a dump, one a line. Groups: rules are tuned by looking at the "tuning" half alone; of the
"held out" half "new makers" are those devices whose enterprise number no device of the tuning half has. STRANGERS are
results with every maker made unknown (classify_dumps --strangers): what is left when no row and no rule names it.
"""

import collections
import csv
import hashlib
import json
import os
import sys

# Operating systems that have a name of their own: the recorded key, and what must stand in ours.
SYSTEMS = {
    "ios": "ios", "iosxe": "iosxe", "iosxr": "iosxr", "nxos": "nxos", "linux": "linux", "windows": "windows",
    "freebsd": "bsd", "openbsd": "bsd", "netbsd": "bsd", "pfsense": "bsd", "junos": "junos", "routeros": "routeros",
    "vrp": "vrp", "comware": "comware", "arista_eos": "eos", "panos": "panos", "arubaos": "arubaos",
    "vmware-esxi": "esxi", "edgeos": "edgeos", "vyos": "vyos", "cumulus": "cumulus", "timos": "timos", "xos": "xos",
    "screenos": "screenos", "swos": "swos", "truenas": "truenas", "aix": "aix", "solaris": "solaris", "sunos": "solaris",
    "asyncos": "asyncos", "netscaler": "netscaler", "ironware": "ironware", "airos": "airos", "dsm": "dsm", "qnap": "qts",
    "macosx": "macos", "ftos": "ftos", "dell-os10": "os10", "fortigate": "fortios", "fortios": "fortios",
    "hiveos": "hiveos", "arubaos-cx": "cx", "asa": "asa", "ciscosb": "", "dd-wrt": "linux", "procurve": "",
}
SYSTEMS = {key: word for key, word in SYSTEMS.items() if word}
ATTRIBUTES = ["class", "class given", "vendor", "model", "serial", "firmware", "os"]
BINS = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01]


def measures(data):
    """The names that the data's score.py defines, without its run."""
    names = {"__name__": "score"}
    with open(os.path.join(data, "score.py"), encoding="utf-8") as f:
        exec(f.read().rsplit("\nmain()", 1)[0], names)
    return names


def results_read(path, where):
    got = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            device = json.loads(line) if line.strip() else {}
            for ip in device.get("ip") or []:
                if ip in where:
                    got[where[ip]] = device
    return got


def enterprise(row):
    arcs = row["sysObjectID"].lstrip(".").split(".")
    return arcs[6] if len(arcs) > 6 and arcs[:6] == "1 3 6 1 4 1".split() else ""


def judge(m, t, d):
    """What of one device is right: attribute -> True or False; an attribute without a known truth is left out."""
    right = {}
    if t["exp_vendor"] in m["VENDOR"]:
        right["vendor"] = bool(m["re"].search(m["VENDOR"][t["exp_vendor"]], (d.get("vendor") or "").lower()))
    if t["exp_class"] in m["CLASS"]:
        right["class"] = (d.get("class") or "") in m["CLASS"][t["exp_class"]].split()
        if d.get("class") not in (None, "", "unknown"):
            right["class given"] = right["class"]
    if m["known"](t["exp_hardware"]):
        right["model"] = m["same_model"](t["exp_hardware"], d.get("model"))
    if m["known"](t["exp_serial"]) and t.get("serial_placeholder") != "1":
        right["serial"] = m["norm"](t["exp_serial"]) == m["norm"](d.get("serial"))
    if m["known"](t["exp_version"]):
        want, got = m["norm"](t["exp_version"]), m["norm"](d.get("firmware"))
        right["firmware"] = bool(got) and (want in got or got in want)
    if t["exp_os"] in SYSTEMS:
        right["os"] = SYSTEMS[t["exp_os"]] in m["norm"](d.get("os"))
    return right


def invented(m, data, got):
    count = 0
    for name, d in got.items():
        if d.get("serial"):
            text = m["dump_text"](os.path.join(data, "dumps", name + ".snmprec"))
            count += m["norm"](d["serial"]) not in text
    return count


def table(groups, judged):
    print("%-40s %7s" % ("right of those with a known truth", "devices") + "".join("%13s" % a for a in ATTRIBUTES))
    for title, key, names in groups:
        line = "%-40s %7d" % (title, len(names))
        for attribute in ATTRIBUTES:
            of = [judged[key][n][attribute] for n in names if attribute in judged[key].get(n, {})]
            line += "%7.3f /%4d" % (sum(of) / len(of), len(of)) if of else "%13s" % "-"
        print(line)


def calibration(judged, got):
    print("\nconfidence      judged   right   the share")
    for low, high in zip(BINS, BINS[1:]):
        of = [r["class"] for n, r in judged.items()
              if "class" in r and low <= (got.get(n, {}).get("confidence") or 0) < high]
        if of:
            print("%.2f to %.2f  %8d %7d   %.3f" % (low, min(high, 1), len(of), sum(of), sum(of) / len(of)))


def baseline(truth, names, m):
    """Leave one out: the class that most of the others with the same enterprise number have."""
    votes = collections.defaultdict(collections.Counter)
    for n in names:
        votes[enterprise(truth[n])][truth[n]["exp_class"]] += 1
    right = judged = 0
    for n in names:
        own = truth[n]["exp_class"]
        if own not in m["CLASS"]:
            continue
        others = votes[enterprise(truth[n])].copy()
        others[own] -= 1
        best = others.most_common(1)
        judged += 1
        right += bool(best and best[0][1] > 0 and best[0][0] == own)
    print("\nmajority of the others with the same enterprise number: class %.3f / %d" % (right / judged, judged))


def main():
    data, map_file, results = sys.argv[1:4]
    m = measures(data)
    with open(os.path.join(data, "truth.tsv"), encoding="utf-8") as f:
        truth = {row["file"]: row for row in csv.DictReader(f, delimiter="\t")}
    with open(map_file, encoding="utf-8") as f:
        where = dict(line.split() for line in f)
    names = [n for n in where.values() if n in truth]
    half = {n: hashlib.md5(n.encode()).hexdigest()[0] in "89abcdef" for n in names}
    tuned = {enterprise(truth[n]) for n in names if not half[n]}
    held = [n for n in names if half[n]]
    groups = [("all", 0, names), ("tuning half", 0, [n for n in names if not half[n]]), ("held out half", 0, held),
              ("  of it new makers", 0, [n for n in held if enterprise(truth[n]) not in tuned])]
    got = [results_read(results, where)]
    if len(sys.argv) > 4:
        got.append(results_read(sys.argv[4], where))
        groups += [("every maker unknown, tuning half", 1, [n for n in names if not half[n]]),
                   ("every maker unknown, held out half", 1, held)]
    judged = [{n: judge(m, truth[n], of.get(n, {})) for n in names} for of in got]
    print("devices served %d, in the results %d; serial numbers that stand in no dump: %d\n" %
          (len(names), len(got[0]), invented(m, data, got[0])))
    table(groups, judged)
    calibration(judged[0], got[0])
    baseline(truth, names, m)


main()
