#!/usr/bin/env python3
"""Is a file what GLPI's inventory format asks for? By the form's published description: fields, types, closed sets.

inventory_form.py FILE.json   an inventory
inventory_form.py FILE.ps1    a script that writes one: are the names of its fields those of the form?
"""
import json
import re
import sys

DAY = r"^\d{4}-\d{2}-\d{2}$"
TIME = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"
TEXT, NUMBER, BOOL = str, int, bool
FORM = {
    "hardware": {"name": TEXT, "uuid": TEXT, "chassis_type": TEXT, "workgroup": TEXT, "memory": NUMBER},
    "bios": {"smanufacturer": TEXT, "smodel": TEXT, "ssn": TEXT, "bversion": TEXT, "bmanufacturer": TEXT, "bdate": DAY, "mmodel": TEXT, "mmanufacturer": TEXT, "msn": TEXT},
    "operatingsystem": {"full_name": TEXT, "kernel_version": TEXT, "kernel_name": TEXT, "name": TEXT, "version": TEXT, "arch": TEXT, "service_pack": TEXT},
    "cpus": [{"name": TEXT, "core": NUMBER, "thread": NUMBER, "speed": NUMBER, "manufacturer": TEXT}],
    "memories": [{"capacity": NUMBER, "type": TEXT, "speed": TEXT, "manufacturer": TEXT, "caption": TEXT}],
    "storages": [{"model": TEXT, "name": TEXT, "disksize": NUMBER, "serial": TEXT, "interface": TEXT, "type": TEXT, "firmware": TEXT}],
    "networks": [{"description": TEXT, "mac": TEXT, "type": r"^(ethernet|wifi)$", "status": r"^(up|down)$", "virtualdev": BOOL, "ipaddress": TEXT, "ipaddress6": TEXT}],
    "monitors": [{"base64": TEXT, "caption": TEXT, "description": TEXT, "manufacturer": TEXT, "serial": TEXT, "type": TEXT}],
    "usbdevices": [{"vendorid": r"^[0-9a-f]{4}$", "productid": r"^[0-9a-f]{4}$", "class": TEXT, "subclass": TEXT, "manufacturer": TEXT, "name": TEXT, "serial": TEXT}],
    "antivirus": [{"name": TEXT, "enabled": BOOL, "uptodate": BOOL, "version": TEXT, "base_creation": TEXT}],
    "softwares": [{"name": TEXT, "version": TEXT, "publisher": TEXT}],
    "accesslog": {"logdate": TIME},
    "network_device": {"type": r"^(Computer|Networking|Printer|Storage|Power|Phone|Video|KVM)$", "name": TEXT, "manufacturer": TEXT, "model": TEXT, "serial": TEXT,
                       "firmware": TEXT, "location": TEXT, "mac": TEXT, "ips": [TEXT], "description": TEXT},
}
NEEDED = {"networks": ("description", "status"), "softwares": ("name",), "network_device": ("type",), "accesslog": ("logdate",)}


def check(value, form, place):
    if isinstance(form, list):
        assert isinstance(value, list), f"{place} is no list"
        for one in value:
            check(one, form[0], place)
    elif isinstance(form, dict):
        assert isinstance(value, dict), f"{place} is no object"
        for key, one in value.items():
            assert key in form, f"{place}.{key} is not in the form"
            check(one, form[key], f"{place}.{key}")
        for key in NEEDED.get(place.split(".")[0], ()):
            assert key in value, f"{place}.{key} is needed"
    elif isinstance(form, str):
        assert isinstance(value, str) and re.match(form, value), f"{place} is {value!r}"
    else:
        assert type(value) is form, f"{place} is {value!r}"


if sys.argv[1].endswith(".ps1"):
    with open(sys.argv[1], encoding="ascii") as text:
        script = text.read()
    known = {"deviceid", "itemtype", "action", "content", "versionclient", *FORM}
    for section in FORM.values():
        known.update(section[0] if isinstance(section, list) else section)
    named = {word for table in re.findall(r"\[ordered\]@\{(.*?)\}", script, re.S) for word in re.findall(r"(?:^|[;\t ])(\w+) = ", table)}
    assert len(named) > 50 and named <= known, f"the form does not know {sorted(named - known)}"
    sys.exit()
with open(sys.argv[1], encoding="utf-8") as text:
    inventory = json.load(text)
assert isinstance(inventory["deviceid"], str) and inventory["action"] == "inventory"
assert re.match(r"^(Computer|Phone|NetworkEquipment|Printer)$", inventory["itemtype"])
content = inventory["content"]
assert isinstance(content.pop("versionclient"), str)
for name, section in content.items():
    assert name in FORM, f"{name} is not in the form"
    check(section, FORM[name], name)
