"""The kinds of devices that a school has, with what each of them says of itself on the wire.

The texts (sysDescr, sysObjectID, TXT records) have the form in which such devices send them; numbers, names and
serials are drawn. In the patterns of serials and names '#' is a digit and '?' a letter; in other texts {d5} is five
digits and {x8} eight hexadecimal ones; {serial}, {mac}, {mac_hex}, {mac_tail} and {name} are the device's own.
"""


class Kind:
    """One model of one maker: what an inventory can know of it from the wire. A serial that only the maker's own
    objects tell is `hidden`: it is right to find it, and no fault not to."""

    def __init__(self, class_key, vendor, model, ouis, serial="", firmware="", weight=1, hosts="#", hidden="", **says):
        self.class_key, self.vendor, self.model = class_key, vendor, model
        self.ouis, self.serial, self.hidden, self.firmware = ouis.split(), serial, hidden, firmware
        self.weight, self.hosts, self.says = weight, hosts, says


def cisco(image, version):
    return (f"Cisco IOS Software, {image}, Version {version}, RELEASE SOFTWARE (fc1)\\r\\n"
            "Technical Support: http://www.cisco.com/techsupport\\r\\n"
            "Copyright (c) 1986-2018 by Cisco Systems, Inc.\\r\\nCompiled Thu 05-Jul-18 10:55 by prod_rel_team")


def huawei(lead, version, years):
    return (f"{lead}\\r\\nHuawei Versatile Routing Platform Software\\r\\n VRP (R) software,Version {version}\\r\\n"
            f" Copyright (C) {years} Huawei Technologies Co., Ltd.")


def windows(build, family="Intel64 Family 6 Model 158 Stepping 10"):
    return f"Hardware: {family} AT/AT COMPATIBLE - Software: Windows Version 6.3 (Build {build} Multiprocessor Free)"


def ipp(make, model, scans, uuid):
    """The services of an AirPrint printer (Bonjour Printing Specification 1.2.1)."""
    services = [f"_ipp._tcp|631|{model} [{{mac_tail}}]|txtvers=1|qtotal=1|rp=ipp/print|ty={model}|product=({model})|"
                f"usb_MFG={make}|usb_MDL={model}|UUID={uuid}|pdl=application/pdf,image/urf|"
                f"Scan={'T' if scans else 'F'}",
                f"_pdl-datastream._tcp|9100|{model} [{{mac_tail}}]|txtvers=1|qtotal=1|ty={model}|"
                f"product=({model})|usb_MFG={make}|usb_MDL={model}"]
    if scans:
        services.append(f"_uscan._tcp|80|{model} [{{mac_tail}}]|txtvers=1|vers=2.63|ty={model}|rs=eSCL|UUID={uuid}")
    return services


UUID = "{x8}-{x4}-4{x3}-8{x3}-{mac_hex}"
SWITCH = dict(layers=2, mib="if,ifx,ip,entity,bridge,lldp", lldp=True, caps="bridge")
VLAN_SWITCH = dict(SWITCH, mib="if,ifx,ip,entity,vlans,lldp")
PRINTER = dict(layers=72, mib="if,ip,printer", speed=100)

KINDS = [
    # Switches.
    Kind("switch", "D-Link", "DGS-1510-28", "1c7ee5 c4a81d", "RZQG1HB0#####", "1.31.B035", 3, "sw-#",
         descr="DGS-1510-28 Gigabit Ethernet SmartPro Switch", oid="1.3.6.1.4.1.171.10.137.2.1", ports=28,
         portname="eth1/0/#", **SWITCH),
    Kind("switch", "Eltex", "MES2124M AC", "a8f94b e0d9e3", "ES1D######", "1.1.48", 3, "sw-#",
         descr="MES2124M AC 28-port 1G Managed Switch", oid="1.3.6.1.4.1.35265.1.43", ports=28,
         portname="gi1/0/#", **SWITCH),
    Kind("switch", "Cisco", "WS-C2960-24TT-L", "001bd4 fcfbfb", "FOC####?0??", "12.2(55)SE12", 2, "sw-#",
         descr=cisco("C2960 Software (C2960-LANBASEK9-M)", "12.2(55)SE12"), oid="1.3.6.1.4.1.9.1.716", ports=24,
         portname="FastEthernet0/#", speed=100, **SWITCH),
    Kind("switch", "Huawei", "S5720-28X-SI-AC", "487b6b", "2102359#########0###", "V200R011C10SPC600", 2, "sw-#",
         descr=huawei("S5720-28X-SI-AC", "5.170 (S5720 V200R011C10SPC600)", "2007"),
         oid="1.3.6.1.4.1.2011.2.23.291", ports=28, portname="GigabitEthernet0/0/#", **VLAN_SWITCH),
    Kind("switch", "HP", "J9773A", "9457a5 3c5282", "CN##FP####", "YA.16.02.0012", 2, "sw-#",
         descr="HP J9773A 2530-24G-PoEP Switch, revision YA.16.02.0012, ROM YA.15.19 "
               "(/ws/swbuildm/rel_tacoma_qaoff/code/build/lakes(swbuildm_rel_tacoma_qaoff_rel_tacoma))",
         oid="1.3.6.1.4.1.11.2.3.7.11.152", ports=28, portname="#", chassis="HP 2530-24G-PoEP Switch", **VLAN_SWITCH),
    Kind("switch", "SNR", "SNR-S2985G-24T", "f8f082", "SW0###########", "7.0.3.5", 2, "sw-#",
         descr="SNR-S2985G-24T Device, Compiled Jan 10 13:47:05 2019\\n SoftWare Version 7.0.3.5(R0241.0280)\\n"
               " BootRom Version 7.2.33\\n HardWare Version 1.0.1\\n Device serial No. {serial}\\n"
               " Copyright (C) 2019 NAG LLC\\n All rights reserved", oid="1.3.6.1.4.1.40418.7.43", ports=28,
         portname="Ethernet1/0/#", **VLAN_SWITCH),
    # Routers.
    Kind("router", "MikroTik", "RB750Gr3", "4c5e0c 6c3b6b", "", "6.49.10", 2, "gw-#", descr="RouterOS RB750Gr3",
         oid="1.3.6.1.4.1.14988.1", ports=5, portname="ether#", layers=78, mib="if,ifx,ip,arp"),
    Kind("router", "Huawei", "AR169F", "487b6b", "21500101#########0###", "V200R009C00SPC500", 1, "gw-#",
         descr=huawei("Huawei AR169F", "5.170 (AR160 V200R009C00SPC500)", "2011-2018"),
         oid="1.3.6.1.4.1.2011.2.224.62", ports=5, portname="GigabitEthernet0/0/#", layers=78,
         mib="if,ifx,ip,entity,arp"),
    Kind("router", "Cisco", "C891F-K9", "fcfbfb", "FGL####???#", "15.4(3)M6", 1, "gw-#",
         descr=cisco("C800 Software (C800-UNIVERSALK9-M)", "15.4(3)M6a"), oid="1.3.6.1.4.1.9.1.1858", ports=9,
         portname="GigabitEthernet#", layers=78, mib="if,ifx,ip,entity,arp", lldp=True, caps="router"),
    # Access points.
    Kind("wifi_ap", "MikroTik", "RBcAPGi-5acD2nD", "6c3b6b 4c5e0c", "", "6.49.10", 3, "ap-#",
         descr="RouterOS RBcAPGi-5acD2nD", oid="1.3.6.1.4.1.14988.1", ports=2, portname="ether#", layers=78,
         mib="if,ifx,ip"),
    Kind("wifi_ap", "Ubiquiti", "UAP-AC-Lite", "24a43c 788a20", "", "4.3.28.11361", 3, "ap-#",
         descr="UAP-AC-Lite 4.3.28.11361", oid="1.3.6.1.4.1.41112", mib="if,ip", lldp=True, caps="wlan"),
    Kind("wifi_ap", "Cisco", "WAP321", "fcfbfb", "", "1.0.6.5", 1, "ap-#",
         descr="Linux 2.6.21.5-lvl7-dev, Cisco Systems, Inc WAP321 (WAP321-E-K9), Version 1.0.6.5 "
               "Wed Oct 12 07:39:00 EDT 2016", oid="1.3.6.1.4.1.9.6.1.32.321.1", mib="if,ip"),
    Kind("wifi_ap", "Ruckus", "R510", "c4108a", "", "200.6.10.1", 1, "ap-#", hidden="########0###",
         descr="Ruckus Wireless R510", oid="1.3.6.1.4.1.25053.3.1.5.20", mib="if,ip",
         extra=["1.3.6.1.4.1.25053.1.15.1.1.1.1.15.0|4|{hidden}"]),
    # Printers and multifunction devices.
    Kind("printer", "HP", "HP LaserJet 400 M401dn", "3cd92b 9457a5", "VNC3F#####", "20130905", 4, "NPI{mac_tail}",
         descr="HP ETHERNET MULTI-ENVIRONMENT,SN:{serial},FN:1D31Q6C,SVCID:23{d3},PID:HP LaserJet 400 M401dn",
         oid="1.3.6.1.4.1.11.2.3.9.1", services=ipp("Hewlett-Packard", "HP LaserJet 400 M401dn", False, UUID),
         **PRINTER),
    Kind("printer", "Kyocera", "ECOSYS P2040dn", "00c0ee", "VCX#######", "2S5_2000.005", 3, "KM{mac_tail}",
         descr="KYOCERA Document Solutions Printing System", oid="1.3.6.1.4.1.1347.41", **PRINTER),
    Kind("printer", "Canon", "LBP6670", "001e8f", "MKRA######", "", 2, "Canon{mac_tail}",
         descr="Canon LBP6670 /P", oid="1.3.6.1.4.1.1602.4.2", printer="Canon LBP6670 /P", **PRINTER),
    Kind("printer", "Brother", "Brother HL-L5100DN series", "008077", "E7#####?#N######", "1.51", 2, "BRN{mac_hex}",
         descr="Brother NC-8700h, Firmware Ver.1.51 ,MID 84U-F01,FID 2", oid="1.3.6.1.4.1.2435.2.3.9.1", **PRINTER),
    Kind("mfp", "HP", "HP LaserJet MFP M426fdn", "9457a5 3c5282", "PHB8K#####", "20181009", 3, "NPI{mac_tail}",
         descr="HP ETHERNET MULTI-ENVIRONMENT,SN:{serial},FN:N7K3R2C,SVCID:28{d3},PID:HP LaserJet MFP M426fdn",
         oid="1.3.6.1.4.1.11.2.3.9.1", services=ipp("HP", "HP LaserJet MFP M426fdn", True, UUID),
         web="HP LaserJet MFP M426fdn|HP HTTP Server; HP LaserJet MFP M426fdn - F6W14A; Serial Number: {serial};",
         escl="HP LaserJet MFP M426fdn|{serial}|", **PRINTER),
    Kind("mfp", "Kyocera", "ECOSYS M2040dn", "00c0ee", "VUB#######", "2S0_2000.002", 3, "KM{mac_tail}",
         descr="KYOCERA Document Solutions Printing System", oid="1.3.6.1.4.1.1347.41",
         services=ipp("KYOCERA", "Kyocera ECOSYS M2040dn", True, UUID), **PRINTER),
    Kind("mfp", "Ricoh", "RICOH MP 2014AD", "002673", "W49#K#######", "1.05", 1, "RNP{mac_hex}",
         descr="RICOH MP 2014AD 1.05 / RICOH Network Printer C model / RICOH Network Scanner C model",
         oid="1.3.6.1.4.1.367.1.1", **PRINTER),
    Kind("mfp", "Konica Minolta", "bizhub C250i", "00206b", "AA2M0211#####", "", 1, "KM{mac_tail}",
         descr="KONICA MINOLTA bizhub C250i", oid="1.3.6.1.4.1.18334.1.1.1.2.1.181.2.4",
         printer="KONICA MINOLTA bizhub C250i", **PRINTER),
    # Cameras and recorders.
    Kind("ip_camera", "Hikvision", "DS-2CD2142FWD-I", "4419b6 c056e3", "", "V5.5.82 build 190220", 4, "cam-#",
         hidden="DS-2CD2142FWD-I20190412AAWRC########", web="index|App-webs/", rtsp="Rtsp Server/2.0",
         onvif="HIKVISION|DS-2CD2142FWD-I|V5.5.82 build 190220|{hidden}|88|{name}",
         descr="DS-2CD2142FWD-I", oid="1.3.6.1.4.1.39165.1", mib="if", speed=100,
         wsd="dn:NetworkVideoTransmitter|onvif://www.onvif.org/type/video_encoder "
             "onvif://www.onvif.org/hardware/DS-2CD2142FWD-I onvif://www.onvif.org/name/HIKVISION%20DS-2CD2142FWD-I|" + UUID,
         extra=["1.3.6.1.4.1.39165.1.1.0|4|DS-2CD2142FWD-I", "1.3.6.1.4.1.39165.1.3.0|4|V5.5.82 build 190220"]),
    Kind("ip_camera", "Axis", "AXIS M3045-V", "accc8e", "", "6.50.1.2", 2, "axis-{mac_hex}", hidden="{mac_hex}",
         descr=" ; AXIS M3045-V; Fixed Dome Camera; 6.50.1.2; Sep 05 2017 09:05; 79B.1; 1;",
         oid="1.3.6.1.4.1.368.1.3", mib="if,ip", speed=100,
         services=["_axis-video._tcp|80|AXIS M3045-V - {mac_hex}|macaddress={mac_hex}",
                   "_http._tcp|80|AXIS M3045-V - {mac_hex}"]),
    Kind("nvr", "Dahua", "DH-NVR4108HS-8P-4KS2", "3cef8c", "", "", 1, "nvr-#", hidden="2M00D2APAZ#####",
         descr="DH-NVR4108HS-8P-4KS2", oid="1.3.6.1.4.1.1004849.3.2.10", mib="if,ip", speed=100,
         extra=["1.3.6.1.4.1.1004849.2.1.2.5.0|4|{hidden}"]),
    # Power.
    Kind("ups", "APC", "Smart-UPS 1500", "00c0b7", "", "UPS 09.3", 3, "ups-#", hidden="AS#########0",
         descr="APC Web/SNMP Management Card (MB:v4.1.0 PF:v6.5.6 PN:apc_hw05_aos_656.bin AF1:v6.5.6 "
               "AN1:apc_hw05_sumx_656.bin MN:AP9630 HR:05 SN: ZA12340{d5} MD:08/20/2012) ",
         oid="1.3.6.1.4.1.318.1.3.27", mib="if,ip,ups", speed=100,
         extra=["1.3.6.1.4.1.318.1.1.1.1.1.1.0|4|Smart-UPS 1500", "1.3.6.1.4.1.318.1.1.1.1.2.3.0|4|{hidden}"]),
    Kind("ups", "Eaton", "Eaton 5P 2200", "002085", "", "02.14.0026", 1, "ups-#", hidden="G42#C#####", descr="Eaton 5P 2200",
         oid="1.3.6.1.4.1.705.1.2", mib="if,ip,ups", speed=100, extra=["1.3.6.1.4.1.705.1.1.7.0|4|{hidden}"]),
    # Storage and servers.
    Kind("nas", "Synology", "DS218", "001132", "18#0PEN######", "DSM 6.2-25556", 2, "nas-#",
         descr="Linux {name} 4.4.59+ #25556 SMP PREEMPT Thu Mar 18 13:00:00 CST 2021 aarch64",
         oid="1.3.6.1.4.1.8072.3.2.10", mib="if,ip,host", memory=2048, disk=3700,
         upnp="urn:schemas-upnp-org:device:Basic:1|Synology|DS218|DS218 6.2-25556|{serial}|" + UUID,
         extra=["1.3.6.1.4.1.6574.1.5.1.0|4|DS218", "1.3.6.1.4.1.6574.1.5.2.0|4|{serial}",
                "1.3.6.1.4.1.6574.1.5.3.0|4|DSM 6.2-25556"],
         services=["_http._tcp|5000|{name}|vendor=Synology|model=DS218|serial={serial}|version_major=6|"
                   "version_minor=2|version_build=25556|admin_port=5000|secure_admin_port=5001|mac_address={mac}",
                   "_device-info._tcp|0|{name}|model=Xserve", "_smb._tcp|445|{name}"]),
    Kind("server", "HP", "", "9457a5 3c5282", "", "", 2, "srv-#", descr=windows(17763, "Intel64 Family 6 Model 79 Stepping 1"),
         oid="1.3.6.1.4.1.311.1.1.3.1.2", layers=76, mib="if,ip,host", memory=32768, disk=930,
         netbios="{name}", workgroup="SCHOOL"),
    Kind("bmc", "HPE", "ProLiant DL380 Gen9", "9457a5 3c5282", "", "2.72", 1, "ilo-#", hidden="CZ2#####??",
         descr="Integrated Lights-Out 4 2.72 Oct 20 2019", oid="1.3.6.1.4.1.232.9.4.10", mib="if,ip",
         extra=["1.3.6.1.4.1.232.2.2.2.1.0|4|{hidden}        ", "1.3.6.1.4.1.232.2.2.4.2.0|4|ProLiant DL380 Gen9"]),
    # Computers.
    Kind("desktop_pc", "", "", "049226 1c1b0d 4ccc6a 00583f f8cc6e 1c57d8", "", "", 12, "PC-###",
         descr=windows(19045), oid="1.3.6.1.4.1.311.1.1.3.1.1", layers=76, mib="if,ip,host", memory=8192, disk=238,
         ping=False, netbios="{name}", workgroup="SCHOOL", dhcp="MSFT 5.0|1,3,6,15,31,33,43,44,46,47,119,121,249,252",
         wsd="wsdp:Device pub:Computer||" + UUID),
    Kind("all_in_one", "Apple", "iMac19,1", "3c0754 a860b6", "", "", 2, "imac-#",
         services=["_device-info._tcp|0|{name}|model=iMac19,1|osxvers=20", "_smb._tcp|445|{name}",
                   "_sftp-ssh._tcp|22|{name}"]),
    Kind("interactive_panel", "Promethean", "ActivPanel 9", "6cdc6a", "", "", 3, "Android-#",
         dhcp="android-dhcp-8.0.0|1,3,6,15,26,28,51,58,59,43",
         services=["_androidtvremote2._tcp|6466|ActivPanel 9|bt={mac}",
                   "_googlecast._tcp|8009|ActivPanel-9-{mac_hex}|id={mac_hex}|md=ActivPanel 9|fn={name}|ca=4101|ve=05"]),
    Kind("projector", "Epson", "", "9caed3 381a52", "", "1.04", 3, "EB{mac_tail}", hidden="X4S########", descr="Epson Network Projector",
         oid="1.3.6.1.4.1.1248.4.1", mib="if,ip", speed=100, pjlink="2"),
    # Telephones.
    Kind("ip_phone", "Yealink", "SIP-T21P_E2", "805ec0 001565", "", "52.84.0.15", 1, "SIP-T21P_E2",
         announces=True, lldp=True, caps="bridge,phone", medvendor="Yealink", medmodel="SIP-T21P_E2",
         medfirmware="52.84.0.15", descr="52.84.0.15", sip="Yealink SIP-T21P_E2 52.84.0.15"),
    # What only answers ARP: the maker of the network card is all that is known.
    Kind("desktop_pc", "", "", "6c2408 e86a64 f8bc12 1866da 94de80", "", "", 6, "", ping=False),
    Kind("unknown", "", "", "64cc2e 001a2b", "", "", 3, "", ping=False),
]
