/*
 * What a source said about a device, as text: the common tongue of decoders,
 * askers, the wire and the rules. source and key are short lower-case words;
 * THE LIST of keys that rules may ask for is EVIDENCE_KEYS.
 */
#ifndef PARTA_COMMON_CLASSIFY_EVIDENCE_H
#define PARTA_COMMON_CLASSIFY_EVIDENCE_H

#include <stddef.h>

struct evidence {
	const char *source; /* "snmp", "lldp", "mdns", "arp", "pjlink", ... */
	const char *key;    /* "sys_descr", ... */
	const char *value;  /* clean UTF-8 */
};

/*
 * X(source, key, meaning)   the source of each, so that nobody invents a second name
 */
/* clang-format off */
#define EVIDENCE_KEYS(X)                                                                       \
	X(oui, vendor, "IEEE registration of the MAC prefix, derived where it is needed, not sent") \
	X(iana, number, "the enterprise number of sysObjectID, derived, not sent")              \
	X(iana, vendor, "IANA registration of that number, derived, not sent")                  \
	X(iana, product, "the product that its maker's MIB names by that sysObjectID, derived, not sent") \
	X(self, descr, "what it says it is, whoever brought it (classify.c), derived, not sent") \
	X(self, model, "the model it says it is, likewise")                                     \
	X(self, name, "the name it goes by, likewise")                                          \
	X(self, words, "what it, its services and its pages are named, but not what people named it") \
	X(self, maker, "the maker it says it is of, likewise")                                  \
	X(self, os_version, "the number its system names itself by, '10.0.22631', likewise")    \
	X(snmp, sys_descr, "SNMPv2-MIB sysDescr.0")                                             \
	X(snmp, sys_object_id, "SNMPv2-MIB sysObjectID.0, dotted, no leading dot")             \
	X(snmp, enterprise, "a subtree of 1.3.6.1.4.1 that a device has whose sysObjectID names no maker, one each") \
	X(snmp, sys_name, "SNMPv2-MIB sysName.0")                                               \
	X(snmp, sys_location, "SNMPv2-MIB sysLocation.0")                                       \
	X(snmp, sys_services, "SNMPv2-MIB sysServices.0")                                       \
	X(snmp, engine_id, "SNMP-FRAMEWORK-MIB snmpEngineID, hexadecimal")                     \
	X(snmp, version, "1, 2c or 3: what the device answered to")                             \
	X(snmp, unread, "why it was not read, or not to the end, one clause")                   \
	X(snmp, if_mac, "IF-MIB ifPhysAddress, one each")                                       \
	X(snmp, ip_address, "IP-MIB ipAdEntAddr, one each")                                     \
	X(snmp, bridge_address, "BRIDGE-MIB dot1dBaseBridgeAddress")                            \
	X(entity, chassis_serial, "ENTITY-MIB entPhysicalSerialNum of a chassis(3) or stack(11) unit, one each") \
	X(entity, chassis_model, "ENTITY-MIB entPhysicalModelName of it")                       \
	X(entity, chassis_vendor, "ENTITY-MIB entPhysicalMfgName of it")                        \
	X(entity, chassis_descr, "ENTITY-MIB entPhysicalDescr of it")                           \
	X(entity, chassis_name, "what chassis_descr begins with where chassis_model is an order number, derived, not sent") \
	X(entity, firmware, "ENTITY-MIB entPhysicalSoftwareRev, else FirmwareRev, of it")       \
	X(host, device_descr, "HOST-RESOURCES-MIB hrDeviceDescr, '<type>: <descr>', one each")  \
	X(host, memory_bytes, "HOST-RESOURCES-MIB hrMemorySize * 1024")                         \
	X(host, storage, "HOST-RESOURCES-MIB hrStorage fixed disks, '<descr>: <bytes>', one each") \
	X(host, software, "HOST-RESOURCES-MIB hrSWInstalledName, one each, bounded")            \
	X(host, processors, "HOST-RESOURCES-MIB hrDeviceTable, how many of type processor")     \
	X(host, antivirus, "HOST-RESOURCES-MIB hrSWRunName: the product whose program runs, one each") \
	X(maker, model, "the maker's own MIB: the model of the device as a whole")             \
	X(maker, serial, "the maker's own MIB: its serial number")                             \
	X(maker, firmware, "the maker's own MIB: the version of its software")                 \
	X(maker, os, "the name of its operating system, as its administrator had it told")      \
	X(maker, descr, "the maker's own MIB: a text that says model or version among other things") \
	X(page, model, "the maker's own MIB: what has the form of a model, not known to be one") \
	X(page, name, "likewise, with neither version nor serial number beside it")             \
	X(page, serial, "likewise of a serial number")                                          \
	X(page, firmware, "likewise of a version")                                              \
	X(printer, serial, "Printer-MIB prtGeneralSerialNumber")                                \
	X(printer, name, "Printer-MIB prtGeneralPrinterName")                                   \
	X(printer, model, "HOST-RESOURCES-MIB hrDeviceDescr of the printer device")             \
	X(printer, pages, "Printer-MIB prtMarkerLifeCount")                                     \
	X(printer, supply, "Printer-MIB prtMarkerSupplies, '<descr>: <level>', one each")       \
	X(ups, vendor, "UPS-MIB upsIdentManufacturer")                                          \
	X(ups, model, "UPS-MIB upsIdentModel")                                                  \
	X(ups, firmware, "UPS-MIB upsIdentUPSSoftwareVersion")                                  \
	X(ups, agent, "UPS-MIB upsIdentAgentSoftwareVersion: of the network card")              \
	X(ups, name, "UPS-MIB upsIdentName")                                                    \
	X(ups, battery_status, "UPS-MIB upsBatteryStatus: 1 unknown, 2 normal, 3 low, 4 depleted") \
	X(ups, battery_minutes, "UPS-MIB upsEstimatedMinutesRemaining")                         \
	X(ups, battery_charge_pct, "UPS-MIB upsEstimatedChargeRemaining")                       \
	X(poe, power_w, "POWER-ETHERNET-MIB pethMainPsePower")                                  \
	X(poe, consumption_w, "POWER-ETHERNET-MIB pethMainPseConsumptionPower")                 \
	X(wlan, ssid, "an SSID that it offers: IEEE802dot11-MIB, MIKROTIK-MIB, UBNT-UniFi-MIB, one each") \
	X(wlan, controller, "the address of the controller that knows this access point")       \
	X(wlan, name, "its name there")                                                         \
	X(wlan, model, "its model there")                                                       \
	X(wlan, serial, "its serial number there")                                              \
	X(dot11, vendor, "IEEE802dot11-MIB dot11manufacturerName")                              \
	X(dot11, model, "IEEE802dot11-MIB dot11manufacturerProductName")                        \
	X(dot11, firmware, "IEEE802dot11-MIB dot11manufacturerProductVersion")                  \
	X(router, heard, "the address of a router in whose ARP or NDP cache it stands, one each") \
	X(lldp, chassis_id, "IEEE 802.1AB, '<kind>:<value>', kind component alias port mac network interface local") \
	X(lldp, port_id, "IEEE 802.1AB, '<kind>:<value>', kind alias component mac network interface circuit local") \
	X(lldp, port_descr, "IEEE 802.1AB port description")                                    \
	X(lldp, sys_name, "IEEE 802.1AB system name")                                           \
	X(lldp, sys_descr, "IEEE 802.1AB system description")                                   \
	X(lldp, capabilities, "IEEE 802.1AB what it is now, of: other,repeater,bridge,wlan_ap,router,telephone,docsis,station,cvlan,svlan,tpmr") \
	X(lldp, management_address, "IEEE 802.1AB, one each")                                   \
	X(lldp, shutdown, "1: the port is going down (TTL 0)")                                  \
	X(lldp, port_vlan, "802.1 port VLAN identifier")                                        \
	X(lldp, protocol_vlan, "802.1 port and protocol VLAN that is in use, one each")        \
	X(lldp, protocol, "802.1 protocol identity, hexadecimal, one each")                    \
	X(lldp, management_vlan, "802.1 management VLAN")                                      \
	X(lldp, vlan_name, "802.1 '<id>:<name>', one each")                                     \
	X(lldp, aggregate, "802.1 or 802.3 port number of the aggregate it is in")              \
	X(lldp, mau_type, "802.3 operational MAU type, IANA-MAU-MIB dot3MauType")               \
	X(lldp, autonegotiation, "802.3 on or off, where the port can")                        \
	X(lldp, advertised, "802.3 what it advertises, IANA-MAU-MIB ifMauAutoNegCapAdvertisedBits, hexadecimal") \
	X(lldp, power, "802.3 power via MDI: source or device")                                \
	X(lldp, power_state, "802.3 on or off, where the port can give power")                 \
	X(lldp, power_class, "802.3 power class, 0 to 4")                                      \
	X(lldp, power_requested_mw, "802.3at power that the device wants")                     \
	X(lldp, power_allocated_mw, "802.3at power that the source grants")                    \
	X(lldp, max_frame, "802.3 largest frame, bytes")                                        \
	X(lldp, med_class, "LLDP-MED device type: 1 to 3 endpoint classes (3 a telephone), 4 network") \
	X(lldp, med_capabilities, "LLDP-MED TLVs it can send, of: capabilities,policy,location,power_source,power_device,inventory") \
	X(lldp, med_policy, "LLDP-MED '<application>:vlan=V,tagged=T,priority=P,dscp=D' or '<application>:unknown', one each") \
	X(lldp, med_location, "LLDP-MED civic address, latitude and longitude in degrees, or emergency number") \
	X(lldp, med_power_mw, "LLDP-MED extended power, 'source:<mW>' or 'device:<mW>'")       \
	X(lldp, med_hardware, "LLDP-MED inventory hardware revision")                           \
	X(lldp, med_software, "LLDP-MED inventory software revision")                           \
	X(lldp, med_asset, "LLDP-MED inventory asset identifier")                               \
	X(lldp, med_serial, "LLDP-MED inventory serial number")                                 \
	X(lldp, med_vendor, "LLDP-MED inventory manufacturer name")                             \
	X(lldp, med_model, "LLDP-MED inventory model name")                                     \
	X(lldp, med_firmware, "LLDP-MED inventory firmware revision")                           \
	X(lldp, mud_url, "RFC 8520 URL of the description of what it does")                    \
	X(mdns, host_name, "RFC 6762 host name of an A/AAAA record, without .local")            \
	X(mdns, service, "RFC 6763 service type, '_ipp._tcp', one each")                        \
	X(mdns, instance, "RFC 6763 service instance name, one each")                           \
	X(mdns, model, "TXT key model, am, ty, md or usb_MDL")                                  \
	X(mdns, vendor, "TXT key usb_MFG, mf or manufacturer")                                  \
	X(mdns, serial, "TXT key serial or sn")                                                 \
	X(mdns, uuid, "TXT key UUID")                                                           \
	X(mdns, product, "TXT key product, a print queue PostScript product name")              \
	X(mdns, firmware, "TXT key fv, fw or firmware")                                         \
	X(mdns, location, "TXT key note")                                                       \
	X(mdns, mac, "TXT key deviceid")                                                        \
	X(mdns, address, "an A/AAAA record of the host, one each")                              \
	X(mdns, shared_printer, "TXT key ty of a queue that this host shares: a printer elsewhere") \
	X(cdp, device_id, "Cisco Discovery Protocol: host name or serial, as the device likes") \
	X(cdp, port_id, "its port")                                                             \
	X(cdp, platform, "hardware model")                                                      \
	X(cdp, software, "version text")                                                        \
	X(cdp, capabilities, "of: router,bridge,source_bridge,switch,station,igmp,repeater,telephone") \
	X(cdp, address, "one each")                                                             \
	X(cdp, sys_name, "SNMP sysName")                                                        \
	X(cdp, native_vlan, "of the port")                                                      \
	X(cdp, location, "SNMP sysLocation")                                                    \
	X(stp, bridge, "802.1D bridge address")                                                 \
	X(stp, root, "802.1D bridge address of the root it believes in")                        \
	X(stp, root_cost, "802.1D path cost to the root, 0: it is the root")                    \
	X(stp, port, "802.1D number of the port that sent it")                                  \
	X(ndp, router, "1: it says that it is an IPv6 router")                                  \
	X(ndp, prefix, "IPv6 prefix that it advertises, one each")                              \
	X(ssdp, server, "UPnP SERVER header")                                                   \
	X(ssdp, type, "UPnP NT or ST, one each")                                                \
	X(ssdp, uuid, "UPnP device UUID of USN")                                                \
	X(ssdp, location, "UPnP URL of the device description")                                 \
	X(ssdp, user_agent, "UPnP USER-AGENT of a search")                                      \
	X(wsd, uuid, "WS-Discovery endpoint reference, urn:uuid:")                              \
	X(wsd, type, "WS-Discovery Types without their prefixes, one each")                     \
	X(wsd, address, "WS-Discovery XAddrs, the first URL")                                  \
	X(wsd, model, "ONVIF scope hardware")                                                   \
	X(wsd, name, "ONVIF scope name")                                                        \
	X(wsd, location, "ONVIF scope location")                                                \
	X(dhcp, host_name, "option 12")                                                         \
	X(dhcp, parameters, "option 55, decimal, comma-separated, in its order")                \
	X(dhcp, vendor_class, "option 60")                                                      \
	X(dhcp, client_id, "option 61, hexadecimal")                                            \
	X(dhcp, duid, "RFC 4361 DUID of option 61, hexadecimal")                               \
	X(dhcp, requested, "option 50: the address that it wants")                             \
	X(dhcp, relay, "the relay that its request came through")                              \
	X(dhcp, architecture, "RFC 4578 option 93, firmware that starts it: 0 BIOS, 7 and 9 64-bit UEFI, 11 ARM64 UEFI") \
	X(dhcp, boot_interface, "RFC 4578 option 94, hexadecimal")                             \
	X(dhcp, uuid, "RFC 4578 option 97, SMBIOS UUID")                                       \
	X(dhcp, mud_url, "RFC 8520 option 161")                                                \
	X(dhcp, fqdn, "option 81")                                                              \
	X(dhcp, server, "1: it answers as a DHCP server")                                       \
	X(dhcp, router, "option 3 of a server, one each")                                       \
	X(dhcp, dns, "option 6 of a server, one each")                                          \
	X(dhcp, domain, "option 15 of a server")                                                \
	X(dhcp6, enterprise, "RFC 8415 option 16: the enterprise number of who defines the vendor class") \
	X(dhcp6, fingerprint, "RFC 8415 options it wants (option 6), decimal, comma-separated, in its order") \
	X(dhcp6, mac, "the link-layer address in its DUID, of one of its ports")               \
	X(dhcp6, uuid, "RFC 6355 the UUID in its DUID")                                        \
	X(dhcp6, architecture, "RFC 5970 option 61, as option 93 of DHCPv4")                   \
	X(dhcp6, mud_url, "RFC 8520 option 112")                                               \
	X(dhcp6, server, "1: it answers as a DHCPv6 server")                                   \
	X(dhcp6, dns, "RFC 3646 option 23 of a server, one each")                              \
	X(dhcp6, domain, "RFC 3646 option 24 of a server")                                     \
	X(browser, name, "NetBIOS name of who sends datagrams to UDP port 138")                \
	X(browser, workgroup, "MS-BRWS the workgroup or domain that it announces itself to")   \
	X(browser, os_version, "MS-BRWS version that it announces, major.minor")               \
	X(browser, server_type, "MS-BRWS what it announces, of: workstation,server,sqlserver,domain_controller,backup_controller,time_source,afp,novell,domain_member,print_queue,dialin,unix,nt,windows_for_workgroups,nt_server,potential_browser,backup_browser,master_browser,domain_master,windows_9x,terminal_server") \
	X(browser, comment, "MS-BRWS description of the host")                                 \
	X(edp, name, "Extreme Discovery Protocol display string")                              \
	X(edp, version, "version of its ExtremeXOS, a.b.c.d")                                  \
	X(edp, port, "'<slot>/<port>' that sent it")                                           \
	X(edp, chassis_id, "'mac:<MAC>'")                                                      \
	X(edp, vlan, "'<id>:<name>', one each")                                                \
	X(edp, address, "of its VLANs, one each")                                              \
	X(mndp, name, "MikroTik Neighbor Discovery Protocol: identity")                        \
	X(mndp, version, "RouterOS version")                                                   \
	X(mndp, platform, "MikroTik, or who else speaks it")                                   \
	X(mndp, board, "hardware model")                                                       \
	X(mndp, software_id, "licence identifier")                                             \
	X(mndp, port, "interface that sent it")                                                \
	X(mndp, mac, "of it")                                                                  \
	X(mndp, address, "one each")                                                           \
	X(ubnt, name, "Ubiquiti discovery: host name")                                         \
	X(ubnt, platform, "short model")                                                       \
	X(ubnt, model, "full model")                                                           \
	X(ubnt, firmware, "firmware image")                                                    \
	X(ubnt, version, "firmware version")                                                   \
	X(ubnt, mac, "one each")                                                               \
	X(ubnt, address, "one each")                                                           \
	X(vrrp, protocol, "vrrp or carp")                                                      \
	X(vrrp, group, "virtual router identifier, one each")                                  \
	X(vrrp, priority, "VRRP priority, 255: it owns the addresses")                         \
	X(vrrp, virtual_address, "address that the group shares, one each")                    \
	X(hsrp, group, "HSRP group, one each")                                                 \
	X(hsrp, priority, "HSRP priority")                                                     \
	X(hsrp, virtual_address, "address that the group shares, one each")                    \
	X(sadp, model, "Hikvision SADP DeviceDescription")                                     \
	X(sadp, serial, "Hikvision SADP DeviceSN")                                             \
	X(sadp, firmware, "Hikvision SADP SoftwareVersion")                                    \
	X(sadp, mac, "Hikvision SADP MAC")                                                     \
	X(sadp, address, "Hikvision SADP IPv4Address")                                         \
	X(dhip, model, "Dahua DHIP DeviceType")                                                \
	X(dhip, type, "Dahua DHIP DeviceClass: IPC, NVR, ...")                                 \
	X(dhip, serial, "Dahua DHIP SerialNo")                                                 \
	X(dhip, firmware, "Dahua DHIP Version")                                                \
	X(dhip, maker, "Dahua DHIP Vendor")                                                    \
	X(dhip, name, "Dahua DHIP MachineName")                                                \
	X(dhip, mac, "Dahua DHIP mac")                                                         \
	X(dhip, address, "Dahua DHIP IPAddress")                                               \
	X(amx, type, "AMX beacon SDKClass: VideoProjector, Monitor, ...")                      \
	X(amx, maker, "AMX beacon Make")                                                       \
	X(amx, model, "AMX beacon Model")                                                      \
	X(amx, firmware, "AMX beacon Revision")                                                \
	X(nbns, name, "NetBIOS computer name (suffix 00)")                                      \
	X(nbns, server, "NetBIOS name of a file server (suffix 20)")                            \
	X(nbns, domain, "NetBIOS workgroup or domain (group, suffix 00)")                       \
	X(nbns, controller_of, "NetBIOS domain it controls (group, suffix 1C)")                 \
	X(nbns, master_of, "NetBIOS domain it is master browser of (suffix 1B)")                \
	X(nbns, mac, "unit identifier of a node status answer")                                 \
	X(nbstat, name, "RFC 1002 node status: computer name (unique, suffix 00)")             \
	X(nbstat, workgroup, "RFC 1002 node status: workgroup or domain (group, suffix 00)")   \
	X(nbstat, mac, "RFC 1002 node status: unit identifier")                                \
	X(smb, os_version, "MS-NLMP VERSION of the server's challenge, major.minor.build")     \
	X(smb, name, "MS-NLMP NetBIOS computer name of the challenge")                         \
	X(smb, domain, "MS-NLMP NetBIOS domain name of the challenge")                         \
	X(smb, dns_name, "NTLM challenge of SMB2: DNS computer name")                           \
	X(smb, guid, "SMB2 NEGOTIATE ServerGuid")                                               \
	X(smb, dialect, "SMB2 NEGOTIATE DialectRevision, '2.0.2' to '3.1.1'")                   \
	X(rdp, os_version, "MS-NLMP VERSION of the challenge in CredSSP, major.minor.build")   \
	X(rdp, name, "NTLM challenge of CredSSP: NetBIOS computer name")                        \
	X(rdp, dns_name, "NTLM challenge of CredSSP: DNS computer name")                        \
	X(rdp, domain, "NTLM challenge of CredSSP: NetBIOS domain or workgroup")                \
	X(rdp, cert, "subject of its certificate, 'CN=..., O=...': Windows puts its name there") \
	X(rdp, security, "RDP_NEG_RSP selectedProtocol, of: rdp,tls,nla")                       \
	X(ssh, banner, "RFC 4253 4.2 identification string, without its line end")             \
	X(http, title, "title of the page of port 80 or 443")                                  \
	X(http, server, "HTTP Server header")                                                  \
	X(http, realm, "HTTP WWW-Authenticate realm of it")                                     \
	X(http, redirect, "where the page at port 80 sends, when it gives no title")            \
	X(http, cert, "subject of the certificate at port 443, 'CN=..., O=..., OU=...'")        \
	X(upnp, type, "UPnP deviceType of the description, one each")                          \
	X(upnp, maker, "UPnP manufacturer of the description")                                 \
	X(upnp, model, "UPnP modelName of it")                                                 \
	X(upnp, number, "UPnP modelNumber of it")                                              \
	X(upnp, name, "UPnP friendlyName of it")                                               \
	X(upnp, serial, "UPnP serialNumber of it")                                             \
	X(upnp, descr, "UPnP description modelDescription")                                     \
	X(upnp, uuid, "UPnP description UDN without its 'uuid:'")                               \
	X(pjlink, maker, "PJLink INF1")                                                        \
	X(pjlink, model, "PJLink INF2")                                                        \
	X(pjlink, name, "PJLink NAME")                                                         \
	X(pjlink, serial, "PJLink class 2 SNUM")                                               \
	X(pjlink, firmware, "PJLink class 2 SVER")                                             \
	X(pjlink, class, "PJLink CLSS")                                                        \
	X(pjlink, info, "PJLink INFO, in the maker's words")                                    \
	X(pjlink, lamp_hours, "PJLink LAMP: the first lamp's hours")                            \
	X(pjlink, lamp_model, "PJLink RLMP, class 2")                                           \
	X(pjlink, filter_hours, "PJLink FILT, class 2")                                         \
	X(pjlink, inputs, "PJLink INST, blanks between")                                        \
	X(pjlink, errors, "PJLink ERST: fan, lamp, temperature, cover, filter, other; 0 none, 1 warning, 2 error") \
	X(pjlink, resolution, "PJLink IRES of the input that is on, class 2")                   \
	X(pjlink, locked, "1: it wants a password that is not configured")                      \
	X(ipp, make_model, "RFC 8011 printer-make-and-model")                                  \
	X(ipp, serial, "PWG 5100.13 printer-serial-number, or SN of printer-device-id")        \
	X(ipp, maker, "IEEE 1284 device ID of printer-device-id: MFG")                          \
	X(ipp, model, "IEEE 1284 device ID of it: MDL")                                         \
	X(ipp, firmware, "PWG 5100.13 printer-firmware-string-version")                         \
	X(ipp, uuid, "PWG 5100.13 printer-uuid")                                                \
	X(ipp, name, "RFC 8011 printer-name")                                                   \
	X(ipp, location, "RFC 8011 printer-location")                                           \
	X(escl, make_model, "eSCL ScannerCapabilities MakeAndModel")                           \
	X(escl, serial, "Mopria eSCL SerialNumber")                                             \
	X(escl, uuid, "Mopria eSCL UUID")                                                       \
	X(onvif, maker, "ONVIF GetDeviceInformation Manufacturer")                             \
	X(onvif, model, "ONVIF GetDeviceInformation Model")                                    \
	X(onvif, firmware, "ONVIF GetDeviceInformation FirmwareVersion")                       \
	X(onvif, serial, "ONVIF GetDeviceInformation SerialNumber")                            \
	X(onvif, hardware, "ONVIF GetDeviceInformation HardwareId")                             \
	X(onvif, name, "ONVIF GetHostname")                                                     \
	X(onvif, locked, "1: it tells what it is only to its users")                            \
	X(sip, agent, "RFC 3261 Server or User-Agent header of an OPTIONS answer")              \
	X(rtsp, server, "RFC 2326 Server header of an OPTIONS answer")                          \
	X(dhcp, user_class, "option 77")                                                       \
	X(dhcp6, vendor, "RFC 9915 vendor class (option 16), one each")                        \
	X(dhcp6, fqdn, "RFC 4704 client FQDN (option 39)")                                     \
	X(dhcp6, duid, "DUID of the client, hexadecimal")                                      \
	X(llmnr, name, "RFC 4795 name that it answers to")                                     \
	X(facts, told_by, "the program that took an inventory down: host script, GLPI, OCS")    \
	X(facts, kind, "GLPI type of a device that is no computer: Networking, Printer, ...")   \
	X(facts, descr, "its description")                                                      \
	X(facts, location, "its location")                                                      \
	X(facts, vendor, "SMBIOS system manufacturer, else of the board")                       \
	X(facts, model, "SMBIOS system product, else the board")                                \
	X(facts, serial, "SMBIOS system serial number")                                         \
	X(facts, uuid, "SMBIOS system UUID")                                                    \
	X(facts, chassis, "SMBIOS chassis type in words: Desktop, Notebook, All in One, ...")   \
	X(facts, firmware, "version of the BIOS, or of what is no computer")                    \
	X(facts, bios, "'<version>;<maker>;<date>'")                                            \
	X(facts, board, "'<model>;<maker>;<serial>' of the mainboard")                          \
	X(facts, name, "computer name")                                                         \
	X(facts, domain, "domain or workgroup")                                                 \
	X(facts, os, "name of the operating system")                                            \
	X(facts, os_version, "its version")                                                     \
	X(facts, memory_bytes, "all memory")                                                    \
	X(facts, memory, "'<MiB>;<type>;<speed>;<maker>;<slot>', one each")                     \
	X(facts, cpu, "'<name>;<cores>;<threads>;<MHz>', one each")                             \
	X(facts, disk, "'<model>;<MB>;<serial>;<interface>;<type>', one each, none removable")  \
	X(facts, mac, "of a card of its own, one each")                                         \
	X(facts, monitor, "'<model>;<maker>;<serial>;<inches>;<year>', one each")               \
	X(facts, usb, "'<vendor id>:<product id>;<class>;<maker>;<name>', one each")            \
	X(facts, antivirus, "'<name>;<enabled yes no>;<up to date yes no>;<signatures of>;<version>', one each") \
	X(facts, software, "'<name>;<version>;<publisher>', one each, bounded")                 \
	X(facts, software_count, "how many programs it told")                                   \
	X(edid, vendor, "display: EDID maker")                                                  \
	X(edid, model, "EDID product name")                                                     \
	X(edid, serial, "EDID serial number")                                                   \
	X(edid, size_in, "diagonal of the picture, inches")                                     \
	X(edid, year, "of manufacture")                                                         \
	X(edid, attached_to, "name of the computer it hangs on")                                \
	X(usb, id, "'<idVendor>:<idProduct>', hexadecimal")                                     \
	X(usb, class, "USB class of the device or of its first interface, decimal")             \
	X(usb, vendor, "iManufacturer")                                                         \
	X(usb, model, "iProduct")                                                               \
	X(usb, serial, "iSerialNumber")                                                         \
	X(usb, attached_to, "name of the computer it hangs on")                        \
	X(arp, answered, "1: it answered ARP")
/* clang-format on */

#endif
