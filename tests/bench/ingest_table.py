#!/usr/bin/env python3
"""Asks load_ingest for one load after another, reads the processes' clocks and memory from /proc, prints one table."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
for name in ("directory", "tokens", "inside", "load", "sql", "zabbix-load", "zabbix-sql"):
    parser.add_argument("--" + name, required=True)
for name in ("collector", "database", "seconds", "runs", "idle"):
    parser.add_argument("--" + name, type=int, required=True)
for name in ("zabbix", "zabbix-database"):
    parser.add_argument("--" + name, type=int, default=0)
args = parser.parse_args()

TICK_US = 1_000_000 // os.sysconf("SC_CLK_TCK")
SAMPLES = 20


def stat(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def family_us(pid):
    """CPU of a process, of its children and of those of them that have ended."""
    total = 0
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := stat(entry)):
            if int(entry) == pid:
                total += sum(map(int, fields[11:15]))
            elif int(fields[1]) == pid:
                total += sum(map(int, fields[11:13]))
    return total * TICK_US


def own_us(pid):
    return sum(map(int, stat(pid)[11:13])) * TICK_US


def rss_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise SystemExit(f"process {pid} has no memory")


def idle_pct(before, after, seconds):
    return (after - before) * TICK_US / 1e6 / seconds / os.cpu_count() * 100


def idle_ticks():
    return int(pathlib.Path("/proc/stat").read_text().split()[4])


class Load:
    """A program that takes a line and answers with one JSON object."""

    def __init__(self, command, text=""):
        self.process = subprocess.Popen(command.split(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the load generator ended")
        figures = json.loads(line)
        if figures.get("failed", 0) + figures.get("rejected", 0) + figures.get("refused", 0):
            print(f"not clean: {line}", file=sys.stderr)
            rows.append(("requests that failed", sum(figures[k] for k in ("failed", "rejected", "refused")), "", "<=", 0))
        return figures

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.read()


rows = []  # words, figure, unit, how it is compared, target
runs = []
acknowledged = 0


def report(load, agents, seconds):
    global acknowledged
    collector, database, idle = own_us(args.collector), family_us(args.database), idle_ticks()
    figures = load.ask(f"report {agents} {seconds}")
    done = figures["acknowledged"]
    acknowledged += done
    figures["rate"] = done / figures["seconds"]
    figures["collector_us"] = (own_us(args.collector) - collector) / done
    figures["database_us"] = (family_us(args.database) - database) / done
    figures["idle_pct"] = idle_pct(idle, idle_ticks(), figures["seconds"])
    return figures


def ask_sql(command, sql):
    return subprocess.run(command.split() + ["-c", sql], check=True, stdout=subprocess.PIPE, text=True).stdout


def zabbix_sql(sql):
    return int(ask_sql(args.zabbix_sql, sql))


def zabbix_run(seconds):
    """It acknowledges what is in its memory; the run ends when all of that is in its database."""
    server, database, there = family_us(args.zabbix), family_us(args.zabbix_database), zabbix_sql("SELECT count(*) FROM history")
    began = time.monotonic()
    line = subprocess.run(f"{args.inside} {args.zabbix_load} -a 8 -s {SAMPLES} -t {seconds}".split(), check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    figures = json.loads(line)
    done = figures["acknowledged"]
    figures["acknowledged_rate"] = done / figures["seconds"]
    size, grew = 0, time.monotonic()
    while time.monotonic() - grew < 4:
        if (now := zabbix_sql("SELECT pg_relation_size('history')")) != size:
            size, grew = now, time.monotonic()
        time.sleep(0.5)
    figures["us"] = (family_us(args.zabbix) - server + family_us(args.zabbix_database) - database) / done
    figures["rate"] = done / (grew - began)
    stored = zabbix_sql("SELECT count(*) FROM history") - there
    if stored != done * SAMPLES:
        raise SystemExit(f"Zabbix acknowledged {done * SAMPLES} values and stored {stored}")
    return figures


def middle(name, of):
    return statistics.median(run[name] for run in of)


def urge():
    """Every process of PostgreSQL has a session of its own, which has to be told that it goes before others (sched(7))."""
    for pid in subprocess.run(["ip", "netns", "pids", args.inside.split()[-1]], check=True, stdout=subprocess.PIPE, text=True).stdout.split():
        try:
            pathlib.Path(f"/proc/{pid}/autogroup").write_text("-15")
        except OSError:
            pass  # it has ended, or this kernel knows no such groups


load = Load(f"{args.inside} {args.load} -s {SAMPLES}", pathlib.Path(args.tokens).read_text())
load.read()
# What is measured for the first time costs more, and so do files of the write-ahead log that are made, not used again.
report(load, 64, args.seconds)
urge()
if args.zabbix:
    zabbix_run(args.seconds)
zabbix = []
for i in range(args.runs):
    ask_sql(args.sql, "CHECKPOINT")
    runs.append(report(load, 64, args.seconds))
    print("run {}: {rate:.0f}/s, p50 {p50_ms:.1f} p99 {p99_ms:.1f} ms, {collector_us:.0f} + {database_us:.0f} us, "
          "machine idle {idle_pct:.0f} %".format(i + 1, **runs[-1]), flush=True)
    if args.zabbix:
        ask_sql(args.zabbix_sql, "CHECKPOINT")
        zabbix.append(zabbix_run(args.seconds))
        print("  Zabbix {}: {acknowledged_rate:.0f}/s acknowledged, {rate:.0f}/s committed, {us:.0f} us".format(i + 1, **zabbix[-1]), flush=True)
us = statistics.median(run["collector_us"] + run["database_us"] for run in runs)
rows.append(("acknowledged reports a second, 64 agents", middle("rate", runs), "/s", ">=", 3000))
rows.append(("99th percentile of an acknowledgement", middle("p99_ms", runs), "ms", "<=", 60))
rows.append(("CPU a report: collector and PostgreSQL", us, "us", "<=", 300))
rows.append(("  of that the collector", middle("collector_us", runs), "us", "<=", 90))

report(load, 256, 15)
rows.append(("resident memory, 256 agents reporting", rss_mb(args.collector), "MB", "<=", 40))

before = own_us(args.collector)
figures = load.ask(f"handshake {args.seconds}")
rows.append(("full handshakes a second of a core",
             figures["handshakes"] / ((own_us(args.collector) - before) / 1e6), "/s", ">=", 500))

began = time.monotonic()
figures = load.ask(f"hold {args.idle}")
print(f"{figures['connections']} connections opened in {time.monotonic() - began:.0f} s", flush=True)
if figures["connections"] != args.idle:
    raise SystemExit(f"only {figures['connections']} connections could be held")
rows.append((f"resident memory, {args.idle} idle connections", rss_mb(args.collector), "MB", "<=",
             500 if args.idle >= 10000 else 500 * args.idle / 10000 + 30))
idle_runs = report(load, 64, 5)
rows.append(("  reports a second beside them", idle_runs["rate"], "/s", ">=", 3000))
load.ask("drop")
load.process.stdin.close()
load.process.wait()

if zabbix:
    rows.append(("Zabbix, no TLS: packets of 20 values, committed", middle("rate", zabbix), "/s", "", None))
    rows.append(("Zabbix: acknowledged before that, from memory", middle("acknowledged_rate", zabbix), "/s", "", None))
    rows.append(("Zabbix: CPU a packet, server and PostgreSQL", middle("us", zabbix), "us", "", None))
    rows.append(("  our rate, TLS and all, / Zabbix's", middle("rate", runs) / middle("rate", zabbix), "", "", None))
    rows.append(("  our CPU / Zabbix's", us / middle("us", zabbix), "", "<=", 1))

bad = 0
print()
print(f"{'figure':48} {'measured':>12} {'target':>12}  verdict")
for words, figure, unit, how, target in rows:
    good = target is None or (figure >= target if how == ">=" else figure <= target)
    bad += not good
    places = 2 if not unit and isinstance(figure, float) else 1 if unit in ("ms", "MB") else 0
    asked = "" if target is None else f"{how} {target:g} {unit}"
    print(f"{words:48} {figure:>9.{places}f} {unit:<2} {asked:>12}  {'' if target is None else 'met' if good else 'MISSED'}")
pathlib.Path(args.directory, "acknowledged").write_text(str(acknowledged))
sys.exit(1 if bad else 0)
