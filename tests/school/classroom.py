"""Kinds of devices that speak no SNMP: what an inventory must know them by is how they ask for an address, announce
themselves and look for each other. The rules of texts are those of catalogue.py.
"""

from catalogue import Kind, UUID, ipp

ANDROID = "1,3,6,15,26,28,51,58,59,43"
WINDOWS = "MSFT 5.0|1,3,6,15,31,33,43,44,46,47,119,121,249,252"
NETWORK_MANAGER = "|1,2,6,12,15,26,28,121,3,33,40,41,42,119,249,252,17"
APPLE = "|1,121,3,6,15,114,119,252"
CAST = "_googlecast._tcp|8009|{name}-{x8}|id={mac_hex}|md=MODEL|fn={name}|ca=4101|ve=05"
AIRPLAY = "_airplay._tcp|7000|INSTANCE|deviceid={mac}|model=MODEL|features=0x4A7FFFF7"


def panel(vendor, model, ouis, hosts, version="9", airplay="", weight=1):
    """An Android board; what it is called stands in its services, or in its name alone."""
    services = [AIRPLAY.replace("INSTANCE", airplay).replace("MODEL", model)] if airplay else []
    if model and not airplay:
        services = [CAST.replace("MODEL", model)]
    return Kind("interactive_panel", vendor, model, ouis, "", "", weight, hosts,
                dhcp=f"android-dhcp-{version}|{ANDROID}", **({"services": services} if services else {}))


def camera(vendor, model, ouis, class_key="ip_camera"):
    return Kind(class_key, vendor, model, ouis, "", "", 1, "",
                wsd="dn:NetworkVideoTransmitter|onvif://www.onvif.org/type/video_encoder "
                    f"onvif://www.onvif.org/hardware/{model} onvif://www.onvif.org/name/{model}|" + UUID)


def projector(vendor, model, ouis, pjlink, serial=""):
    """What PJLink tells; the serial number from class 2 on."""
    return Kind("projector", vendor, model, ouis, serial, "1.04", 1, "", pjlink=pjlink)


CLASSROOM = [
    # Interactive panels: by their services, by their names, by the maker of their board.
    panel("SMART", "SMART Board MX275-V3", "000275", "SMART-MX#", "8.0.0"),
    panel("ViewSonic", "ViewBoard IFP7550", "000b14", "IFP7550-#", "8.0.0", "IFP7550"),
    panel("BenQ", "RP6502", "8065e9", "RP6502-#", "8.0.0", "BenQ RP6502"),
    panel("Newline", "Newline TT-7519RS", "702ed9", "Newline-#", "9"),
    panel("Prestigio", "MultiBoard PMB528L752", "8c3357", "PMB528L752-#", "9", "Prestigio MultiBoard 75"),
    panel("Lumien", "LMP7502ELRU", "209be6", "LMP7502ELRU-#", "11"),
    panel("NexTouch", "", "b4ada3", "NextPanel-#", "8.0.0"),
    panel("EdFlat", "EDF75CT M3", "bcfab8", "EDFLAT-#", "11"),
    panel("TeachTouch", "TeachTouch 4.0 SE", "8c3592", "TeachTouch-#", "8.0.0", "TeachTouch 4.0"),
    panel("Geckotouch", "", "7472b0", "Geckotouch-#", "9"),
    panel("IQBoard", "IQTouch TE1100", "002592", "IQTouch-#", "8.0.0", "IQTouch TE1100"),
    panel("Интерволна", "Intervolna 75", "702ed9", "Intervolna-#", "9", "Интерволна 75"),
    panel("", "", "002592", "android-#", "8.0.0"),
    Kind("desktop_pc", "", "", "1866da", "", "", 1, "OPS-#", dhcp=WINDOWS, netbios="{name}", workgroup="SCHOOL"),
    # Projectors without SNMP.
    Kind("projector", "Epson", "", "0026ab", "", "", 1, "EB{mac_tail}", dhcp="|1,3,6,15"),
    Kind("projector", "", "", "005041", "", "", 1, "", ping=False),
    projector("BenQ", "MW560", "005041", "1"),
    projector("Optoma", "EH335", "005041", "2", "Q7###########"),
    projector("Acer", "P1257i", "005041", "1"),
    projector("NEC", "NP-M353WS", "00255c", "1"),
    projector("Panasonic", "PT-VW360", "080023", "2", "DA#######"),
    projector("Casio", "XJ-UT352WN", "080074", "1"),
    projector("Hitachi", "CP-EX302N", "0060e8", "1"),
    projector("ViewSonic", "PJD6550LW", "000b14", "1"),
    projector("Sony", "VPL-PHZ10", "080046", "2", "70#####"),
    Kind("monitor", "NEC", "P404", "00255c", "", "", 1, "", pjlink="1"),
    Kind("projector", "Optoma", "", "005041", "", "", 1, "", web="Optoma Projector Control|"),
    # Computers: Russian makers by the card or by the name they were delivered with.
    Kind("desktop_pc", "Aquarius", "", "00583f", "", "", 1, "PC-1##", dhcp=WINDOWS, netbios="{name}", workgroup="SCHOOL",
         wsd="wsdp:Device pub:Computer||" + UUID),
    Kind("desktop_pc", "Kraftway", "", "1c57d8", "", "", 1, "KRAFTWAY-#", dhcp=WINDOWS, netbios="{name}", workgroup="SCHOOL"),
    Kind("desktop_pc", "Depo", "", "f8cc6e", "", "", 1, "DEPO-#", dhcp=WINDOWS, netbios="{name}", workgroup="SCHOOL"),
    Kind("desktop_pc", "iRU", "", "049226", "", "", 1, "IRU-#", dhcp=WINDOWS, netbios="{name}", workgroup="SCHOOL"),
    Kind("desktop_pc", "Graviton", "", "4ccc6a", "", "", 1, "GRAVITON-#", dhcp=WINDOWS, netbios="{name}", workgroup="SCHOOL"),
    Kind("server", "Yadro", "", "145290", "", "", 1, "", ping=False),
    Kind("laptop", "", "", "e86a64", "", "", 2, "NOTEBOOK-#", dhcp=WINDOWS, netbios="{name}", workgroup="SCHOOL",
         wsd="wsdp:Device pub:Computer||" + UUID),
    Kind("desktop_pc", "", "", "94de80", "", "", 2, "alt-#", dhcp=NETWORK_MANAGER, announces=True, lldp=True, caps="station",
         descr="ALT Workstation K 10.2 (Sisyphus Sphinx) Linux 5.10.198-std-def-alt1 #1 SMP x86_64"),
    Kind("desktop_pc", "", "", "94de80", "", "", 1, "astra-#", dhcp=NETWORK_MANAGER, announces=True, lldp=True, caps="station",
         descr="Astra Linux Linux 5.15.0-70-generic #astra2+ci58 SMP x86_64"),
    Kind("desktop_pc", "Raspberry Pi", "", "dca632", "", "", 1, "raspberrypi-#",
         dhcp="dhcpcd-9.4.1:Linux-6.1.21-v8+:aarch64:BCM2835|1,121,33,3,6,12,15,26,28,42,51,54,58,59,119"),
    Kind("thin_client", "", "", "008064", "", "", 1, "wt-#", dhcp="wyse-1000|1,3,6,12,15,43,161,162"),
    Kind("tablet", "Apple", "iPad13,1", "3c0754", "", "", 1, "iPad-#", dhcp=APPLE,
         services=["_device-info._tcp|0|{name}|model=iPad13,1", "_companion-link._tcp|49152|{name}|rpMac=0"]),
    # Printers that say it by Bonjour only.
    Kind("mfp", "Pantum", "Pantum M6550NW Series", "acc51b", "", "", 1, "Pantum-{mac_tail}",
         services=ipp("Pantum", "Pantum M6550NW Series", True, UUID)),
    Kind("mfp", "Катюша", "Katusha M247", "002593", "", "", 1, "katusha-#", services=ipp("Katusha", "Katusha M247", True, UUID)),
    # Cameras and recorders of the brands that schools buy.
    camera("RVi", "RVi-1NCD2024", "3cef8c"),
    camera("HiWatch", "DS-I400", "4419b6"),
    camera("HiWatch", "DS-N308", "4419b6", "nvr"),
    camera("TRASSIR", "TR-D3121IR2", "186882"),
    # The rest of a classroom.
    Kind("tv", "Samsung", "", "0007ab", "", "", 1, "", ping=False,
         services=["_airplay._tcp|7000|[TV] Samsung 6 Series (55)|deviceid={mac}|manufacturer=Samsung"]),
    Kind("media_player", "Google", "Chromecast Ultra", "3c5ab4", "", "", 1, "cast-#", services=[CAST.replace("MODEL", "Chromecast Ultra")]),
    Kind("document_camera", "AVer", "", "001a2b", "", "", 1, "aver-#", services=["_http._tcp|80|AVerVision M17-13M"]),
    Kind("3d_printer", "", "", "dca632", "", "", 1, "octopi-#", services=["_octoprint._tcp|80|OctoPrint instance on {name}|path=/"]),
    Kind("vr_headset", "Oculus VR", "", "2c2617", "", "", 1, "", ping=False),
    Kind("skud", "ZAO NVP Bolid", "", "0018bc", "", "", 1, "", ping=False),
    Kind("router", "SNR", "", "f8f082", "", "", 1, "", web="SNR-CPE-ME2-SFP|"),
    Kind("modem", "Eltex", "", "a8f94b", "", "", 1, "", web="Eltex - NTU-RG-5421G-Wac|"),
    Kind("wifi_ap", "QTECH", "", "e8de27", "", "", 1, "", web="QWP-420-AC|"),
    Kind("router", "Beltex", "", "002593", "", "", 1, "", web="Beltex Router|"),
    Kind("nas", "Yadro", "", "b47d76", "", "", 1, "", web="TATLIN.UNIFIED|nginx"),
    Kind("nvr", "TRASSIR", "", "186882", "", "", 1, "", web="TRASSIR Web|"),
    Kind("firewall", "UserGate", "", "6805ca", "", "", 1, "", web="UserGate Web Console|"),
    Kind("ip_phone", "Fanvil", "", "0c383e", "", "", 1, "", dhcp="Fanvil X3S|1,3,6,15", sip="Fanvil X3S 2.12"),
    Kind("router", "Zelax", "", "001a81", "", "", 1, "", ping=False),
    Kind("router", "Rotek", "", "4829e4", "", "", 1, "", ping=False),
    Kind("smart_device", "Philips", "", "001788", "", "", 1, "Philips-hue-#", services=["_hue._tcp|443|Philips Hue - {mac_tail}|modelid=BSB002"]),
]
