#!/usr/bin/env python3
"""Scores the device rules on banners of Recog (BSD-2), whose maker and kind are known: one banner alone, as if
nothing else were heard of the device. SHOW=class, SHOW=sure (of 0.9) or SHOW=vendor lists what was wrong.

    tests/bench/banners.py [PROGRAM [FOLDER]]
"""
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

# Database of Recog: the evidence that carries its banners.
SOURCES = {
    "html_title": "http.title", "http_servers": "http.server", "http_wwwauth": "http.realm",
    "mdns_device-info_txt": "mdns.model", "dhcp_vendor_class": "dhcp.vendor_class", "ssh_banners": "ssh.banner",
    "sip_user_agents": "sip.agent", "sip_banners": "sip.agent", "rtsp_servers": "rtsp.server",
    "x509_subjects": "http.cert", "hp_pjl_id": "ipp.make_model", "snmp_sysdescr": "snmp.sys_descr",
}

# A kind of Recog: the classes that are the same.
KINDS = {
    "router": "router", "broadband router": "router modem", "adsl modem": "modem router", "cable modem": "modem",
    "docsis cable modem": "modem", "dsl modem": "modem router", "laptop": "laptop", "desktop": "desktop_pc all_in_one",
    "printer": "printer mfp", "multifunction device": "mfp printer", "print server": "printer", "scanner": "scanner",
    "voip": "ip_phone", "sip device": "ip_phone", "sip gateway": "pbx", "voip gateway": "pbx", "voip server": "pbx",
    "wap": "wifi_ap", "wireless controller": "wlan_controller", "ip camera": "ip_camera", "web cam": "ip_camera",
    "dvr": "nvr", "lights out management": "bmc", "switch": "switch", "video conferencing": "video_terminal",
    "mobile phone": "smartphone", "tablet": "tablet", "firewall": "firewall", "security appliance": "firewall",
    "vpn": "firewall router", "ips": "firewall", "power device": "ups pdu power", "ups": "ups", "nas": "nas",
    "storage": "nas", "storage appliance": "nas", "media player": "media_player", "media server": "media_player nas",
    "media receiver": "media_player", "smart tv": "tv", "network audio": "media_player", "access control": "skud",
    "thin client": "thin_client", "sensor": "sensor", "light bulb": "smart_device", "hypervisor": "server",
    "whiteboard": "interactive_board interactive_panel", "iptv": "media_player tv",
}


def words(text):
    return set(re.sub(r"[^a-z0-9 ]", " ", text.lower()).split()) - {"inc", "corp", "co", "ltd", "systems", "technologies",
                                                                    "technology", "networks", "communications", "the"}


# Makers that bear two names.
ALIASES = {"hp": "hewlett packard hpe", "hpe": "hewlett packard hp", "apc": "american power conversion schneider",
           "ubiquiti": "ubnt", "avm": "fritz"}


def same_maker(got, want):
    got, want = words(got), words(want)
    for word in list(got):
        got |= set(ALIASES.get(word, "").split())
    return bool(got & want)


def banners(folder):
    for name, key in SOURCES.items():
        for print_ in ET.parse(folder / f"{name}.xml").getroot().iter("fingerprint"):
            fixed = {p.get("name"): p.get("value") for p in print_.iter("param") if p.get("pos") == "0"}
            kind = (fixed.get("hw.device") or fixed.get("os.device") or "").lower()
            maker = fixed.get("hw.vendor") or ""
            for example in print_.iter("example"):
                text = (example.text or "").strip()
                if not text or example.get("_encoding"):
                    continue
                text = re.sub(r"[\t\r\n]+", " ", text)
                text = text.removeprefix("model=") if key == "mdns.model" else text
                yield name, key, text, KINDS.get(kind), maker


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "build/release/tests/bench/classify_lines"
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "../shared/data/recog")
    if not folder.exists():
        print(f"no banners at {folder}: skipped")
        return
    rows = list(banners(folder))
    text = "".join(f"{key}\t{value}\n" for _, key, value, _, _ in rows)
    out = subprocess.run([program, "common/classify/device_rule.csv"], input=text, capture_output=True, text=True,
                         check=True).stdout.split("\n")[:-1]
    assert len(out) == len(rows), (len(out), len(rows))
    counts = {}
    for (name, key, value, kind, maker), line in zip(rows, out):
        got, confidence, vendor, model, system, rule = line.split("\t")
        for group in (name, "all"):
            c = counts.setdefault(group, dict.fromkeys(("class", "given", "right", "sure", "sure_right", "maker", "named", "same"), 0))
            if kind:
                c["class"] += 1
                c["given"] += got != "unknown"
                c["right"] += got in kind.split()
                c["sure"] += float(confidence) >= 0.9
                c["sure_right"] += float(confidence) >= 0.9 and got in kind.split()
            if maker:
                c["maker"] += 1
                c["named"] += vendor != ""
                c["same"] += same_maker(vendor, maker)
        if os.environ.get("SHOW") == "class" and kind and got not in kind.split():
            print(f"{name}: {value[:90]!r}: {got} ({rule}), not {kind}")
        if os.environ.get("SHOW") == "sure" and kind and float(confidence) >= 0.9 and got not in kind.split():
            print(f"{name}: {value[:90]!r}: {got} ({rule} {confidence}), not {kind}")
        if os.environ.get("SHOW") == "vendor" and maker and not same_maker(vendor, maker):
            print(f"{name}: {value[:90]!r}: {vendor!r} ({rule}), not {maker!r}")
    print(f"{'':24}{'class':>6}{'right':>8}{'of given':>10}{'of sure':>9}{'maker':>8}{'right':>8}{'of given':>10}")
    for group, c in counts.items():
        share = lambda a, b: f"{c[a] / c[b]:.3f}" if c[b] else "-"
        print(f"{group:24}{c['class']:6}{share('right', 'class'):>8}{share('right', 'given'):>10}"
              f"{share('sure_right', 'sure'):>9}"
              f"{c['maker']:8}{share('same', 'maker'):>8}{share('same', 'named'):>10}")


main()
