#!/usr/bin/env python3
"""A computer's /sys, /proc and /etc in a folder, as Linux shows them, for deploy/host/parta-host.sh.

computer.py FOLDER NAME [KEY=VALUE]...   keys: mac, serial, uuid, chassis, vendor, model, usb (a list by commas of
camera microscope tablet board printer stick mouse phone), camera_serial, monitor (serial of a display), panel
"""
import os
import sys


def edid(maker, product, number, name, serial, width_mm, height_mm, year):
    block = bytearray(128)
    block[0:8] = b"\x00\xff\xff\xff\xff\xff\xff\x00"
    packed = sum((ord(letter) - 64) << shift for letter, shift in zip(maker, (10, 5, 0)))
    block[8:10] = packed.to_bytes(2, "big")
    block[10:12] = product.to_bytes(2, "little")
    block[12:16] = number.to_bytes(4, "little")
    block[16], block[17] = 12, year - 1990
    block[18], block[19] = 1, 4
    block[21], block[22] = width_mm // 10, height_mm // 10
    timing = bytearray(18)
    timing[0:2] = (14850).to_bytes(2, "little")
    timing[12], timing[13] = width_mm & 255, height_mm & 255
    timing[14] = (width_mm >> 8) << 4 | height_mm >> 8
    block[54:72] = timing
    for at, tag, text in ((72, 0xFC, name), (90, 0xFF, serial)):
        if text:
            block[at:at + 5] = bytes((0, 0, 0, tag, 0))
            block[at + 5:at + 18] = (text.encode() + b"\n").ljust(13, b" ")[:13]
    block[127] = -sum(block) % 256
    return bytes(block)


USB = {  # idVendor, idProduct, bDeviceClass, [(bInterfaceClass, bInterfaceSubClass)], manufacturer, product, serial
    "camera": ("1778", "0215", "ef", [("0e", "01"), ("0e", "02")], "IPEVO Inc.", "IPEVO Document Camera", "IPV70012345"),
    "microscope": ("a16f", "0304", "ef", [("0e", "01")], "Bresser", "Levenhuk Digital Microscope", ""),
    "tablet": ("256c", "006d", "00", [("03", "00")], "HUION", "Huion Tablet", ""),
    "board": ("0b8c", "0001", "00", [("03", "00")], "SMART Technologies", "SMART Board", "D011FP38V0401"),
    "printer": ("03f0", "4217", "00", [("07", "01")], "Hewlett-Packard", "HP LaserJet P2055dn", "VNC3K12345"),
    "stick": ("0951", "1666", "00", [("08", "06")], "Kingston", "DataTraveler 3.0", "E0D55EA573DCF450E97A0F1F"),
    "mouse": ("046d", "c077", "00", [("03", "01")], "Logitech", "USB Optical Mouse", ""),
    "phone": ("2717", "ff40", "00", [("06", "01")], "Xiaomi", "Redmi 9", "a1b2c3d4e5f6"),
    "hub": ("1d6b", "0002", "09", [("09", "00")], "Linux xhci-hcd", "xHCI Host Controller", "0000:00:14.0"),
}


def main():
    root, name = sys.argv[1:3]
    given = dict(word.split("=", 1) for word in sys.argv[3:])

    def put(path, text):
        path = os.path.join(root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(text if isinstance(text, bytes) else (text + "\n").encode())

    dmi = {
        "sys_vendor": given.get("vendor", "Aquarius"), "product_name": given.get("model", "Pro Desk P30 K42"),
        "product_serial": given.get("serial", "AQ2026001417"), "product_uuid": given.get("uuid", "5f1c7a60-3c1b-11ef-9d2a-3ceceF001417"),
        "chassis_type": given.get("chassis", "3"), "board_vendor": "Gigabyte", "board_name": "H410M H V2", "board_serial": "Default string",
        "bios_vendor": "American Megatrends", "bios_version": "F5", "bios_date": "03/14/2024",
    }
    for key, value in dmi.items():
        put("sys/class/dmi/id/" + key, value)
    put("etc/hostname", name)
    put("etc/os-release", 'NAME="ALT"\nVERSION_ID=10.2\nPRETTY_NAME="ALT Workstation 10.2 \\"Autolycus\\""'.replace('\\"', ""))
    put("etc/samba/smb.conf", "[global]\n\tworkgroup = SCHOOL14")
    put("proc/cpuinfo", "\n\n".join(
        f"processor\t: {i}\nmodel name\t: Intel(R) Core(TM) i3-10105 CPU @ 3.70GHz\nphysical id\t: 0\nsiblings\t: 8\ncpu cores\t: 4\ncpu MHz\t\t: 3700.000"
        for i in range(8)))
    put("proc/meminfo", "MemTotal:        8046592 kB")
    put("proc/1/comm", "systemd")
    put("proc/812/comm", "clamd")
    put("sys/class/net/lo/type", "772")
    put("sys/class/net/docker0/address", "02:42:11:22:33:44")
    put("sys/class/net/docker0/type", "1")
    for key, value in (("address", given.get("mac", "3c:ec:ef:00:14:17")), ("type", "1"), ("operstate", "up"), ("device/vendor", "0x10ec")):
        put("sys/class/net/enp3s0/" + key, value)
    for key, value in (("size", "500118192"), ("removable", "0"), ("device/model", "KINGSTON SA400S37240G"), ("device/serial", "50026B7784A1C0F2"), ("dev", "8:0")):
        put("sys/block/sda/" + key, value)
    put("sys/block/loop0/size", "8")
    if "monitor" in given:
        put("sys/class/drm/card0-HDMI-A-1/status", "connected")
        put("sys/class/drm/card0-HDMI-A-1/edid", edid("DEL", 0xA0C4, 808466252, "DELL P2419H", given["monitor"], 527, 296, 2019))
    put("sys/class/drm/card0-DP-1/status", "disconnected")
    if "panel" in given:
        put("sys/class/drm/card0-eDP-1/status", "connected")
        put("sys/class/drm/card0-eDP-1/edid", edid("BOE", 0x0747, 0, "", "", 344, 193, 2018))
    for place, kind in enumerate(["hub"] + [one for one in given.get("usb", "").split(",") if one]):
        vendor, product, device_class, interfaces, maker, model, serial = USB[kind]
        at = f"sys/bus/usb/devices/1-{place}/"
        if kind == "camera":
            serial = given.get("camera_serial", serial)
        for key, value in (("idVendor", vendor), ("idProduct", product), ("bDeviceClass", device_class), ("manufacturer", maker), ("product", model), ("serial", serial)):
            if value:
                put(at + key, value)
        for number, (interface, sub) in enumerate(interfaces):
            put(f"{at}1-{place}:1.{number}/bInterfaceClass", interface)
            put(f"{at}1-{place}:1.{number}/bInterfaceSubClass", sub)
    put("usr/sbin/clamd", "#!/bin/sh\necho 'ClamAV 1.0.7/27458/Tue Nov 24 08:26:11 2026'")
    os.chmod(os.path.join(root, "usr/sbin/clamd"), 0o755)
    put("var/lib/clamav/daily.cvd", b"ClamAV-VDB:24 Nov 2026 08-26 +0000:27458:2067121:90:x:y:raynman:1".ljust(512, b" "))


main()
