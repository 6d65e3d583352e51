#!/usr/bin/env python3
"""A term of a school as a story (tests/identity/README.md), drawn from a seed.

Devices come, go, change addresses, cards, boards, systems, names, rooms; laptops
take each other's docks; on holidays almost everything is off; the agent is
restarted and is silent for days. What is truly there is known, so every day's
count can be judged.
"""
import argparse
import random

today = 0
HOLIDAYS = set(range(61, 70))  # 2026-10-31 to 11-08; day 1 is Tuesday 2026-09-01
OUI = {
    "desktop": ["00:1b:21", "1c:69:7a", "d8:bb:c1"], "laptop": ["3c:22:fb", "f8:9e:94"], "dock": ["00:e0:4c", "00:50:b6"],
    "printer": ["00:1e:0b", "00:80:77"], "switch": ["e0:d9:e3"], "router": ["4c:5e:0c"], "ap": ["24:5a:4c"], "camera": ["44:19:b6"],
    "panel": ["00:22:6d"], "projector": ["00:26:ab"], "server": ["00:25:90"], "nas": ["00:11:32"], "phone": ["80:5e:c0"], "ups": ["00:c0:b7"],
}
ALWAYS_ON = {"switch", "router", "ap", "camera", "server", "nas", "ups", "phone"}
MIX = (["desktop"] * 96 + ["laptop"] * 44 + ["printer"] * 12 + ["switch"] * 8 + ["router"] * 1 + ["ap"] * 8 + ["camera"] * 10 + ["panel"] * 8
       + ["projector"] * 5 + ["server"] * 3 + ["nas"] * 1 + ["phone"] * 3 + ["ups"] * 1)


class Device:
    def __init__(self, world, kind):
        dice = world.dice
        self.kind, self.label = kind, f"{kind}-{next(world.numbers)}"
        self.mac, self.mac2 = world.mac(kind), None
        self.ip, self.ip2 = world.address(kind), None
        self.room = dice.randrange(1, 40)
        self.name = world.name(self)
        self.is_gone = False
        self.told = set()  # cards that said who they are since they were put in
        self.changed_on = -19  # its card, its system or its name; all at once nobody could follow
        self.uuid = self.smbios = self.serial = None
        self.is_clone = kind == "desktop" and dice.random() < 0.15
        if kind in ("laptop", "camera") or kind == "desktop" and dice.random() < 0.6 and not self.is_clone:
            self.uuid = world.uuid()
        if kind == "desktop" and not self.is_clone and dice.random() < 0.25:
            self.smbios, self.serial = world.uuid(), world.serial()
            if dice.random() < 0.2:  # a careless maker
                self.serial = "To%20Be%20Filled%20By%20O.E.M."
                self.smbios = "03000200-0400-0500-0006-000700080009"
                self.uuid = self.uuid or world.uuid()
        if kind in ("printer", "switch", "ups"):
            self.serial = world.serial()
        self.units = [self.serial] + [world.serial() for _ in range(dice.choice([0, 0, 0, 1, 2]))] if kind == "switch" else []
        if kind in ("server", "nas", "router"):
            self.mac2, self.ip2 = world.mac(kind), world.address(kind)

    def can_change_card(self):
        """It can still be told by something else."""
        return self.kind == "desktop" and (self.uuid or self.has_serial()) and self.is_settled()

    def is_settled(self):
        return self.told and today - self.changed_on > 14

    def has_serial(self):
        return self.smbios and "%20" not in self.serial


class World:
    def __init__(self, seed, devices):
        self.dice = random.Random(seed)
        self.numbers = iter(range(1, 1 << 20))
        self.used = {}
        self.docks = [self.mac("dock") for _ in range(14)]
        self.image = "ff0a1b2c3d0002%012x" % self.dice.getrandbits(48)
        self.devices = [Device(self, MIX[i * len(MIX) // devices]) for i in range(devices)]
        self.clones = [d for d in self.devices if d.is_clone]

    def mac(self, kind):
        return self.dice.choice(OUI[kind]) + ":%02x:%02x:%02x" % tuple(self.dice.randbytes(3))

    def uuid(self):
        text = self.dice.randbytes(16).hex()
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def serial(self):
        return "".join(self.dice.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(10))

    def address(self, kind):
        net = {"laptop": "10.0.4", "dock": "10.0.5"}.get(kind, "10.0.1" if kind == "desktop" else "10.0.0")
        if kind == "desktop":
            net = self.dice.choice(["10.0.1", "10.0.2"])
        while True:
            ip = f"{net}.{self.dice.randrange(2, 250)}"
            if ip not in self.used:
                self.used[ip] = kind
                return ip

    def name(self, device):
        if device.kind == "laptop":
            return f"nb-{self.dice.randrange(10000)}"
        return f"kab{device.room}-{self.dice.randrange(1000)}"

    def release(self, device):
        for ip in (device.ip, device.ip2):
            self.used.pop(ip, None)

    def of(self, *kinds, where=lambda d: True):
        found = [d for d in self.devices if not d.is_gone and d.kind in kinds and where(d)]
        return self.dice.choice(found) if found else None


def see(device, mac, ip, *words):
    print("see", device.label, f"mac={mac}", f"ip={ip}", *[w for w in words if w])


def tell(world, d, docks, full):
    """All that is seen of a device in one scan."""
    dice = world.dice
    endpoint = d.uuid and f"wsd.uuid=urn:uuid:{d.uuid}"
    if d.kind == "laptop":
        for mac in docks:
            see(d, mac, "10.0.5." + str(2 + world.docks.index(mac)), endpoint, f"nbns.name={d.name}")
        if not docks or dice.random() < 0.3:
            see(d, d.mac, d.ip, *([endpoint, f"nbns.name={d.name}"] if full or d.mac not in d.told or dice.random() < 0.7 else []))
            d.told.add(d.mac)
    elif d.kind == "desktop":
        words = []
        if full or d.mac not in d.told or dice.random() < 0.7:
            d.told.add(d.mac)
            words = [endpoint, "dhcp.host_name=astra" if d.is_clone else f"nbns.name={d.name}"]
            words.append(f"dhcp.client_id={world.image}" if d.is_clone else "dhcp.client_id=01" + d.mac.replace(":", ""))
            if d.smbios:
                words += [f"facts.uuid={d.smbios}", f"facts.serial={d.serial}"]
        see(d, d.mac, d.ip, *words)
    elif d.kind == "switch":
        see(d, d.mac, d.ip)
        see(d, d.mac, d.ip, "snmp.sys_object_id=1.3.6.1.4.1.35265.1.76", f"snmp.sys_name=sw-{d.label}", f"snmp.bridge_address={d.mac}",
            *[f"entity.chassis_serial={s}" for s in d.units])
        if dice.random() < 0.5:
            print("see", d.label, f"mac={d.mac[:-2]}{(int(d.mac[-2:], 16) + 1) % 256:02x}", f"lldp.chassis_id=mac:{d.mac}")
    elif d.kind == "printer":
        see(d, d.mac, d.ip)
        if full or dice.random() < 0.8:
            see(d, d.mac, d.ip, "snmp.sys_object_id=1.3.6.1.4.1.11.2.3.9.1", f"printer.serial={d.serial}", f"snmp.if_mac={d.mac}")
    elif d.kind in ("server", "nas", "router"):
        see(d, d.mac, d.ip)
        see(d, d.mac2, d.ip2)
        see(d, d.mac, d.ip, "snmp.sys_object_id=1.3.6.1.4.1.8072.3.2.10", f"snmp.sys_name={d.label}", f"snmp.if_mac={d.mac}", f"snmp.if_mac={d.mac2}",
            f"snmp.ip_address={d.ip}", f"snmp.ip_address={d.ip2}")
    elif d.kind == "ups":
        see(d, d.mac, d.ip, "snmp.sys_object_id=1.3.6.1.4.1.318.1.3.27", f"maker.serial={d.serial}")
    else:
        see(d, d.mac, d.ip, endpoint, "arp.answered=1")


def arrive(world):
    world.devices.append(Device(world, world.dice.choice(["desktop"] * 5 + ["laptop"] * 3 + ["printer", "camera", "panel", "projector"])))
    return True


def depart(world):
    d = world.of("desktop", "laptop", "printer", "camera", "panel", "projector", "phone", "ap")
    d.is_gone = True
    world.release(d)
    return True


def change_address(world):
    """A lease runs out, and perhaps somebody else has the address at once."""
    one = world.of("desktop", "laptop", "printer", "panel")
    other = world.of(one.kind, where=lambda d: d is not one and d.ip.rsplit(".", 1)[0] == one.ip.rsplit(".", 1)[0])
    if other and world.dice.random() < 0.5:
        one.ip, other.ip = other.ip, one.ip
    else:
        world.used.pop(one.ip, None)
        one.ip = world.address(one.kind)
    return True


def swap_cards(world):
    one = world.of("desktop", where=Device.can_change_card)
    other = world.of("desktop", where=lambda d: d is not one and d.can_change_card() and bool(d.has_serial()) == bool(one.has_serial())
                     and bool(d.uuid) == bool(one.uuid)) if one else None
    if not other:
        return False
    one.mac, other.mac = other.mac, one.mac
    one.told, other.told = set(), set()
    one.changed_on = other.changed_on = today
    return True


def replace_board(world):
    d = world.of("desktop", where=Device.can_change_card)
    if not d:
        return False
    d.mac, d.told, d.changed_on = world.mac("desktop"), set(), today
    if d.has_serial():
        d.smbios = world.uuid()
    return True


def move(world):
    d = world.of("desktop", where=lambda d: not d.is_clone and d.is_settled())
    d.changed_on = today
    d.room = world.dice.randrange(1, 40)
    world.used.pop(d.ip, None)
    d.ip = world.address("desktop")
    if world.dice.random() < 0.5:
        d.name = world.name(d)
    return True


def install(world):
    d = world.of("desktop", "laptop", where=lambda d: d.uuid and d.is_settled())
    if not d:
        return False
    d.uuid, d.name, d.told, d.changed_on = world.uuid(), world.name(d), set(), today
    return True


def rename(world):
    d = world.of("desktop", where=lambda d: not d.is_clone and d.is_settled())
    d.name, d.changed_on = world.name(d), today
    return True


def change_unit(world):
    d = world.of("switch", where=lambda d: len(d.units) > 1 and today - d.changed_on > 4)
    if not d:
        return False
    d.changed_on = today
    d.units = d.units[1:] + ([world.serial()] if world.dice.random() < 0.5 else [])
    return True


EVENTS = [(arrive, 8), (depart, 6), (change_address, 30), (swap_cards, 5), (replace_board, 6), (move, 14), (install, 12), (rename, 10), (change_unit, 2)]


def happen(world):
    while not world.dice.choices([e for e, _ in EVENTS], [w for _, w in EVENTS])[0](world):
        pass


def scan(world, day, hour, share, docks, restarted):
    dice = world.dice
    print(f"day {day} {hour:02d}:{dice.randrange(60):02d}")
    print("scan")
    there = [d for d in world.devices if not d.is_gone and (dice.random() < 0.995 if d.kind in ALWAYS_ON else dice.random() < share(d))]
    dice.shuffle(there)
    for d in there:
        tell(world, d, [mac for mac, by in docks.items() if by is d], restarted)
    for n in range(dice.randrange(30) if share(world.devices[0]) > 0.3 else 0):
        print(f"see ~phone-{day}-{hour}-{n}", "mac=%02x:%02x:%02x:%02x:%02x:%02x" % (dice.randrange(64) << 2 | 2, *dice.randbytes(5)),
              f"ip=10.0.7.{n + 2}", "dhcp.host_name=android-dhcp-13")
    print("report" if dice.random() < 0.97 else "report incomplete")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--days", type=int, default=90)
    options.add_argument("--devices", type=int, default=200)
    options.add_argument("--events", type=int, default=300)
    options.add_argument("--scans", type=int, default=2, help="a school day")
    told = options.parse_args()
    world = World(told.seed, told.devices)
    dice = world.dice
    print(f"scenario a term of a school, seed {told.seed}")
    print("labels last")
    due = sorted(dice.randrange(2, told.days + 1) for _ in range(told.events))
    silent = {dice.randrange(5, told.days) for _ in range(2)}
    global today
    for day in range(1, told.days + 1):
        today = day
        while due and due[0] <= day:
            happen(world)
            due.pop(0)
        weekday = day % 7  # 1 is Tuesday, 6 is Sunday
        is_off = weekday == 6 or day in HOLIDAYS
        hours = [11] if is_off else sorted(dice.sample(range(8, 15), told.scans))
        if day in silent:
            continue
        for hour in hours:
            if dice.random() < 0.02:
                print("restart")
            laptops = [d for d in world.devices if d.kind == "laptop" and not d.is_gone and d.mac in d.told]
            taken = [mac for mac in world.docks if dice.random() < 0.4]
            docks = dict(zip(taken, dice.sample(laptops, min(len(taken), len(laptops)))))
            scan(world, day, hour, (lambda d: 0.03) if is_off else (lambda d: 0.9 if d.kind != "laptop" else 0.6), docks, dice.random() < 0.1)
        print("check")


main()
