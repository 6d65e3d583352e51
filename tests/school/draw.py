#!/usr/bin/env python3
"""Draws a scenario for the virtual school from a seed: counts, makers, addresses, serials, faults.

    tests/school/draw.py --seed 7 --devices 80 > school.scenario

The scenario is also the truth: class, vendor, model, serial, name, mac and ip of each device as an inventory can know
them from the wire. One seed draws the same school for ever.
"""

import argparse
import ipaddress
import random
import re
import sys

from catalogue import KINDS
from classroom import CLASSROOM

RESERVED = 16  # the first addresses are the gateway's, the agent's and the real daemons'
ROOMS = ["Серверная", "Учительская", "Библиотека", "Актовый зал", "Кабинет директора", "Столовая"]
# Faults with which a patient asker still gets everything; with the hard ones it cannot.
SOFT_FAULTS = ["no_v2c", "drop_bulk", "twice", "wrong_id", "loop", "truncated", "generr", "too_big"]
HARD_FAULTS = ["other_source", "mute", "unordered", "wrong_length"]
BROKEN = HARD_FAULTS + ["dead_v3", "slow"]  # what --broken draws in turn; slow answers after five seconds
# Milliseconds before an answer, jitter, per variable, and loss in per cent, as such devices show in the field.
SLOWNESS = {
    "switch": (4, 4, 0.1, 0), "router": (3, 3, 0.1, 0), "wifi_ap": (6, 8, 0.1, 1.5), "printer": (25, 40, 0.4, 0),
    "mfp": (25, 40, 0.4, 0), "projector": (40, 80, 0.8, 1.5), "interactive_panel": (20, 60, 0, 2),
}
ASKER = "00:1b:21:77:00:02"  # the interface that asks is given this address
VLANS = {"ip_phone": 20, "ip_camera": 30, "wifi_ap": 40}  # all else is in VLAN 1
USERS = {
    "audit": 'user name=audit auth=SHA-256 authpass="school audit 1" priv=AES privpass="school secret 1"',
    "legacy": 'user name=legacy auth=MD5 authpass="school audit 2" priv=DES privpass="school secret 2"',
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--devices", type=int, default=64)
    parser.add_argument("--snmp", type=int, help="exactly so many of them speak SNMP; the others only answer ARP and ping")
    parser.add_argument("--classroom", action="store_true", help="also the kinds of a classroom that speak no SNMP")
    parser.add_argument("--range", type=ipaddress.IPv4Network, default=ipaddress.IPv4Network("10.77.0.0/22"))
    parser.add_argument("--v3", type=float, default=20, help="per cent of the SNMP devices that speak version 3 only")
    parser.add_argument("--faults", type=float, default=0, help="per cent of the SNMP devices that go wrong")
    parser.add_argument("--broken", type=int, default=0, help="so many more SNMP devices, each wrong in a way of which little can be known")
    parser.add_argument("--hard-faults", action="store_true", help="also in ways that hide a part of the truth")
    parser.add_argument("--profile", choices=["fast", "real"], default="fast", help="latency, jitter, queues and loss")
    parser.add_argument("--storm", type=int, default=0, help="broadcasts a second that the switches let through")
    parser.add_argument("--announce", type=int, default=30, help="seconds from one announcement of a device to its next")
    parser.add_argument("--data", nargs="*", default=[], help="recorded walks (snmprec) in place of made ones")
    parser.add_argument("--head", help="a file with lines to put first: real devices and their truth")
    return parser.parse_args()


def quoted(value):
    text = str(value)
    if text and not re.search(r'[\s"#]', text) and not text.startswith('"'):
        return text
    return '"' + text.replace('"', '\\"') + '"'


class Drawer:
    def __init__(self, args):
        self.args = args
        self.random = random.Random(args.seed)
        self.taken = set()
        self.numbers = {}
        self.addresses = [args.range[i] for i in range(RESERVED, args.range.num_addresses - 1)]
        self.random.shuffle(self.addresses)

    def pattern(self, text):
        def one(match):
            return self.random.choice("0123456789" if match[0] == "#" else "ABCDEFGHJKLMNPRSTUVWXYZ")
        return re.sub(r"[#?]", one, text)

    def texts(self, text, own):
        def run(match):
            alphabet = "0123456789" if match[1] == "d" else "0123456789abcdef"
            return "".join(self.random.choice(alphabet) for _ in range(int(match[2])))
        text = re.sub(r"\{([dx])(\d+)\}", run, text)
        return re.sub(r"\{(\w+)\}", lambda m: own[m[1]], text)

    def mac(self, oui, ports):
        """A switch takes a block of 64 addresses, so that its ports have their own."""
        while True:
            low = self.random.randrange(1 << 24)
            if ports > 1:
                low &= ~63
            block = (oui, low >> 6)
            if block not in self.taken:
                self.taken.add(block)
                return ":".join(re.findall("..", f"{oui}{low:06x}"))

    def name(self, kind, own):
        """Names of one pattern are numbered, so that no two devices bear the same."""
        if not kind.hosts.endswith("#"):
            return self.texts(self.pattern(kind.hosts), own)
        stem = kind.hosts.rstrip("#")
        self.numbers[stem] = self.numbers.get(stem, 0) + 1
        width = len(kind.hosts) - len(stem)
        return f"{stem}{self.numbers[stem]:0{width}d}"

    def kinds(self, count):
        """One of each kind first, so that every class is there, then by weight."""
        if self.args.snmp is not None:
            snmp = [k for k in KINDS if "oid" in k.says]
            silent = [k for k in KINDS if "oid" not in k.says and not k.says.get("announces")]
            return (self.random.choices(snmp, [k.weight for k in snmp], k=self.args.snmp) +
                    self.random.choices(silent, [k.weight for k in silent], k=count - self.args.snmp))
        kinds = KINDS + (CLASSROOM if self.args.classroom else [])
        chosen = self.random.sample(kinds, min(count, len(kinds)))
        return chosen + self.random.choices(kinds, [k.weight for k in kinds], k=count - len(chosen))

    def device(self, kind, ip):
        says = dict(kind.says)
        mac = self.mac(self.random.choice(kind.ouis), says.get("ports", 1))
        tail = mac.replace(":", "").upper()
        own = {"mac": mac, "mac_hex": tail, "mac_tail": tail[6:]}
        own["serial"] = self.texts(self.pattern(kind.serial), own)
        own["hidden"] = self.texts(self.pattern(kind.hidden), own)
        own["name"] = self.name(kind, own) if kind.hosts else ""
        line = {"ip": ip, "mac": mac, "class": kind.class_key, "vendor": kind.vendor, "model": kind.model,
                "serial": own["serial"], "hidden": own["hidden"], "name": own["name"], "firmware": kind.firmware}
        line = {key: value for key, value in line.items() if value}
        if "oid" in says:
            line["location"] = self.random.choice(ROOMS + [f"Кабинет {n}" for n in range(101, 320, 7)])
            line.update(self.snmp())
        if says.pop("ping", True) is False:
            line["ping"] = "no"
        for key in ("lldp", "announces"):
            if says.pop(key, False):
                line[key] = "yes"
        many = [(key, self.texts(value, own)) for key, plural in (("service", "services"), ("extra", "extra"))
                for value in says.pop(plural, [])]
        if any(key == "service" for key, _ in many):
            line["hostname"] = own["name"]
        for key, value in says.items():
            line[key] = value if isinstance(value, int) or key == "portname" else self.texts(value, own)
        return line, many

    def snmp(self):
        if self.random.random() * 100 < self.args.v3:
            return {"snmp": "3", "users": self.random.choice(list(USERS))}
        return {"snmp": "1,2c"}

    def slowness(self, line):
        latency, jitter, variable, loss = SLOWNESS.get(line["class"], (2, 4, 0.1, 0))
        line.update(latency=latency, jitter=jitter, variable=variable, queue=8)
        if loss:
            line["loss"] = loss

    def school(self):
        count = min(self.args.devices, len(self.addresses))
        devices = [self.device(kind, self.addresses.pop()) for kind in self.kinds(count)]
        devices.sort(key=lambda device: device[0]["ip"])
        switches = [line for line, _ in devices if line["class"] == "switch"]
        faults = SOFT_FAULTS + (HARD_FAULTS if self.args.hard_faults else [])
        for number, (line, _) in enumerate(devices):
            if "snmp" in line and self.args.data:
                line["data"] = self.random.choice(self.args.data)
            if "snmp" in line and self.random.random() * 100 < self.args.faults:
                line["fault"] = self.random.choice([f for f in faults if f != "no_v2c" or (line["snmp"] != "3" and line["class"] != "switch")])
            if self.args.profile == "real":
                self.slowness(line)
            if switches and line is not switches[0]:
                on = switches[number % len(switches)]
                if line["class"] == "switch":
                    on = switches[(switches.index(line) - 1) // 3]
                elif line["class"] in VLANS:
                    line["vlan"] = VLANS[line["class"]]
                line["at"] = f"{on['ip']}/{2 + number // len(switches) % (on['ports'] - 1)}"
        return devices + list(self.broken())

    def broken(self):
        """Their truth is where they are, and no more."""
        for number in range(min(self.args.broken, len(self.addresses))):
            fault = BROKEN[number % len(BROKEN)]
            kind = self.random.choice([k for k in KINDS if k.says.get("oid") and k.class_key != "switch"])
            line, many = self.device(kind, self.addresses.pop())
            line = {key: value for key, value in line.items() if key not in ("vendor", "model", "serial", "hidden", "firmware", "fault")}
            if fault == "dead_v3":
                line.update(snmp="3", users="audit")
            elif fault == "slow":
                line.update(latency=5000)
            if fault != "slow":
                line["fault"] = fault
            yield line, many


def main():
    args = arguments()
    drawer = Drawer(args)
    print(f"# Drawn by draw.py --seed {args.seed} --devices {args.devices}: the devices and the truth about them.")
    print(f"network range={args.range} seed={args.seed} announce={args.announce} asker={ASKER}" +
          (f" storm={args.storm}" if args.storm else ""))
    for user in USERS.values():
        print(user)
    if args.head:
        with open(args.head, encoding="utf-8") as head:
            sys.stdout.write(head.read())
    for line, many in drawer.school():
        pairs = [f"{key}={quoted(value)}" for key, value in list(line.items()) + many]
        print("host " + " ".join(pairs))


if __name__ == "__main__":
    main()
