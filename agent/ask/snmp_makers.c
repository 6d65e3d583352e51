/*
 * THE LIST of what makers put into MIBs of their own: serial number, model and
 * firmware where ENTITY-MIB and Printer-MIB are silent. Object names are those of the
 * makers' published MIBs; all lie below 1.3.6.1.4.1. Instances are asked as they
 * stand, by GET; columns (".*") for their first row, by GETNEXT. A device is asked for
 * the rows of the enterprise that its sysObjectID names; one whose sysObjectID names
 * only its software (net-snmp, Windows, ...), for those of the enterprises it turns
 * out to have.
 */
#include "agent/ask/snmp_tables.h"

#include "common/check.h"

/* clang-format off */
const struct snmp_maker_row snmp_makers[] = {
	/* enterprise, object below 1.3.6.1.4.1, what it is */
	{ 9,     "9.3.6.3.0",                       MAKER_SERIAL },   /* OLD-CISCO-CHASSIS-MIB chassisId */
	{ 9,     "9.6.1.101.53.14.1.5.1",           MAKER_SERIAL },   /* CISCOSB-Physicaldescription-MIB */
	{ 11,    "11.2.36.1.1.2.9.0",               MAKER_SERIAL },   /* HP-httpManageable-MIB hpHttpMgSerialNumber */
	{ 11,    "11.2.14.11.5.1.1.3.0",            MAKER_FIRMWARE }, /* NETSWITCH-MIB hpSwitchOsVersion */
	{ 11,    "11.2.3.9.4.2.1.1.3.3.0",          MAKER_SERIAL },   /* LaserJet-Common-MIB serial-number */
	{ 11,    "11.2.3.9.4.2.1.1.3.2.0",          MAKER_MODEL },    /* LaserJet-Common-MIB model-name */
	{ 171,   "171.12.1.1.12.0",                 MAKER_SERIAL },   /* AGENT-GENERAL-MIB agentSerialNumber */
	{ 171,   "171.12.11.1.9.4.1.17.1",          MAKER_SERIAL },   /* EQUIPMENT-MIB swUnitMgmtSerialNumber */
	{ 171,   "89.53.14.1.5.1",                  MAKER_SERIAL },   /* RADLAN-Physicaldescription-MIB rlPhdUnitGenParamSerialNum */
	{ 207,   "207.8.4.4.5.2.1.4.1",             MAKER_SERIAL },   /* AT-BOARDS */
	{ 232,   "232.2.2.2.1.0",                   MAKER_SERIAL },   /* CPQSINFO-MIB cpqSiSysSerialNum */
	{ 232,   "232.2.2.4.2.0",                   MAKER_MODEL },    /* CPQSINFO-MIB cpqSiProductName */
	{ 232,   "232.9.2.2.2.0",                   MAKER_FIRMWARE }, /* CPQSM2-MIB cpqSm2CntlrRomRevision */
	{ 232,   "232.165.1.2.7.0",                 MAKER_SERIAL },   /* CPQPOWER-MIB deviceSerialNumber */
	{ 232,   "232.165.1.2.2.0",                 MAKER_MODEL },    /* CPQPOWER-MIB deviceModel */
	{ 236,   "236.11.5.1.1.1.4.0",              MAKER_SERIAL },   /* SAMSUNG-PRINTER-EXT-MIB */
	{ 236,   "236.11.5.1.1.1.1.0",              MAKER_MODEL },
	{ 318,   "318.1.1.1.1.2.3.0",               MAKER_SERIAL },   /* PowerNet-MIB upsAdvIdentSerialNumber */
	{ 318,   "318.1.1.1.1.1.1.0",               MAKER_MODEL },    /* upsBasicIdentModel */
	{ 318,   "318.1.1.1.1.2.1.0",               MAKER_FIRMWARE }, /* upsAdvIdentFirmwareRevision */
	{ 318,   "318.1.1.12.1.6.0",                MAKER_SERIAL },   /* rPDUIdentSerialNumber */
	{ 318,   "318.1.1.12.1.5.0",                MAKER_MODEL },    /* rPDUIdentModelNumber */
	{ 318,   "318.1.1.12.1.3.0",                MAKER_FIRMWARE }, /* rPDUIdentFirmwareRev */
	{ 318,   "318.1.1.26.2.1.9.1",              MAKER_SERIAL },   /* rPDU2IdentSerialNumber */
	{ 318,   "318.1.1.26.2.1.8.1",              MAKER_MODEL },    /* rPDU2IdentModelNumber */
	{ 318,   "318.1.1.4.1.5.0",                 MAKER_SERIAL },   /* sPDUIdentSerialNumber */
	{ 318,   "318.1.1.4.1.4.0",                 MAKER_MODEL },    /* sPDUIdentModelNumber */
	{ 318,   "318.1.1.8.1.6.0",                 MAKER_SERIAL },   /* atsIdentSerialNumber */
	{ 318,   "318.1.1.8.1.5.0",                 MAKER_MODEL },    /* atsIdentModelNumber */
	{ 318,   "318.1.1.10.3.1.6.0",              MAKER_SERIAL },   /* emsIdentSerialNumber */
	{ 318,   "318.1.4.2.2.1.3.1",               MAKER_SERIAL },   /* experimentalOEM, NetBotz */
	{ 367,   "367.3.2.1.2.1.4.0",               MAKER_SERIAL },   /* RICOH-MIB ricohEngSerialNumber */
	{ 367,   "367.3.2.1.1.1.1.0",               MAKER_MODEL },    /* ricohSysName */
	{ 367,   "367.3.2.1.1.1.2.0",               MAKER_FIRMWARE }, /* ricohSysVers */
	{ 476,   "476.1.42.2.1.4.0",                MAKER_SERIAL },   /* LIEBERT-GP-AGENT-MIB */
	{ 476,   "476.1.42.2.1.2.0",                MAKER_MODEL },
	{ 476,   "476.1.42.2.1.3.0",                MAKER_FIRMWARE },
	{ 534,   "534.1.1.6.0",                     MAKER_SERIAL },   /* XUPS-MIB xupsIdentSerialNumber */
	{ 534,   "534.1.1.2.0",                     MAKER_MODEL },    /* xupsIdentModel */
	{ 534,   "534.1.1.3.0",                     MAKER_FIRMWARE }, /* xupsIdentSoftwareVersion */
	{ 641,   "641.2.1.2.1.6.1",                 MAKER_SERIAL },   /* LEXMARK-MPS-MIB */
	{ 641,   "641.2.1.2.1.2.1",                 MAKER_MODEL },
	{ 641,   "641.2.1.2.1.4.1",                 MAKER_FIRMWARE },
	{ 674,   "674.10892.5.1.3.2.0",             MAKER_SERIAL },   /* IDRAC-MIB systemServiceTag */
	{ 674,   "674.10892.5.1.3.12.0",            MAKER_MODEL },    /* systemModelName */
	{ 674,   "674.10892.5.1.1.8.0",             MAKER_FIRMWARE }, /* racFirmwareVersion */
	{ 674,   "674.10892.1.300.10.1.11.1",       MAKER_SERIAL },   /* MIB-Dell-10892 chassisServiceTagName */
	{ 674,   "674.10892.1.300.10.1.9.1",        MAKER_MODEL },    /* chassisModelName */
	{ 674,   "674.10893.2.31.500.1.3.0",        MAKER_SERIAL },   /* DELL-STORAGE */
	{ 674,   "674.10895.3000.1.2.100.8.1.4.1",  MAKER_SERIAL },   /* Dell-Vendor-MIB productIdentificationServiceTag */
	{ 674,   "674.10895.3000.1.2.100.8.1.2.1",  MAKER_SERIAL },   /* productIdentificationSerialNumber */
	{ 674,   "674.10895.3000.1.2.100.1.0",      MAKER_MODEL },    /* productIdentificationDisplayName */
	{ 674,   "674.10895.3000.1.2.100.4.0",      MAKER_FIRMWARE }, /* productIdentificationVersion */
	{ 674,   "674.10903.200.2.200.100.2.1.8.1", MAKER_SERIAL },   /* Dell rPDU */
	{ 705,   "705.1.1.7.0",                     MAKER_SERIAL },   /* MG-SNMP-UPS-MIB upsmgIdentSerialNumber */
	{ 705,   "705.1.1.2.0",                     MAKER_MODEL },    /* upsmgIdentModelName */
	{ 705,   "705.1.1.4.0",                     MAKER_FIRMWARE }, /* upsmgIdentFirmwareVersion */
	{ 789,   "789.1.1.9.0",                     MAKER_SERIAL },   /* NETWORK-APPLIANCE-MIB productSerialNum */
	{ 789,   "789.1.1.5.0",                     MAKER_MODEL },    /* productModel */
	{ 890,   "890.1.15.3.1.12.0",               MAKER_SERIAL },   /* ZYXEL-ES-COMMON, ZYXEL-SYSTEM */
	{ 890,   "890.1.15.3.1.11.0",               MAKER_MODEL },
	{ 890,   "890.1.15.3.1.6.0",                MAKER_FIRMWARE },
	{ 890,   "890.1.5.8.20.1.10.0",             MAKER_SERIAL },   /* ZYXEL-GS4012F-MIB */
	{ 890,   "890.1.2.1.1.10.0",                MAKER_SERIAL },
	{ 1248,  "1248.1.2.2.1.1.1.5.1",            MAKER_SERIAL },   /* EPSON-MIB */
	{ 1347,  "1347.43.5.1.1.28.1",              MAKER_SERIAL },   /* KYOCERA-MIB */
	{ 1347,  "1347.43.5.1.1.1.1",               MAKER_MODEL },
	{ 1369,  "1369.6.1.1.11.0",                 MAKER_SERIAL },   /* Forcepoint */
	{ 1588,  "1588.2.1.1.1.1.10.0",             MAKER_SERIAL },   /* SW-MIB swSsn */
	{ 1602,  "1602.1.2.1.4.0",                  MAKER_SERIAL },   /* CANON-MIB */
	{ 1718,  "1718.3.2.1.1.6.1",                MAKER_SERIAL },   /* Sentry3-MIB towerProductSN */
	{ 1768,  "1768.100.1.1.0",                  MAKER_SERIAL },   /* Patton */
	{ 1991,  "1991.1.1.1.1.2.0",                MAKER_SERIAL },   /* FOUNDRY-SN-AGENT-MIB snChasSerNum */
	{ 2011,  "34774.4.1.1.1.0",                 MAKER_SERIAL },   /* ISM-STORAGE-SVC-MIB */
	{ 2254,  "2254.2.4.1.2.0",                  MAKER_MODEL },    /* DeltaUPS-MIB dupsIdentModel */
	{ 2356,  "2356.11.3.1.1.4.1",               MAKER_SERIAL },   /* LANCOM */
	{ 2356,  "2356.16.1.1.1.1.4.0",             MAKER_SERIAL },
	{ 2435,  "2435.2.3.9.4.2.1.5.5.1.0",        MAKER_SERIAL },   /* BROTHER-MIB brInfoSerialNumber */
	{ 2435,  "2435.2.4.3.2435.5.13.3.0",        MAKER_MODEL },
	{ 2604,  "2604.5.1.1.4.0",                  MAKER_SERIAL },   /* SFOS-FIREWALL-MIB */
	{ 2604,  "2604.5.1.1.2.0",                  MAKER_MODEL },
	{ 2604,  "2604.5.1.1.3.0",                  MAKER_FIRMWARE },
	{ 2606,  "2606.7.2.6.0",                    MAKER_SERIAL },   /* RITTAL-CMC-III-MIB */
	{ 2620,  "2620.1.6.16.3.0",                 MAKER_SERIAL },   /* CHECKPOINT-MIB svnApplianceSerialNumber */
	{ 2620,  "2620.1.6.16.7.0",                 MAKER_MODEL },    /* svnApplianceProductName */
	{ 2620,  "2620.1.6.4.1.0",                  MAKER_FIRMWARE }, /* svnVersion */
	{ 2636,  "2636.3.1.3.0",                    MAKER_SERIAL },   /* JUNIPER-MIB jnxBoxSerialNo */
	{ 3808,  "3808.1.1.1.1.2.3.0",              MAKER_SERIAL },   /* CPS-MIB upsAdvanceIdentSerialNumber */
	{ 3808,  "3808.1.1.1.1.1.1.0",              MAKER_MODEL },    /* upsBaseIdentModel */
	{ 3808,  "3808.1.1.1.1.2.1.0",              MAKER_FIRMWARE }, /* upsAdvanceIdentFirmwareRevision */
	{ 3808,  "3808.1.1.3.1.6.0",                MAKER_SERIAL },   /* ePDUIdentSerialNumber */
	{ 3808,  "3808.1.1.3.1.5.0",                MAKER_MODEL },    /* ePDUIdentModelNumber */
	{ 4329,  "4329.6.3.2.1.1.3.0",              MAKER_SERIAL },   /* AUTOMATION-SYSTEM-MIB automationSerialNumber */
	{ 4329,  "4329.6.3.2.1.1.2.0",              MAKER_MODEL },    /* automationOrderNumber */
	{ 4413,  "4413.1.1.1.1.1.4.0",              MAKER_SERIAL },   /* FASTPATH-SWITCHING-MIB agentInventorySerialNumber */
	{ 4413,  "4413.1.1.1.1.1.3.0",              MAKER_MODEL },    /* agentInventoryMachineModel */
	{ 4413,  "4413.1.1.1.1.1.13.0",             MAKER_FIRMWARE }, /* agentInventorySoftwareVersion */
	{ 4413,  "41112.1.5.1.2.0",                 MAKER_SERIAL },
	{ 4526,  "4526.10.1.1.1.4.0",               MAKER_SERIAL },   /* the same, NETGEAR-SWITCHING-MIB */
	{ 4526,  "4526.10.1.1.1.3.0",               MAKER_MODEL },
	{ 4526,  "4526.10.1.1.1.13.0",              MAKER_FIRMWARE },
	{ 4526,  "4526.11.1.1.1.4.0",               MAKER_SERIAL },
	{ 4526,  "4526.11.1.1.1.3.0",               MAKER_MODEL },
	{ 4555,  "4555.1.1.7.1.1.2.0",              MAKER_SERIAL },   /* SOCOMECUPS-MIB */
	{ 6302,  "6302.2.1.1.6.0",                  MAKER_SERIAL },   /* Vertiv NetSure */
	{ 6574,  "6574.1.5.2.0",                    MAKER_SERIAL },   /* SYNOLOGY-SYSTEM-MIB serialNumber */
	{ 6574,  "6574.1.5.1.0",                    MAKER_MODEL },    /* modelName */
	{ 6574,  "6574.1.5.3.0",                    MAKER_FIRMWARE }, /* version */
	{ 7262,  "7262.2.4.1.5.1.2.0",              MAKER_SERIAL },
	{ 7779,  "7779.3.1.1.2.1.6.0",              MAKER_SERIAL },   /* IB-PLATFORMONE-MIB ibSerialNumber */
	{ 8691,  "8691.7.108.1.78.0",               MAKER_SERIAL },   /* MOXA */
	{ 8691,  "8691.602.1.1.2.2.3.0",            MAKER_SERIAL },
	{ 8741,  "8741.2.1.1.2.0",                  MAKER_SERIAL },   /* SNWL-COMMON-MIB snwlSysSerialNumber */
	{ 8741,  "8741.2.1.1.1.0",                  MAKER_MODEL },    /* snwlSysModel */
	{ 8741,  "8741.2.1.1.3.0",                  MAKER_FIRMWARE }, /* snwlSysFirmwareVersion */
	{ 9304,  "9304.100.5106.1.2.14.0",          MAKER_SERIAL },
	{ 11863, "11863.6.1.1.8.0",                 MAKER_SERIAL },   /* TPLINK-SYSINFO-MIB tpSysInfoSerialNum */
	{ 11863, "11863.6.1.1.6.0",                 MAKER_FIRMWARE }, /* tpSysInfoSwVersion */
	{ 12148, "12148.10.2.7.0",                  MAKER_SERIAL },   /* ELTEK-DISTRIBUTED-MIB */
	{ 12356, "12356.100.1.1.1.0",               MAKER_SERIAL },   /* FORTINET-CORE-MIB fnSysSerial */
	{ 12356, "12356.101.4.1.1.0",               MAKER_FIRMWARE }, /* FORTINET-FORTIGATE-MIB fgSysVersion */
	{ 12356, "12356.120.1.2.0",                 MAKER_SERIAL },   /* FORTINET-FORTIAP-MIB fapSerialNum */
	{ 13742, "13742.6.3.2.1.1.4.1",             MAKER_SERIAL },   /* PDU2-MIB */
	{ 13742, "13742.6.3.2.1.1.3.1",             MAKER_MODEL },
	{ 14823, "14823.2.2.1.1.1.12.0",            MAKER_SERIAL },   /* WLSX-SWITCH-MIB wlsxSwitchLicenseSerialNumber */
	{ 14823, "14823.2.2.1.2.1.29.0",            MAKER_SERIAL },   /* WLSX-SYSTEMEXT-MIB wlsxSysExtSerialNumber */
	{ 14988, "14988.1.1.7.3.0",                 MAKER_SERIAL },   /* MIKROTIK-MIB mtxrSerialNumber */
	{ 14988, "14988.1.1.4.4.0",                 MAKER_FIRMWARE }, /* mtxrLicVersion */
	{ 17409, "17409.2.3.1.1.13.0",              MAKER_SERIAL },
	{ 19046, "19046.11.1.1.5.2.1.3.0",          MAKER_SERIAL },   /* LENOVO-XCC-MIB */
	{ 19046, "19046.11.1.1.5.2.1.5.0",          MAKER_MODEL },
	{ 19536, "19536.10.1.1.2.1.8.1",            MAKER_SERIAL },   /* Panduit */
	{ 21239, "21239.5.2.1.10.0",                MAKER_SERIAL },   /* GEIST-V5-MIB */
	{ 22610, "22610.2.4.1.6.2.0",               MAKER_SERIAL },   /* A10-AX-MIB */
	{ 23695, "23695.200.1.1.1.1.2.0",           MAKER_SERIAL },   /* PEPLINK-DEVICE deviceSerialNumber */
	{ 23695, "23695.200.1.1.1.1.1.0",           MAKER_MODEL },
	{ 24681, "24681.1.2.12.0",                  MAKER_MODEL },    /* NAS-MIB modelName */
	{ 25049, "25049.17.1.2",                    MAKER_SERIAL },   /* Opengear */
	{ 25049, "25049.10.19.1.2.0",               MAKER_SERIAL },
	{ 25053, "25053.1.1.2.1.1.1.2.0",           MAKER_SERIAL },   /* RUCKUS-HWINFO-MIB ruckusHwInfoSerialNumber */
	{ 25053, "25053.1.1.2.1.1.1.1.0",           MAKER_MODEL },    /* ruckusHwInfoModelNumber */
	{ 25053, "25053.1.2.1.1.1.1.15.0",          MAKER_SERIAL },   /* RUCKUS-ZD-SYSTEM-MIB ruckusZDSystemSerialNumber */
	{ 25053, "25053.1.2.1.1.1.1.9.0",           MAKER_MODEL },    /* ruckusZDSystemModel */
	{ 25053, "25053.1.15.1.1.1.1.15.0",         MAKER_SERIAL },   /* RUCKUS-UNLEASHED-SYSTEM-MIB */
	{ 25053, "25053.1.15.1.1.1.1.9.0",          MAKER_MODEL },
	{ 25461, "25461.2.1.2.1.3.0",               MAKER_SERIAL },   /* PAN-COMMON-MIB panSysSerialNumber */
	{ 25461, "25461.2.1.2.1.1.0",               MAKER_FIRMWARE }, /* panSysSwVersion */
	{ 27662, "23695.200.1.1.1.1.2.0",           MAKER_SERIAL },   /* Pepwave, Peplink's MIB */
	{ 27975, "27975.37.1.5.1.10.1.1",           MAKER_SERIAL },   /* FS switches */
	{ 30932, "30932.1.1.1.2.0",                 MAKER_SERIAL },   /* Chatsworth PDU */
	{ 34774, "34774.4.1.1.1.0",                 MAKER_SERIAL },
	{ 35098, "35098.1.16.0",                    MAKER_SERIAL },   /* PICA-PRIVATE-MIB */
	{ 36673, "36673.100.1.2.1.1.3.1",           MAKER_SERIAL },   /* IP Infusion OcNOS */
	{ 39165, "39165.1.1.0",                     MAKER_MODEL },    /* HIK-DEVICE-MIB deviceType */
	{ 39165, "39165.1.3.0",                     MAKER_FIRMWARE }, /* softwVersion */
	{ 41112, "41112.1.6.3.3.0",                 MAKER_MODEL },    /* UBNT-UniFi-MIB unifiApSystemModel */
	{ 41112, "41112.1.6.3.6.0",                 MAKER_FIRMWARE }, /* unifiApSystemVersion */
	{ 41112, "41112.1.5.1.2.0",                 MAKER_SERIAL },   /* UI-EDGE */
	{ 41916, "41916.3.1.1.1.5.1.0",             MAKER_SERIAL },   /* Viptela */
	{ 42397, "42397.1.2.1.0",                   MAKER_SERIAL },   /* Grandstream */
	{ 43356, "43356.2.1.2.1.2.0",               MAKER_SERIAL },   /* MIMOSA-NETWORKS-BFIVE-MIB mimosaSerialNumber */
	{ 47565, "47565.1.1.1.19.13.0",             MAKER_SERIAL },
	{ 48690, "48690.1.1.0",                     MAKER_SERIAL },   /* TELTONIKA-MIB serial */
	{ 48690, "48690.1.6.0",                     MAKER_FIRMWARE }, /* fwVersion */
	{ 52642, "52642.1.37.1.5.1.10.1.1",         MAKER_SERIAL },   /* FS switches */
	{ 52642, "52642.1.1.10.2.1.1.24.0",         MAKER_SERIAL },
	{ 52642, "52642.1.1.10.2.21.1.2.1.10.1",    MAKER_SERIAL },
	{ 52674, "318.1.4.2.2.1.3.1",               MAKER_SERIAL },   /* NetBotz */
	{ 1004849, "1004849.2.1.2.4.0",             MAKER_SERIAL },   /* DAHUA-SNMP-MIB serialNumber */
	{ 1004849, "1004849.2.1.2.6.0",             MAKER_MODEL },    /* deviceType */
	/* UPS-MIB (RFC 1628) is nobody's own, but those who have it have it beside one of these. */
};
const size_t snmp_makers_count = COUNT_OF(snmp_makers);

const struct snmp_field snmp_maker_fields[MAKER_KEY_COUNT] = {
	[MAKER_SERIAL]   = { .read = snmp_read_told_once, .source = "maker", .key = "serial" },
	[MAKER_MODEL]    = { .read = snmp_read_told_once, .source = "maker", .key = "model" },
	[MAKER_FIRMWARE] = { .read = snmp_read_told_once, .source = "maker", .key = "firmware" },
	[MAKER_DESCR]    = { .read = snmp_read_text, .source = "maker", .key = "descr" },
};

const struct snmp_field snmp_page_field = { .read = snmp_read_page };

/*
 * These enterprises say whose SNMP agent or switching chip it is, not whose device; so those
 * whose subtrees such an agent has are looked for, and asked for their rows.
 */
const uint32_t snmp_maker_generic[] = { 0, 4, 77, 99, 311, 2021, 2238, 3317, 3495, 4413, 8072, 10002, 12325, 16972,
	24686, 30155 };
const size_t snmp_maker_generic_count = COUNT_OF(snmp_maker_generic);

/* A server has these for what it watches (apcupsd, PowerPanel, RAID controllers): not its makers. */
const uint32_t snmp_maker_watched[] = { 318, 795, 3582, 3808 };
const size_t snmp_maker_watched_count = COUNT_OF(snmp_maker_watched);
/* clang-format on */
