/*
 * THE LIST of what makers put into MIBs of their own: serial number, model and
 * firmware where ENTITY-MIB and Printer-MIB are silent. Object names are those of the
 * makers' published MIBs. Instances are asked as they stand, by GET; columns (".*")
 * for their first row, by GETNEXT. A device is asked for
 * the rows of the enterprise that its sysObjectID names; one whose sysObjectID names
 * only its software (net-snmp, Windows, ...), for those of the enterprises it turns
 * out to have.
 */
#include "agent/ask/snmp_tables.h"

#include "common/check.h"

/* clang-format off */
const struct snmp_maker_row snmp_makers[] = {
	/* enterprise, object (snmp_tables.h), what it is */
	{ 2,       "2.3.51.2.2.21.1.1.3.0",           MAKER_SERIAL   },  /* bladeCenterSerialNumber of IBM's management modules */
	{ 2,       "2.3.51.3.1.5.2.1.3.0",            MAKER_SERIAL   },  /* IMM-MIB machineLevelVpdMachineModelSerial */
	{ 2,       "2.3.51.3.1.5.2.1.5.0",            MAKER_MODEL    },  /* IMM-MIB machineLevelVpdProductName */
	{ 2,       "2.6.182.3.4.3.0",                 MAKER_SERIAL   },  /* IBM tape libraries Chassis_SerialNumber */
	{ 2,       "14851.3.1.4.2.0",                 MAKER_MODEL    },  /* SNIA-SML-MIB chassis-Model */
	{ 2,       "14851.3.1.4.3.0",                 MAKER_SERIAL   },  /* SNIA-SML-MIB chassis-SerialNumber */
	{ 9,       "9.3.6.3.0",                       MAKER_SERIAL   },  /* OLD-CISCO-CHASSIS-MIB chassisId */
	{ 9,       "9.6.1.101.53.14.1.5.1",           MAKER_SERIAL   },  /* CISCOSB-Physicaldescription-MIB */
	{ 9,       "9.5.1.2.19.0",                    MAKER_SERIAL   },  /* CISCO-STACK-MIB chassisSerialNumberString */
	{ 9,       "9.5.1.2.16.0",                    MAKER_MODEL    },  /* CISCO-STACK-MIB chassisModel */
	{ 9,       "9.6.1.101.53.14.1.2.*",           MAKER_FIRMWARE },  /* rlPhdUnitGenParamSoftwareVersion */
	{ 9,       "9.9.719.1.9.35.1.47.*",           MAKER_SERIAL   },  /* CISCO-UNIFIED-COMPUTING-COMPUTE-MIB cucsComputeRackUnitSerial */
	{ 9,       "9.9.719.1.9.35.1.32.*",           MAKER_MODEL    },  /* cucsComputeRackUnitModel */
	{ 9,       "14179.1.1.1.4.0",                 MAKER_SERIAL   },  /* AIRESPACE-SWITCHING-MIB agentInventorySerialNumber */
	{ 9,       "14179.1.1.1.3.0",                 MAKER_MODEL    },  /* agentInventoryMachineModel */
	{ 9,       "14179.1.1.1.14.0",                MAKER_FIRMWARE },  /* agentInventoryProductVersion */
	{ 9,       "1.3.6.1.2.1.54.1.1.1.1.4.1",      MAKER_FIRMWARE },  /* SYSAPPL-MIB sysApplInstallPkgVersion, of voice servers */
	{ 11,      "11.2.36.1.1.2.9.0",               MAKER_SERIAL   },  /* HP-httpManageable-MIB hpHttpMgSerialNumber */
	{ 11,      "11.2.14.11.5.1.1.3.0",            MAKER_FIRMWARE },  /* NETSWITCH-MIB hpSwitchOsVersion */
	{ 11,      "11.2.3.9.4.2.1.1.3.3.0",          MAKER_SERIAL   },  /* LaserJet-Common-MIB serial-number */
	{ 11,      "11.2.3.9.4.2.1.1.3.2.0",          MAKER_MODEL    },  /* LaserJet-Common-MIB model-name */
	{ 11,      "11.2.3.9.1.1.7.0",                MAKER_DESCR    },  /* JetDirect gdStatusId, an IEEE 1284 device identifier */
	{ 11,      "1.3.6.1.3.94.1.6.1.8.*",          MAKER_SERIAL   },  /* FCMGMT-MIB connUnitSn, of storage and switches of Fibre Channel */
	{ 11,      "1.3.6.1.3.94.1.6.1.7.*",          MAKER_MODEL    },  /* connUnitProduct */
	{ 11,      "11.5.7.5.2.1.1.3.1.1.5.*",        MAKER_SERIAL   },  /* HPVC-MIB vcModuleSerialNumber */
	{ 43,      "43.10.27.1.1.1.13.*",             MAKER_SERIAL   },  /* A3COM0352-STACK-CONFIG stackUnitSerialNumber */
	{ 43,      "43.10.27.1.1.1.12.*",             MAKER_FIRMWARE },  /* stackUnitSWVersion */
	{ 45,      "45.1.6.3.1.6.0",                  MAKER_SERIAL   },  /* S5-CHASSIS-MIB s5ChasSerNum */
	{ 94,      "94.1.21.1.1.4.0",                 MAKER_SERIAL   },  /* NOKIA-IPSO-SYSTEM-MIB ipsoChassisSerialNumber */
	{ 161,     "161.19.3.3.1.1.0",                MAKER_DESCR    },  /* WHISP-BOX-MIBV2-MIB whispBoxSoftwareVer */
	{ 161,     "161.19.3.3.1.266.0",              MAKER_MODEL    },  /* WHISP-BOX-MIBV2-MIB platform */
	{ 171,     "171.12.1.1.12.0",                 MAKER_SERIAL   },  /* AGENT-GENERAL-MIB agentSerialNumber */
	{ 171,     "171.12.11.1.9.4.1.17.1",          MAKER_SERIAL   },  /* EQUIPMENT-MIB swUnitMgmtSerialNumber */
	{ 171,     "89.53.14.1.5.1",                  MAKER_SERIAL   },  /* RADLAN-Physicaldescription-MIB rlPhdUnitGenParamSerialNum */
	{ 171,     "171.14.5.1.8.1.3.*",              MAKER_FIRMWARE },  /* DLINKSW-ENTITY-EXT-MIB dEntityExtVersionTable runtime */
	{ 171,     "1.3.6.1.2.1.16.19.2.0",           MAKER_FIRMWARE },  /* RMON2-MIB probeSoftwareRev */
	{ 171,     "171.15.3.1.6.0",                  MAKER_SERIAL   },  /* dpDeviceInfoSerialNumber */
	{ 202,     "~.1.1.3.1.10.*",                  MAKER_SERIAL   },  /* the switches of Accton: swSerialNumber */
	{ 202,     "~.1.1.3.1.6.*",                   MAKER_FIRMWARE },  /* swOpCodeVer */
	{ 207,     "207.8.4.4.5.2.1.4.1",             MAKER_SERIAL   },  /* AT-BOARDS */
	{ 207,     "~.81.1.3.0",                      MAKER_FIRMWARE },  /* AT-GS950 series */
	{ 231,     "231.2.10.2.2.10.2.3.1.7.*",       MAKER_SERIAL   },  /* FSC-SERVERCONTROL2-MIB sc2UnitSerialNumber */
	{ 231,     "231.2.10.2.2.10.2.3.1.5.*",       MAKER_MODEL    },  /* sc2UnitModelName */
	{ 232,     "232.2.2.2.1.0",                   MAKER_SERIAL   },  /* CPQSINFO-MIB cpqSiSysSerialNum */
	{ 232,     "232.2.2.4.2.0",                   MAKER_MODEL    },  /* CPQSINFO-MIB cpqSiProductName */
	{ 232,     "232.9.2.2.2.0",                   MAKER_FIRMWARE },  /* CPQSM2-MIB cpqSm2CntlrRomRevision */
	{ 232,     "232.165.1.2.7.0",                 MAKER_SERIAL   },  /* CPQPOWER-MIB deviceSerialNumber */
	{ 232,     "232.165.1.2.2.0",                 MAKER_MODEL    },  /* CPQPOWER-MIB deviceModel */
	{ 232,     "232.22.2.3.1.1.1.7.*",            MAKER_SERIAL   },  /* CPQRACK-MIB cpqRackCommonEnclosureSerialNum */
	{ 232,     "232.22.2.3.1.1.1.3.*",            MAKER_MODEL    },  /* cpqRackCommonEnclosureModel */
	{ 232,     "232.22.2.3.1.1.1.8.*",            MAKER_FIRMWARE },  /* cpqRackCommonEnclosureFWRev */
	{ 232,     "232.165.1.2.3.0",                 MAKER_FIRMWARE },  /* CPQPOWER-MIB deviceFirmwareVersion */
	{ 236,     "236.11.5.1.1.1.4.0",              MAKER_SERIAL   },  /* SAMSUNG-PRINTER-EXT-MIB */
	{ 236,     "236.11.5.1.1.1.1.0",              MAKER_MODEL    },
	{ 248,     "248.11.10.1.1.2.0",               MAKER_MODEL    },  /* HM2-DEVMGMT-MIB hm2DevMgmtProductDescr */
	{ 248,     "248.11.10.1.1.3.0",               MAKER_SERIAL   },  /* hm2DevMgmtSerialNumber */
	{ 248,     "248.14.1.1.9.1.10.*",             MAKER_SERIAL   },  /* HMPRIV-MGMT-SNMP-MIB hmSysGroupSerialNum */
	{ 248,     "248.14.1.1.2.0",                  MAKER_DESCR    },  /* hmSysVersion */
	{ 253,     "253.8.53.3.2.1.3.1",              MAKER_SERIAL   },  /* XEROX-HOST-RESOURCES-EXT-MIB */
	{ 259,     "~.1.1.3.1.10.*",                  MAKER_SERIAL   },  /* swSerialNumber, below the product */
	{ 259,     "~.1.1.3.1.6.*",                   MAKER_FIRMWARE },  /* swOpCodeVer */
	{ 318,     "318.1.1.1.1.2.3.0",               MAKER_SERIAL   },  /* PowerNet-MIB upsAdvIdentSerialNumber */
	{ 318,     "318.1.1.1.1.1.1.0",               MAKER_MODEL    },  /* upsBasicIdentModel */
	{ 318,     "318.1.1.12.1.6.0",                MAKER_SERIAL   },  /* rPDUIdentSerialNumber */
	{ 318,     "318.1.1.12.1.5.0",                MAKER_MODEL    },  /* rPDUIdentModelNumber */
	{ 318,     "318.1.1.26.2.1.9.1",              MAKER_SERIAL   },  /* rPDU2IdentSerialNumber */
	{ 318,     "318.1.1.26.2.1.8.1",              MAKER_MODEL    },  /* rPDU2IdentModelNumber */
	{ 318,     "318.1.1.4.1.5.0",                 MAKER_SERIAL   },  /* sPDUIdentSerialNumber */
	{ 318,     "318.1.1.4.1.4.0",                 MAKER_MODEL    },  /* sPDUIdentModelNumber */
	{ 318,     "318.1.1.8.1.6.0",                 MAKER_SERIAL   },  /* atsIdentSerialNumber */
	{ 318,     "318.1.1.8.1.5.0",                 MAKER_MODEL    },  /* atsIdentModelNumber */
	{ 318,     "318.1.1.10.3.1.6.0",              MAKER_SERIAL   },  /* emsIdentSerialNumber */
	{ 318,     "318.1.4.2.2.1.3.1",               MAKER_SERIAL   },  /* experimentalOEM, NetBotz */
	{ 318,     "318.1.1.10.3.1.2.0",              MAKER_MODEL    },  /* emsIdentProductNumber */
	{ 318,     "318.1.1.13.3.2.2.1.5.0",          MAKER_SERIAL   },  /* airIRRCUnitIdentSerialNumber */
	{ 318,     "318.1.1.13.3.2.2.1.4.0",          MAKER_MODEL    },  /* airIRRCUnitIdentModelNumber */
	{ 318,     "318.1.1.13.3.2.2.1.6.0",          MAKER_FIRMWARE },  /* airIRRCUnitIdentFirmwareRevision */
	{ 318,     "318.1.1.8.1.2.0",                 MAKER_FIRMWARE },  /* atsIdentFirmwareRev */
	{ 318,     "318.1.1.26.2.1.6.*",              MAKER_FIRMWARE },  /* rPDU2IdentFirmwareRev */
	{ 347,     "1.3.6.1.3.94.1.6.1.8.*",          MAKER_SERIAL   },  /* FCMGMT-MIB connUnitSn */
	{ 347,     "1.3.6.1.3.94.1.6.1.7.*",          MAKER_MODEL    },  /* connUnitProduct */
	{ 367,     "367.3.2.1.2.1.4.0",               MAKER_SERIAL   },  /* RICOH-MIB ricohEngSerialNumber */
	{ 367,     "367.3.2.1.1.1.1.0",               MAKER_MODEL    },  /* ricohSysName */
	{ 367,     "367.3.2.1.1.1.2.0",               MAKER_FIRMWARE },  /* ricohSysVers */
	{ 476,     "476.1.42.2.1.4.0",                MAKER_SERIAL   },  /* LIEBERT-GP-AGENT-MIB */
	{ 476,     "476.1.42.2.1.2.0",                MAKER_MODEL    },
	{ 476,     "476.1.42.2.1.3.0",                MAKER_FIRMWARE },
	{ 476,     "476.1.42.2.4.2.1.7.*",            MAKER_SERIAL   },  /* LIEBERT-GP-AGENT-MIB lgpAgentDeviceSerialNumber */
	{ 476,     "476.1.42.2.4.2.1.6.*",            MAKER_FIRMWARE },  /* lgpAgentDeviceFirmwareVersion */
	{ 476,     "476.1.42.2.4.2.1.4.*",            MAKER_MODEL    },  /* lgpAgentDeviceModel */
	{ 534,     "534.1.1.6.0",                     MAKER_SERIAL   },  /* XUPS-MIB xupsIdentSerialNumber */
	{ 534,     "534.1.1.2.0",                     MAKER_MODEL    },  /* xupsIdentModel */
	{ 534,     "534.1.1.3.0",                     MAKER_FIRMWARE },  /* xupsIdentSoftwareVersion */
	{ 534,     "534.6.6.7.1.2.1.4.*",             MAKER_SERIAL   },  /* EATON-EPDU-MIB serialNumber */
	{ 534,     "534.6.6.7.1.2.1.2.*",             MAKER_MODEL    },  /* productName */
	{ 534,     "534.6.6.7.1.2.1.5.*",             MAKER_FIRMWARE },  /* firmwareVersion */
	{ 534,     "534.10.2.1.2.0",                  MAKER_MODEL    },  /* EATON-ATS2-MIB ats2IdentModel */
	{ 534,     "534.10.2.1.3.0",                  MAKER_FIRMWARE },  /* ats2IdentFWVersion */
	{ 534,     "534.10.2.1.5.0",                  MAKER_SERIAL   },  /* ats2IdentSerialNumber */
	{ 629,     "629.200.6.1.1.48.*",              MAKER_SERIAL   },  /* OPTIDRIVER nbsCmmcChassisSerialNum */
	{ 629,     "629.200.6.1.1.3.*",               MAKER_MODEL    },  /* nbsCmmcChassisModel */
	{ 629,     "629.200.2.2.0",                   MAKER_FIRMWARE },  /* nbsCmmcSysFirmware */
	{ 641,     "641.2.1.2.1.6.1",                 MAKER_SERIAL   },  /* LEXMARK-MPS-MIB */
	{ 641,     "641.2.1.2.1.2.1",                 MAKER_MODEL    },
	{ 641,     "641.2.1.2.1.4.1",                 MAKER_FIRMWARE },
	{ 641,     "641.6.2.3.1.5.1",                 MAKER_SERIAL   },  /* LEXMARK-PVT-MIB, the device table of later printers */
	{ 664,     "664.3.1.1.0",                     MAKER_MODEL    },  /* ADTRAN-MIB adProdName */
	{ 664,     "664.3.1.4.0",                     MAKER_SERIAL   },  /* adProdSerialNumber */
	{ 674,     "674.10892.5.1.3.2.0",             MAKER_SERIAL   },  /* IDRAC-MIB systemServiceTag */
	{ 674,     "674.10892.5.1.3.12.0",            MAKER_MODEL    },  /* systemModelName */
	{ 674,     "674.10892.5.1.1.8.0",             MAKER_FIRMWARE },  /* racFirmwareVersion */
	{ 674,     "674.10892.1.300.10.1.11.1",       MAKER_SERIAL   },  /* MIB-Dell-10892 chassisServiceTagName */
	{ 674,     "674.10892.1.300.10.1.9.1",        MAKER_MODEL    },  /* chassisModelName */
	{ 674,     "674.10893.2.31.500.1.3.0",        MAKER_SERIAL   },  /* DELL-STORAGE */
	{ 674,     "674.10895.3000.1.2.100.8.1.4.1",  MAKER_SERIAL   },  /* Dell-Vendor-MIB productIdentificationServiceTag */
	{ 674,     "674.10895.3000.1.2.100.8.1.2.1",  MAKER_SERIAL   },  /* productIdentificationSerialNumber */
	{ 674,     "674.10895.3000.1.2.100.1.0",      MAKER_MODEL    },  /* productIdentificationDisplayName */
	{ 674,     "674.10895.3000.1.2.100.4.0",      MAKER_FIRMWARE },  /* productIdentificationVersion */
	{ 674,     "674.10903.200.2.200.100.2.1.8.1", MAKER_SERIAL   },  /* Dell rPDU */
	{ 674,     "674.10892.2.1.1.11.0",            MAKER_SERIAL   },  /* DELL-RAC-MIB drsProductChassisServiceTag */
	{ 674,     "674.10892.2.1.1.1.0",             MAKER_MODEL    },  /* drsProductName */
	{ 674,     "674.10892.2.1.2.1.0",             MAKER_FIRMWARE },  /* drsFirmwareVersion */
	{ 674,     "674.10893.2.31.500.1.5.0",        MAKER_MODEL    },  /* DELL-STORAGE */
	{ 674,     "674.11000.5000.100.4.1.1.3.1.7.*",MAKER_SERIAL   },  /* DELLEMC-OS10-CHASSIS-MIB os10ChassisServiceTag */
	{ 674,     "674.10895.3.1.1.3.1.10.*",        MAKER_SERIAL   },  /* swSerialNumber of older switches */
	{ 674,     "674.10903.200.2.200.160.7.0",     MAKER_SERIAL   },  /* Dell rPDU serialNumber */
	{ 674,     "1.3.6.1.3.94.1.6.1.8.*",          MAKER_SERIAL   },  /* FCMGMT-MIB connUnitSn */
	{ 705,     "705.1.1.7.0",                     MAKER_SERIAL   },  /* MG-SNMP-UPS-MIB upsmgIdentSerialNumber */
	{ 705,     "705.1.1.2.0",                     MAKER_MODEL    },  /* upsmgIdentModelName */
	{ 705,     "705.1.1.4.0",                     MAKER_FIRMWARE },  /* upsmgIdentFirmwareVersion */
	{ 789,     "789.1.1.9.0",                     MAKER_SERIAL   },  /* NETWORK-APPLIANCE-MIB productSerialNum */
	{ 789,     "789.1.1.5.0",                     MAKER_MODEL    },  /* productModel */
	{ 789,     "789.1.1.2.0",                     MAKER_DESCR    },  /* NETWORK-APPLIANCE-MIB productVersion */
	{ 823,     "~.1.4.1.0",                       MAKER_SERIAL   },  /* LOOP-TELECOM */
	{ 823,     "~.1.4.3.0",                       MAKER_FIRMWARE },
	{ 850,     "850.1.1.1.2.1.5.*",               MAKER_MODEL    },  /* TRIPPLITE-PRODUCTS tlpDeviceModel */
	{ 850,     "850.1.1.2.1.1.5.*",               MAKER_SERIAL   },  /* TRIPPLITE-PRODUCTS tlpDeviceIdentSerialNum */
	{ 850,     "850.1.1.2.1.1.3.*",               MAKER_FIRMWARE },  /* tlpDeviceIdentFirmwareVersion */
	{ 890,     "890.1.15.3.1.12.0",               MAKER_SERIAL   },  /* ZYXEL-ES-COMMON, ZYXEL-SYSTEM */
	{ 890,     "890.1.15.3.1.11.0",               MAKER_MODEL    },
	{ 890,     "890.1.15.3.1.6.0",                MAKER_FIRMWARE },
	{ 890,     "890.1.5.8.20.1.10.0",             MAKER_SERIAL   },  /* ZYXEL-GS4012F-MIB */
	{ 890,     "890.1.2.1.1.10.0",                MAKER_SERIAL   },
	{ 890,     "~.1.10.0",                        MAKER_SERIAL   },  /* ZyNOS switches: sysSerialNumber, below the product */
	{ 890,     "890.1.15.3.82.2.10.0",            MAKER_SERIAL   },  /* ZYXEL-SYS zySysSerialNumber */
	{ 890,     "890.1.15.3.82.2.3.0",             MAKER_MODEL    },  /* zySysModelString */
	{ 935,     "935.1.1.1.1.1.1.0",               MAKER_MODEL    },  /* PPC-MIB upsBaseIdentModel */
	{ 935,     "935.1.1.1.1.2.1.0",               MAKER_FIRMWARE },  /* upsSmartIdentFirmwareRevision */
	{ 935,     "935.1.1.1.1.2.3.0",               MAKER_SERIAL   },  /* upsSmartIdentUpsSerialNumber */
	{ 995,     "995.15.1.1.1.0",                  MAKER_MODEL    },  /* MULTITECH mtsRouterSystemModelId */
	{ 995,     "995.15.1.1.2.0",                  MAKER_SERIAL   },  /* mtsRouterSystemSerialNumber */
	{ 995,     "995.15.1.1.3.0",                  MAKER_FIRMWARE },  /* mtsRouterSystemFirmware */
	{ 1166,    "1.3.6.1.2.1.69.1.1.4.0",          MAKER_SERIAL   },  /* DOCS-CABLE-DEVICE-MIB docsDevSerialNumber */
	{ 1230,    "1230.2.7.1.3.0",                  MAKER_FIRMWARE },  /* MCAFEE-MWG-MIB */
	{ 1248,    "1248.1.2.2.1.1.1.5.1",            MAKER_SERIAL   },  /* EPSON-MIB */
	{ 1271,    "1271.2.1.5.1.1.4.0",              MAKER_SERIAL   },  /* CIENA-CES-CHASSIS-MIB cienaCesChassisSerialNumber */
	{ 1347,    "1347.43.5.1.1.28.1",              MAKER_SERIAL   },  /* KYOCERA-MIB */
	{ 1347,    "1347.43.5.1.1.1.1",               MAKER_MODEL    },
	{ 1347,    "1347.43.5.4.1.5.1.1",             MAKER_FIRMWARE },  /* KYOCERA-MIB kcprtFirmwareVersion */
	{ 1369,    "1369.6.1.1.11.0",                 MAKER_SERIAL   },  /* Forcepoint */
	{ 1588,    "1588.2.1.1.1.1.10.0",             MAKER_SERIAL   },  /* SW-MIB swSsn */
	{ 1588,    "1588.2.1.1.1.1.6.0",              MAKER_FIRMWARE },  /* SW-MIB swFirmwareVersion */
	{ 1602,    "1602.1.2.1.4.0",                  MAKER_SERIAL   },  /* CANON-MIB */
	{ 1602,    "1602.1.1.1.1.0",                  MAKER_MODEL    },  /* CANON-MIB canPdInfoProductName */
	{ 1602,    "1602.1.1.1.4.0",                  MAKER_FIRMWARE },  /* canPdInfoProductVersion */
	{ 1663,    "1.3.6.1.3.94.1.6.1.8.*",          MAKER_SERIAL   },  /* FCMGMT-MIB connUnitSn */
	{ 1718,    "1718.3.2.1.1.6.1",                MAKER_SERIAL   },  /* Sentry3-MIB towerProductSN */
	{ 1718,    "1718.3.1.1.0",                    MAKER_DESCR    },  /* Sentry3-MIB systemVersion */
	{ 1718,    "1718.3.2.1.1.7.*",                MAKER_MODEL    },  /* towerModelNumber */
	{ 1718,    "1718.4.1.1.1.3.0",                MAKER_FIRMWARE },  /* Sentry4-MIB st4SystemFirmwareVersion */
	{ 1718,    "1718.4.1.2.2.1.4.*",              MAKER_SERIAL   },  /* st4UnitProductSN */
	{ 1718,    "1718.4.1.2.2.1.5.*",              MAKER_MODEL    },  /* st4UnitModel */
	{ 1768,    "1768.100.1.1.0",                  MAKER_SERIAL   },  /* Patton */
	{ 1872,    "1872.2.5.1.3.1.18.0",             MAKER_SERIAL   },  /* ALTEON-CHEETAH-SWITCH-MIB agSerialNumber */
	{ 1872,    "1872.2.5.1.1.1.10.0",             MAKER_FIRMWARE },  /* agSoftwareVersion */
	{ 1981,    "1.3.6.1.3.94.1.6.1.8.*",          MAKER_SERIAL   },  /* FCMGMT-MIB connUnitSn */
	{ 1981,    "1.3.6.1.3.94.1.6.1.7.*",          MAKER_MODEL    },  /* connUnitProduct */
	{ 1991,    "1991.1.1.1.1.2.0",                MAKER_SERIAL   },  /* FOUNDRY-SN-AGENT-MIB snChasSerNum */
	{ 1991,    "1991.1.1.1.4.1.1.2.*",            MAKER_SERIAL   },  /* snChasUnitSerNum */
	{ 1991,    "1991.1.1.2.1.11.0",               MAKER_FIRMWARE },  /* snAgImgVer */
	{ 2011,    "34774.4.1.1.1.0",                 MAKER_SERIAL   },  /* ISM-STORAGE-SVC-MIB */
	{ 2011,    "2011.2.235.1.1.1.7.0",            MAKER_SERIAL   },  /* HUAWEI-SERVER-IBMC-MIB deviceSerialNo */
	{ 2011,    "2011.2.235.1.1.1.6.0",            MAKER_MODEL    },  /* deviceName */
	{ 2021,    "2021.7890.1.4.1.2.*",             MAKER_OS       },  /* NET-SNMP-EXTEND-MIB as its administrator named it, in the place that most set-up guides give */
	{ 2021,    "2021.7890.2.4.1.2.*",             MAKER_MODEL    },
	{ 2021,    "2021.7890.4.4.1.2.*",             MAKER_SERIAL   },
	{ 2254,    "2254.2.4.1.2.0",                  MAKER_MODEL    },  /* DeltaUPS-MIB dupsIdentModel */
	{ 2254,    "2254.2.4.1.3.0",                  MAKER_FIRMWARE },  /* dupsIdentUPSSoftwareVersion */
	{ 2272,    "2272.1.4.2.0",                    MAKER_SERIAL   },  /* RAPID-CITY rcChasSerialNumber */
	{ 2281,    "2281.10.1.2.10.1.1.6.*",          MAKER_SERIAL   },  /* CERAGON genEquipInventorySerialNumber */
	{ 2281,    "2281.10.4.1.13.1.1.4.*",          MAKER_FIRMWARE },  /* genEquipMngSwIDUVersionsRunningVersion */
	{ 2356,    "2356.11.3.1.1.4.1",               MAKER_SERIAL   },  /* LANCOM */
	{ 2356,    "2356.16.1.1.1.1.4.0",             MAKER_SERIAL   },
	{ 2435,    "2435.2.3.9.4.2.1.5.5.1.0",        MAKER_SERIAL   },  /* BROTHER-MIB brInfoSerialNumber */
	{ 2435,    "2435.2.4.3.2435.5.13.3.0",        MAKER_MODEL    },
	{ 2435,    "2435.2.3.9.1.1.7.0",              MAKER_DESCR    },  /* BROTHER-MIB, an IEEE 1284 device identifier */
	{ 2468,    "2468.1.4.2.1.1.3.0",              MAKER_DESCR    },  /* ipoman */
	{ 2604,    "2604.5.1.1.4.0",                  MAKER_SERIAL   },  /* SFOS-FIREWALL-MIB */
	{ 2604,    "2604.5.1.1.2.0",                  MAKER_MODEL    },
	{ 2604,    "2604.5.1.1.3.0",                  MAKER_FIRMWARE },
	{ 2606,    "2606.7.2.6.0",                    MAKER_SERIAL   },  /* RITTAL-CMC-III-MIB */
	{ 2606,    "2606.7.2.4.0",                    MAKER_FIRMWARE },  /* cmcIIIUnitSoftwareRev */
	{ 2620,    "2620.1.6.16.3.0",                 MAKER_SERIAL   },  /* CHECKPOINT-MIB svnApplianceSerialNumber */
	{ 2620,    "2620.1.6.16.7.0",                 MAKER_MODEL    },  /* svnApplianceProductName */
	{ 2620,    "2620.1.6.4.1.0",                  MAKER_FIRMWARE },  /* svnVersion */
	{ 2636,    "2636.3.1.3.0",                    MAKER_SERIAL   },  /* JUNIPER-MIB jnxBoxSerialNo */
	{ 2636,    "2636.3.40.1.4.1.1.1.5.*",         MAKER_FIRMWARE },  /* JUNIPER-VIRTUALCHASSIS-MIB jnxVirtualChassisMemberSWVersion */
	{ 2636,    "2636.3.1.2.0",                    MAKER_DESCR    },  /* jnxBoxDescr */
	{ 2863,    "1.3.6.1.2.1.69.1.1.4.0",          MAKER_SERIAL   },  /* DOCS-CABLE-DEVICE-MIB docsDevSerialNumber */
	{ 2925,    "2925.4.2.1.0",                    MAKER_MODEL    },  /* CYCLADES-ACS5K acsProductModel */
	{ 2925,    "2925.4.2.4.0",                    MAKER_SERIAL   },  /* acsSerialNumber */
	{ 3097,    "3097.6.3.1.0",                    MAKER_FIRMWARE },  /* WATCHGUARD-SYSTEM-CONFIG-MIB wgSoftwareVersion */
	{ 3181,    "3181.10.6.1.32.1.0",              MAKER_MODEL    },  /* MICROSENS-G6 */
	{ 3181,    "3181.10.6.1.32.2.0",              MAKER_SERIAL   },
	{ 3181,    "3181.10.6.1.30.106.1.2.0",        MAKER_FIRMWARE },
	{ 3375,    "3375.2.1.3.3.3.0",                MAKER_SERIAL   },  /* F5-BIGIP-SYSTEM-MIB sysGeneralChassisSerialNum */
	{ 3375,    "3375.2.1.3.5.2.0",                MAKER_MODEL    },  /* sysPlatformInfoMarketingName */
	{ 3375,    "3375.2.1.4.2.0",                  MAKER_FIRMWARE },  /* sysProductVersion */
	{ 3417,    "3417.2.11.1.4.0",                 MAKER_SERIAL   },  /* BLUECOAT-SG-PROXY-MIB sgProxySerialNumber */
	{ 3417,    "3417.2.11.1.3.0",                 MAKER_FIRMWARE },  /* sgProxyVersion */
	{ 3652,    "3652.3.2.1.13.0",                 MAKER_SERIAL   },  /* Pan Dacom */
	{ 3697,    "14851.3.1.4.2.0",                 MAKER_MODEL    },  /* SNIA-SML-MIB chassis-Model */
	{ 3697,    "14851.3.1.4.3.0",                 MAKER_SERIAL   },  /* SNIA-SML-MIB chassis-SerialNumber */
	{ 3715,    "3715.17.1.10.0",                  MAKER_SERIAL   },  /* TELESTE-LUMINATO */
	{ 3715,    "3715.17.1.11.0",                  MAKER_MODEL    },
	{ 3715,    "3715.17.1.13.0",                  MAKER_FIRMWARE },
	{ 3717,    "3717.2.3.6.0",                    MAKER_SERIAL   },  /* GENUA */
	{ 3764,    "14851.3.1.4.2.0",                 MAKER_MODEL    },  /* SNIA-SML-MIB chassis-Model */
	{ 3764,    "14851.3.1.4.3.0",                 MAKER_SERIAL   },  /* SNIA-SML-MIB chassis-SerialNumber */
	{ 3808,    "3808.1.1.1.1.2.3.0",              MAKER_SERIAL   },  /* CPS-MIB upsAdvanceIdentSerialNumber */
	{ 3808,    "3808.1.1.1.1.1.1.0",              MAKER_MODEL    },  /* upsBaseIdentModel */
	{ 3808,    "3808.1.1.1.1.2.1.0",              MAKER_FIRMWARE },  /* upsAdvanceIdentFirmwareRevision */
	{ 3808,    "3808.1.1.3.1.6.0",                MAKER_SERIAL   },  /* ePDUIdentSerialNumber */
	{ 3808,    "3808.1.1.3.1.5.0",                MAKER_MODEL    },  /* ePDUIdentModelNumber */
	{ 3808,    "3808.1.1.3.1.3.0",                MAKER_FIRMWARE },  /* ePDUIdentFirmwareRev */
	{ 3955,    "89.53.14.1.5.*",                  MAKER_SERIAL   },  /* RADLAN-Physicaldescription-MIB rlPhdUnitGenParamSerialNum */
	{ 4115,    "1.3.6.1.2.1.69.1.1.4.0",          MAKER_SERIAL   },  /* DOCS-CABLE-DEVICE-MIB docsDevSerialNumber */
	{ 4329,    "4329.6.3.2.1.1.3.0",              MAKER_SERIAL   },  /* AUTOMATION-SYSTEM-MIB automationSerialNumber */
	{ 4329,    "4329.6.3.2.1.1.2.0",              MAKER_MODEL    },  /* automationOrderNumber */
	{ 4329,    "4329.6.3.2.1.1.5.0",              MAKER_FIRMWARE },  /* automationSwRevision */
	{ 4346,    "4346.11.11.1.2.6.0",              MAKER_SERIAL   },  /* FL-MGD-INFRASTRUCT-MIB flWorkFWCtrlSerial */
	{ 4346,    "4346.11.11.1.2.1.0",              MAKER_FIRMWARE },  /* flWorkFWCtrlVersion */
	{ 4413,    "4413.1.1.1.1.1.4.0",              MAKER_SERIAL   },  /* FASTPATH-SWITCHING-MIB agentInventorySerialNumber */
	{ 4413,    "4413.1.1.1.1.1.3.0",              MAKER_MODEL    },  /* agentInventoryMachineModel */
	{ 4413,    "4413.1.1.1.1.1.13.0",             MAKER_FIRMWARE },  /* agentInventorySoftwareVersion */
	{ 4413,    "41112.1.5.1.2.0",                 MAKER_SERIAL   },
	{ 4458,    "4458.1000.1.1.1.0",               MAKER_MODEL    },  /* RADWIN winlink1000OduAdmProductType */
	{ 4458,    "4458.1000.1.1.3.0",               MAKER_FIRMWARE },  /* winlink1000OduAdmSwRev */
	{ 4491,    "1.3.6.1.2.1.69.1.1.4.0",          MAKER_SERIAL   },  /* DOCS-CABLE-DEVICE-MIB docsDevSerialNumber */
	{ 4526,    "4526.10.1.1.1.4.0",               MAKER_SERIAL   },  /* the same, NETGEAR-SWITCHING-MIB */
	{ 4526,    "4526.10.1.1.1.3.0",               MAKER_MODEL    },
	{ 4526,    "4526.10.1.1.1.13.0",              MAKER_FIRMWARE },
	{ 4526,    "4526.11.1.1.1.4.0",               MAKER_SERIAL   },
	{ 4526,    "4526.11.1.1.1.3.0",               MAKER_MODEL    },
	{ 4526,    "4526.11.1.1.1.13.0",              MAKER_FIRMWARE },  /* agentInventorySoftwareVersion */
	{ 4526,    "4526.22.2.0",                     MAKER_SERIAL   },  /* READYNASOS-MIB nasMgrSerialNUM */
	{ 4526,    "4526.22.1.0",                     MAKER_FIRMWARE },  /* nasMgrSoftwareVersion */
	{ 4555,    "4555.1.1.7.1.1.2.0",              MAKER_SERIAL   },  /* SOCOMECUPS-MIB */
	{ 4881,    "4881.1.1.10.2.1.1.24.0",          MAKER_SERIAL   },  /* RUIJIE-SYSTEM-MIB ruijieSystemSerialno */
	{ 4881,    "4881.1.1.10.2.1.1.2.0",           MAKER_FIRMWARE },  /* ruijieSystemSwVersion */
	{ 4881,    "4881.1.1.10.2.1.1.26.0",          MAKER_MODEL    },
	{ 5040,    "~.3.3.5.0",                       MAKER_MODEL    },  /* WebGraph: wtWebGraphThermoDeviceText */
	{ 5528,    "5528.100.20.10.2013.1.12.0",      MAKER_MODEL    },  /* NETBOTZ */
	{ 5597,    "5597.30.0.0.2.0",                 MAKER_FIRMWARE },  /* MBG-SNMP-LTNG-MIB mbgLtNgFirmwareVersion */
	{ 5597,    "5597.30.0.0.3.0",                 MAKER_SERIAL   },  /* mbgLtNgSerialNumber */
	{ 5951,    "5951.4.1.1.14.0",                 MAKER_SERIAL   },  /* NS-ROOT-MIB sysHardwareSerialNumber */
	{ 5951,    "5951.4.1.1.11.0",                 MAKER_MODEL    },  /* sysHardwareVersionDesc */
	{ 5951,    "5951.4.1.1.1.0",                  MAKER_DESCR    },  /* sysBuildVersion */
	{ 6027,    "6027.3.26.1.3.4.1.23.*",          MAKER_SERIAL   },  /* DELL-NETWORKING-CHASSIS-MIB dellNetStackUnitServiceTag */
	{ 6027,    "6027.3.19.1.2.1.1.34.*",          MAKER_SERIAL   },  /* F10-M-SERIES-CHASSIS-MIB chStackUnitServiceTag */
	{ 6027,    "6027.3.10.1.2.2.1.34.*",          MAKER_SERIAL   },  /* F10-S-SERIES-CHASSIS-MIB chStackUnitServiceTag */
	{ 6141,    "6141.2.60.10.1.1.3.1.2.*",        MAKER_FIRMWARE },  /* WWP-LEOS-SW-XGRADE-MIB wwpLeosBladeRunPackageVer */
	{ 6141,    "6141.2.60.11.1.1.1.67.0",         MAKER_SERIAL   },  /* WWP-LEOS-SYSTEM-CONFIG-MIB wwpLeosSystemSerialNumber */
	{ 6302,    "6302.2.1.1.6.0",                  MAKER_SERIAL   },  /* Vertiv NetSure */
	{ 6302,    "6302.2.1.1.2.0",                  MAKER_MODEL    },  /* VERTIV identModel */
	{ 6302,    "6302.2.1.1.3.0",                  MAKER_FIRMWARE },  /* identFirmwareVersion */
	{ 6321,    "6321.1.2.3.1.98.1.2.1.3.*",       MAKER_SERIAL   },  /* OCCAM iesChassisSerialNumber */
	{ 6339,    "6339.100.1.3.0",                  MAKER_FIRMWARE },  /* the switches of DCN: sysSoftwareVersion */
	{ 6527,    "6527.3.1.2.2.1.8.1.5.*",          MAKER_SERIAL   },  /* TIMETRA-CHASSIS-MIB tmnxHwSerialNumber */
	{ 6574,    "6574.1.5.2.0",                    MAKER_SERIAL   },  /* SYNOLOGY-SYSTEM-MIB serialNumber */
	{ 6574,    "6574.1.5.1.0",                    MAKER_MODEL    },  /* modelName */
	{ 6574,    "6574.1.5.3.0",                    MAKER_FIRMWARE },  /* version */
	{ 6876,    "6876.1.2.0",                      MAKER_FIRMWARE },  /* vmwProdVersion */
	{ 6889,    "6889.2.9.1.1.4.0",                MAKER_SERIAL   },  /* AVAYA-G700 cmgSerialNumber */
	{ 6889,    "6889.2.69.3.1.46.0",              MAKER_SERIAL   },  /* AVAYA-96xx endpoints */
	{ 6889,    "6889.2.69.3.1.58.0",              MAKER_FIRMWARE },
	{ 7262,    "7262.2.4.1.5.1.2.0",              MAKER_SERIAL   },
	{ 7262,    "7262.2.2.1.3.1.1.0",              MAKER_SERIAL   },  /* DRAGONWAVE-HORIZON-COMPACT-MIB */
	{ 7262,    "7262.2.2.1.3.1.2.0",              MAKER_MODEL    },
	{ 7262,    "7262.2.2.1.3.2.1.0",              MAKER_FIRMWARE },
	{ 7262,    "7262.2.4.1.5.1.3.0",              MAKER_MODEL    },  /* DRAGONWAVE-HORIZON-QUANTUM-MIB */
	{ 7262,    "7262.2.4.1.5.2.1.0",              MAKER_FIRMWARE },
	{ 7309,    "7309.4.1.2.8.0",                  MAKER_MODEL    },  /* ALPHA-RESOURCE-MIB */
	{ 7309,    "7309.4.1.2.11.0",                 MAKER_FIRMWARE },
	{ 7779,    "7779.3.1.1.2.1.6.0",              MAKER_SERIAL   },  /* IB-PLATFORMONE-MIB ibSerialNumber */
	{ 7779,    "7779.3.1.1.2.1.4.0",              MAKER_MODEL    },  /* ibHardwareType */
	{ 7779,    "7779.3.1.1.2.1.7.0",              MAKER_FIRMWARE },  /* ibNiosVersion */
	{ 8000,    "8000.22.9.2.0",                   MAKER_SERIAL   },  /* UHP-NT */
	{ 8000,    "8000.22.8.5.0",                   MAKER_FIRMWARE },
	{ 8072,    "2021.7890.1.4.1.2.*",             MAKER_OS       },  /* NET-SNMP-EXTEND-MIB as its administrator named it, in the place that most set-up guides give */
	{ 8072,    "2021.7890.2.4.1.2.*",             MAKER_MODEL    },
	{ 8072,    "2021.7890.4.4.1.2.*",             MAKER_SERIAL   },
	{ 8072,    "2021.7890.1.101.1",               MAKER_DESCR    },  /* the same by UCD-SNMP-MIB extOutput */
	{ 8072,    "8072.1.3.2.3.1.1.6.100.105.115.116.114.111", MAKER_OS       },  /* nsExtendOutput1Line of "distro" */
	{ 8072,    "8072.1.3.2.3.1.1.8.104.97.114.100.119.97.114.101", MAKER_MODEL    },  /* nsExtendOutput1Line of "hardware" */
	{ 8072,    "8072.1.3.2.3.1.1.6.115.101.114.105.97.108", MAKER_SERIAL   },  /* nsExtendOutput1Line of "serial" */
	{ 8072,    "8072.1.3.2.2.1.3.6.100.101.118.105.99.101", MAKER_MODEL    },  /* nsExtendArgs of "device" */
	{ 8072,    "8072.1.3.2.2.1.3.7.118.101.114.115.105.111.110", MAKER_DESCR    },  /* nsExtendArgs of "version" */
	{ 8691,    "8691.7.108.1.78.0",               MAKER_SERIAL   },  /* MOXA */
	{ 8691,    "8691.602.1.1.2.2.3.0",            MAKER_SERIAL   },
	{ 8691,    "~.1.2.0",                         MAKER_MODEL    },  /* MOXA switches: switchModel, below the product */
	{ 8691,    "~.1.4.0",                         MAKER_FIRMWARE },  /* firmwareVersion */
	{ 8691,    "~.1.78.0",                        MAKER_SERIAL   },  /* serialNumber */
	{ 8691,    "8691.602.1.1.2.2.1.0",            MAKER_FIRMWARE },  /* MX-DEVICE-INFORMATION-MIB */
	{ 8691,    "8691.602.1.1.2.2.5.0",            MAKER_MODEL    },
	{ 8741,    "8741.2.1.1.2.0",                  MAKER_SERIAL   },  /* SNWL-COMMON-MIB snwlSysSerialNumber */
	{ 8741,    "8741.2.1.1.1.0",                  MAKER_MODEL    },  /* snwlSysModel */
	{ 8741,    "8741.2.1.1.3.0",                  MAKER_FIRMWARE },  /* snwlSysFirmwareVersion */
	{ 8886,    "8886.6.1.1.1.14.0",               MAKER_SERIAL   },  /* SWITCH-SYSTEM-MIB rcSwitchSerialNumber */
	{ 8962,    "8962.2.1.2.1.1.4.0",              MAKER_MODEL    },  /* MCAFEE-SENSOR */
	{ 9304,    "9304.100.5106.1.2.14.0",          MAKER_SERIAL   },
	{ 9304,    "~.1.2.14.0",                      MAKER_SERIAL   },  /* CTS */
	{ 10297,   "10297.100.1.1.0",                 MAKER_MODEL    },  /* ADVANTECH */
	{ 10297,   "10297.100.1.4.0",                 MAKER_FIRMWARE },
	{ 10418,   "10418.16.2.1.2.0",                MAKER_MODEL    },  /* ACS-MIB acsProductModel */
	{ 10418,   "10418.16.2.1.4.0",                MAKER_SERIAL   },  /* acsSerialNumber */
	{ 10418,   "10418.16.2.1.7.0",                MAKER_FIRMWARE },  /* acsFirmwareVersion */
	{ 10418,   "10418.26.2.1.2.0",                MAKER_MODEL    },  /* ACS8000-MIB */
	{ 10418,   "10418.26.2.1.4.0",                MAKER_SERIAL   },
	{ 10418,   "10418.26.2.1.7.0",                MAKER_FIRMWARE },
	{ 10642,   "10642.1.1.0",                     MAKER_MODEL    },  /* ZEBRA-MIB zbrGeneralModel */
	{ 10642,   "10642.1.2.0",                     MAKER_FIRMWARE },  /* zbrGeneralFirmwareVersion */
	{ 10642,   "10642.1.9.0",                     MAKER_SERIAL   },  /* zbrGeneralUniqueId */
	{ 11256,   "11256.1.0.1.0",                   MAKER_MODEL    },  /* STORMSHIELD-SYSTEM snsModel */
	{ 11256,   "11256.1.0.2.0",                   MAKER_FIRMWARE },  /* snsVersion */
	{ 11256,   "11256.1.0.3.0",                   MAKER_SERIAL   },  /* snsSerialNumber */
	{ 11863,   "11863.6.1.1.8.0",                 MAKER_SERIAL   },  /* TPLINK-SYSINFO-MIB tpSysInfoSerialNum */
	{ 11863,   "11863.6.1.1.6.0",                 MAKER_FIRMWARE },  /* tpSysInfoSwVersion */
	{ 11863,   "11863.6.1.1.5.0",                 MAKER_MODEL    },  /* tpSysInfoHwVersion */
	{ 11863,   "1.3.6.1.2.1.16.19.3.0",           MAKER_MODEL    },  /* RMON2-MIB probeHardwareRev */
	{ 11863,   "1.3.6.1.2.1.16.19.2.0",           MAKER_FIRMWARE },  /* probeSoftwareRev */
	{ 12124,   "12124.2.51.1.3.*",                MAKER_SERIAL   },  /* ISILON-MIB chassisSerialNumber */
	{ 12124,   "12124.2.51.1.4.*",                MAKER_MODEL    },  /* chassisModel */
	{ 12148,   "12148.10.2.7.0",                  MAKER_SERIAL   },  /* ELTEK-DISTRIBUTED-MIB */
	{ 12148,   "12148.10.2.6.0",                  MAKER_MODEL    },  /* ELTEK-DISTRIBUTED-MIB powerSystemType */
	{ 12148,   "12148.10.13.8.2.1.2.*",           MAKER_MODEL    },  /* controlUnitDescription */
	{ 12148,   "12148.10.13.8.2.1.8.*",           MAKER_FIRMWARE },  /* controlUnitSwVersion */
	{ 12196,   "12196.13.0.1.0",                  MAKER_FIRMWARE },  /* IPVS-MIB version, of KEMP */
	{ 12356,   "12356.100.1.1.1.0",               MAKER_SERIAL   },  /* FORTINET-CORE-MIB fnSysSerial */
	{ 12356,   "12356.101.4.1.1.0",               MAKER_FIRMWARE },  /* FORTINET-FORTIGATE-MIB fgSysVersion */
	{ 12356,   "12356.120.1.2.0",                 MAKER_SERIAL   },  /* FORTINET-FORTIAP-MIB fapSerialNum */
	{ 12356,   "12356.103.2.1.7.0",               MAKER_FIRMWARE },  /* FORTINET-FORTIMANAGER-FORTIANALYZER-MIB fmSysVersion */
	{ 12356,   "12356.106.4.1.1.0",               MAKER_DESCR    },  /* FORTINET-FORTISWITCH-MIB fsSysVersion */
	{ 12356,   "12356.107.2.1.2.0",               MAKER_DESCR    },  /* FORTINET-FORTIWEB-MIB */
	{ 12356,   "12356.118.3.1.1.0",               MAKER_FIRMWARE },  /* FORTINET-FORTISANDBOX-MIB fsaSysVersion */
	{ 12356,   "12356.120.1.1.0",                 MAKER_FIRMWARE },  /* fapVersion */
	{ 12532,   "12532.6.0",                       MAKER_MODEL    },  /* PULSESECURE-PSG-MIB productName */
	{ 12532,   "12532.7.0",                       MAKER_FIRMWARE },  /* productVersion */
	{ 12740,   "12740.2.1.11.1.8.*",              MAKER_SERIAL   },  /* EQLMEMBER-MIB eqlMemberServiceTag */
	{ 13191,   "13191.10.3.3.2.2.2.1.5.*",        MAKER_SERIAL   },  /* ONEACCESS-SYS-MIB oacExpIMSysHwcSerialNumber */
	{ 13742,   "13742.6.3.2.1.1.4.1",             MAKER_SERIAL   },  /* PDU2-MIB */
	{ 13742,   "13742.6.3.2.1.1.3.1",             MAKER_MODEL    },
	{ 13742,   "13742.4.1.1.1.0",                 MAKER_FIRMWARE },  /* PDU-MIB firmwareVersion */
	{ 13742,   "13742.4.1.1.2.0",                 MAKER_SERIAL   },  /* serialNumber */
	{ 13742,   "13742.4.1.1.12.0",                MAKER_MODEL    },  /* model */
	{ 13742,   "13742.6.3.2.3.1.6.*",             MAKER_FIRMWARE },  /* PDU2-MIB boardFirmwareVersion */
	{ 13827,   "13827.5.0.11.0",                  MAKER_DESCR    },  /* TEMPUSLX */
	{ 13827,   "13827.14.1.16.0",                 MAKER_DESCR    },  /* MERIDIAN */
	{ 14179,   "14179.1.1.1.4.0",                 MAKER_SERIAL   },  /* AIRESPACE-SWITCHING-MIB agentInventorySerialNumber */
	{ 14179,   "14179.1.1.1.3.0",                 MAKER_MODEL    },
	{ 14179,   "14179.1.1.1.14.0",                MAKER_FIRMWARE },
	{ 14525,   "14525.4.2.1.1.0",                 MAKER_SERIAL   },  /* TRAPEZE-NETWORKS-SYSTEM trpzSerialNumber */
	{ 14525,   "14525.4.2.1.4.0",                 MAKER_FIRMWARE },  /* trpzVersionString */
	{ 14823,   "14823.2.2.1.1.1.12.0",            MAKER_SERIAL   },  /* WLSX-SWITCH-MIB wlsxSwitchLicenseSerialNumber */
	{ 14823,   "14823.2.2.1.2.1.29.0",            MAKER_SERIAL   },  /* WLSX-SYSTEMEXT-MIB wlsxSysExtSerialNumber */
	{ 14823,   "14823.2.3.3.1.2.1.1.4.*",         MAKER_SERIAL   },  /* AI-AP-MIB aiAPSerialNum */
	{ 14823,   "14823.2.3.3.1.2.1.1.6.*",         MAKER_MODEL    },  /* aiAPModelName */
	{ 14823,   "14823.1.6.1.1.1.1.1.1.0",         MAKER_MODEL    },  /* CPPM-MIB cppmSystemModel, of ClearPass */
	{ 14823,   "14823.1.6.1.1.1.1.1.2.0",         MAKER_SERIAL   },  /* cppmSystemSerialNumber */
	{ 14823,   "14823.1.6.1.1.1.1.1.3.0",         MAKER_FIRMWARE },  /* cppmSystemVersion */
	{ 14851,   "14851.3.1.4.2.0",                 MAKER_MODEL    },  /* SNIA-SML-MIB chassis-Model, of tape libraries */
	{ 14851,   "14851.3.1.4.3.0",                 MAKER_SERIAL   },  /* chassis-SerialNumber */
	{ 14851,   "14851.3.1.4.10.1.3.1",            MAKER_MODEL    },  /* subChassis-Model */
	{ 14851,   "14851.3.1.4.10.1.4.1",            MAKER_SERIAL   },  /* subChassis-SerialNumber */
	{ 14988,   "14988.1.1.7.3.0",                 MAKER_SERIAL   },  /* MIKROTIK-MIB mtxrSerialNumber */
	{ 14988,   "14988.1.1.4.4.0",                 MAKER_FIRMWARE },  /* mtxrLicVersion */
	{ 14988,   "14988.1.1.7.8.0",                 MAKER_MODEL    },  /* mtxrBoardName */
	{ 14988,   "14988.1.1.7.4.0",                 MAKER_FIRMWARE },  /* mtxrFirmwareVersion, all that SwOS has */
	{ 15004,   "15004.4.2.3.1.0",                 MAKER_SERIAL   },  /* RUGGEDCOM-SYS-INFO-MIB rcDeviceInfoSerialNumber */
	{ 15004,   "15004.4.2.3.3.0",                 MAKER_FIRMWARE },  /* rcDeviceInfoMainSwVersion */
	{ 17163,   "17163.1.1.1.1.0",                 MAKER_MODEL    },  /* STEELHEAD-MIB model */
	{ 17163,   "17163.1.1.1.2.0",                 MAKER_SERIAL   },  /* serialNumber */
	{ 17163,   "17163.1.1.1.3.0",                 MAKER_FIRMWARE },  /* systemVersion */
	{ 17409,   "17409.2.3.1.1.13.0",              MAKER_SERIAL   },
	{ 17713,   "17713.21.1.1.1.0",                MAKER_FIRMWARE },  /* CAMBIUM-PMP80211-MIB cambiumCurrentuImageVersion */
	{ 17713,   "17713.21.1.1.31.0",               MAKER_SERIAL   },  /* cambiumEPMPMSN */
	{ 17713,   "17713.22.1.1.1.4.*",              MAKER_SERIAL   },  /* CAMBIUM-MIB cambiumAPSerialNum */
	{ 17713,   "17713.22.1.1.1.5.*",              MAKER_MODEL    },  /* cambiumAPModel */
	{ 17713,   "17713.22.1.1.1.8.*",              MAKER_FIRMWARE },  /* cambiumAPSWVersion */
	{ 18418,   "18418.1.1.1.10.0",                MAKER_SERIAL   },  /* ENDACE osmSerial */
	{ 18418,   "18418.1.1.1.11.0",                MAKER_MODEL    },
	{ 18928,   "18928.1.1.1.2.0",                 MAKER_MODEL    },  /* ARECA-SNMP-MIB siModel */
	{ 18928,   "18928.1.1.1.3.0",                 MAKER_SERIAL   },  /* siSerial */
	{ 18928,   "18928.1.1.1.4.0",                 MAKER_FIRMWARE },  /* siFirmVer */
	{ 19046,   "19046.11.1.1.5.2.1.3.0",          MAKER_SERIAL   },  /* LENOVO-XCC-MIB */
	{ 19046,   "19046.11.1.1.5.2.1.5.0",          MAKER_MODEL    },
	{ 19536,   "19536.10.1.1.2.1.8.1",            MAKER_SERIAL   },  /* Panduit */
	{ 19536,   "19536.10.1.1.2.1.7.*",            MAKER_MODEL    },
	{ 19536,   "19536.10.1.1.2.1.5.*",            MAKER_FIRMWARE },
	{ 19746,   "19746.1.13.1.1.0",                MAKER_SERIAL   },  /* DATA-DOMAIN-MIB systemSerialNumber */
	{ 19746,   "19746.1.13.1.3.0",                MAKER_FIRMWARE },  /* systemVersion */
	{ 19746,   "19746.1.13.1.4.0",                MAKER_MODEL    },  /* systemModelNumber */
	{ 20044,   "20044.7.6.1.0",                   MAKER_DESCR    },  /* EKINOPS */
	{ 20884,   "20884.10893.2.101.4.1.0",         MAKER_SERIAL   },  /* BDT-MIB */
	{ 20884,   "20884.10893.2.101.4.4.0",         MAKER_FIRMWARE },
	{ 20884,   "20884.10893.2.101.4.3.0",         MAKER_MODEL    },
	{ 21067,   "21067.2.1.1.2.0",                 MAKER_MODEL    },  /* CYBEROAM-MIB */
	{ 21067,   "21067.2.1.1.3.0",                 MAKER_FIRMWARE },
	{ 21239,   "21239.5.2.1.10.0",                MAKER_SERIAL   },  /* GEIST-V5-MIB */
	{ 21239,   "21239.5.2.1.8.0",                 MAKER_MODEL    },  /* productModelNumber */
	{ 21239,   "21239.5.2.1.2.0",                 MAKER_FIRMWARE },  /* productVersion */
	{ 22408,   "22408.1.4.1.4.1.0",               MAKER_FIRMWARE },  /* PRIMEKEY-APPLIANCE-MIB */
	{ 22408,   "22408.1.1.2.1.7.118.101.114.115.105.111.110.1", MAKER_FIRMWARE },
	{ 22420,   "22420.1.1.1.0",                   MAKER_MODEL    },  /* ACD-DESC-MIB acdDescCommercialName */
	{ 22420,   "22420.1.1.4.0",                   MAKER_FIRMWARE },  /* acdDescFirmwareVersion */
	{ 22420,   "22420.1.1.6.0",                   MAKER_SERIAL   },  /* acdDescSerialNumber */
	{ 22610,   "22610.2.4.1.6.2.0",               MAKER_SERIAL   },  /* A10-AX-MIB */
	{ 22610,   "22610.2.4.1.1.1.0",               MAKER_FIRMWARE },  /* A10-AX-MIB axSysPrimaryVersionOnDisk */
	{ 23695,   "23695.200.1.1.1.1.2.0",           MAKER_SERIAL   },  /* PEPLINK-DEVICE deviceSerialNumber */
	{ 23695,   "23695.200.1.1.1.1.1.0",           MAKER_MODEL    },
	{ 23695,   "23695.200.1.1.1.1.3.0",           MAKER_FIRMWARE },  /* deviceFirmwareVersion */
	{ 23867,   "23867.3.1.1.1.6.0",               MAKER_SERIAL   },  /* SILVERPEAK-MGMT-MIB spsSystemSerial */
	{ 23867,   "23867.3.1.1.1.1.0",               MAKER_FIRMWARE },  /* spsSystemVersion */
	{ 24681,   "24681.1.2.12.0",                  MAKER_MODEL    },  /* NAS-MIB modelName */
	{ 24681,   "24681.1.4.1.1.1.1.1.2.1.4.*",     MAKER_SERIAL   },  /* QTS enclosureSerialNum */
	{ 24681,   "24681.1.4.1.1.1.1.1.2.1.3.*",     MAKER_MODEL    },  /* enclosureModel */
	{ 25049,   "25049.17.1.2",                    MAKER_SERIAL   },  /* Opengear */
	{ 25049,   "25049.10.19.1.2.0",               MAKER_SERIAL   },
	{ 25049,   "25049.17.1.1",                    MAKER_FIRMWARE },
	{ 25049,   "25049.10.19.1.3.0",               MAKER_FIRMWARE },
	{ 25053,   "25053.1.1.2.1.1.1.2.0",           MAKER_SERIAL   },  /* RUCKUS-HWINFO-MIB ruckusHwInfoSerialNumber */
	{ 25053,   "25053.1.1.2.1.1.1.1.0",           MAKER_MODEL    },  /* ruckusHwInfoModelNumber */
	{ 25053,   "25053.1.2.1.1.1.1.15.0",          MAKER_SERIAL   },  /* RUCKUS-ZD-SYSTEM-MIB ruckusZDSystemSerialNumber */
	{ 25053,   "25053.1.2.1.1.1.1.9.0",           MAKER_MODEL    },  /* ruckusZDSystemModel */
	{ 25053,   "25053.1.15.1.1.1.1.15.0",         MAKER_SERIAL   },  /* RUCKUS-UNLEASHED-SYSTEM-MIB */
	{ 25053,   "25053.1.15.1.1.1.1.9.0",          MAKER_MODEL    },
	{ 25053,   "25053.1.2.1.1.1.1.18.0",          MAKER_FIRMWARE },  /* ruckusZDSystemVersion */
	{ 25053,   "25053.1.15.1.1.1.1.18.0",         MAKER_FIRMWARE },  /* ruckusUnleashedSystemVersion */
	{ 25053,   "25053.1.1.3.1.1.1.1.1.3.*",       MAKER_FIRMWARE },  /* RUCKUS-SWINFO-MIB ruckusSwRevSize */
	{ 25071,   "25071.1.2.6.1.1.6.*",             MAKER_MODEL    },  /* TERADICI-PCOIPv2-MIB pcoipGenDevicesFwPartNumber */
	{ 25071,   "25071.1.2.6.1.1.7.*",             MAKER_SERIAL   },  /* pcoipGenDevicesSerialNumber */
	{ 25071,   "25071.1.2.6.1.1.9.*",             MAKER_FIRMWARE },  /* pcoipGenDevicesFirmwareVersion */
	{ 25461,   "25461.2.1.2.1.3.0",               MAKER_SERIAL   },  /* PAN-COMMON-MIB panSysSerialNumber */
	{ 25461,   "25461.2.1.2.1.1.0",               MAKER_FIRMWARE },  /* panSysSwVersion */
	{ 25597,   "25597.11.1.1.3.0",                MAKER_SERIAL   },  /* FE-FIREEYE-MIB feSerialNumber */
	{ 25868,   "25868.1.1.0",                     MAKER_FIRMWARE },  /* Last Mile Gear CTM */
	{ 26866,   "26866.2.4.0",                     MAKER_SERIAL   },  /* GIGAMON-SNMP-MIB serialNumber */
	{ 26928,   "26928.1.2.5.0",                   MAKER_SERIAL   },  /* AH-SYSTEM-MIB ahSystemSerial */
	{ 26928,   "26928.1.2.12.0",                  MAKER_FIRMWARE },  /* ahFirmwareVersion */
	{ 27514,   "27514.100.1.3.0",                 MAKER_FIRMWARE },  /* the switches of DCN: sysSoftwareVersion */
	{ 27662,   "23695.200.1.1.1.1.2.0",           MAKER_SERIAL   },  /* Pepwave, Peplink's MIB */
	{ 27975,   "27975.37.1.5.1.10.1.1",           MAKER_SERIAL   },  /* FS switches */
	{ 27975,   "27975.37.1.5.1.4.*",              MAKER_MODEL    },
	{ 27975,   "27975.1.3.5.0",                   MAKER_DESCR    },
	{ 30631,   "~.4.1.0",                         MAKER_FIRMWARE },  /* TERRA */
	{ 30631,   "~.4.2.0",                         MAKER_SERIAL   },
	{ 30932,   "30932.1.1.1.2.0",                 MAKER_SERIAL   },  /* Chatsworth PDU */
	{ 30932,   "30932.1.1.1.1.0",                 MAKER_FIRMWARE },
	{ 31034,   "31034.12.1.1.2.1.1.1.5.*",        MAKER_MODEL    },  /* SCHLEIFENBAUER-DATABUS-MIB sdbDevIdProductId */
	{ 31034,   "31034.12.1.1.2.1.1.1.6.*",        MAKER_SERIAL   },  /* sdbDevIdSerialNumber */
	{ 31034,   "31034.12.1.1.2.1.1.1.2.*",        MAKER_FIRMWARE },  /* sdbDevIdFirmwareVersion */
	{ 33555,   "33555.4.1.1.1.0",                 MAKER_MODEL    },  /* RACOM-RAY3-MIB */
	{ 33555,   "33555.4.1.1.2.0",                 MAKER_SERIAL   },
	{ 33555,   "33555.4.1.2.2.0",                 MAKER_FIRMWARE },
	{ 34774,   "34774.4.1.1.1.0",                 MAKER_SERIAL   },
	{ 35098,   "35098.1.16.0",                    MAKER_SERIAL   },  /* PICA-PRIVATE-MIB */
	{ 35265,   "89.53.14.1.5.*",                  MAKER_SERIAL   },  /* RADLAN-Physicaldescription-MIB rlPhdUnitGenParamSerialNum */
	{ 35265,   "89.53.14.1.2.*",                  MAKER_FIRMWARE },  /* rlPhdUnitGenParamSoftwareVersion */
	{ 35833,   "~.1.2.0",                         MAKER_SERIAL   },  /* DEVA */
	{ 35833,   "~.1.1.0",                         MAKER_FIRMWARE },
	{ 36673,   "36673.100.1.2.1.1.3.1",           MAKER_SERIAL   },  /* IP Infusion OcNOS */
	{ 36673,   "36673.100.1.2.1.1.2.*",           MAKER_MODEL    },  /* cmmBoardProductName */
	{ 37950,   "37950.1.1.5.10.12.5.1.0",         MAKER_MODEL    },  /* V-SOL V1600D */
	{ 37950,   "37950.1.1.5.10.12.5.4.0",         MAKER_FIRMWARE },
	{ 37950,   "37950.1.1.5.10.12.5.11.0",        MAKER_SERIAL   },
	{ 38446,   "38446.1.1.2.1.11.*",              MAKER_MODEL    },  /* ENLOGIC-PDU-MIB pduNamePlateModelNumber */
	{ 38446,   "38446.1.1.2.1.12.*",              MAKER_SERIAL   },  /* pduNamePlateSerialNumber */
	{ 38446,   "38446.1.1.2.1.14.*",              MAKER_FIRMWARE },  /* pduNamePlateFirmwareVersion */
	{ 38516,   "1.3.6.1.2.1.27.1.1.4.1",          MAKER_FIRMWARE },  /* NETWORK-SERVICES-MIB applVersion */
	{ 38595,   "38595.10.1.3.0",                  MAKER_MODEL    },  /* ZM-MIB */
	{ 38595,   "38595.10.1.5.0",                  MAKER_SERIAL   },
	{ 38595,   "38595.10.1.7.0",                  MAKER_FIRMWARE },
	{ 38783,   "38783.3.1.2.0",                   MAKER_DESCR    },  /* TERACOM-TCW241-MIB version */
	{ 38783,   "38783.3.2.1.2.0",                 MAKER_MODEL    },
	{ 39165,   "39165.1.1.0",                     MAKER_MODEL    },  /* HIK-DEVICE-MIB deviceType */
	{ 39165,   "39165.1.3.0",                     MAKER_FIRMWARE },  /* softwVersion */
	{ 40418,   "40418.7.100.1.3.0",               MAKER_FIRMWARE },  /* sysSoftwareVersion */
	{ 41112,   "41112.1.6.3.3.0",                 MAKER_MODEL    },  /* UBNT-UniFi-MIB unifiApSystemModel */
	{ 41112,   "41112.1.6.3.6.0",                 MAKER_FIRMWARE },  /* unifiApSystemVersion */
	{ 41112,   "41112.1.5.1.2.0",                 MAKER_SERIAL   },  /* UI-EDGE */
	{ 41112,   "41112.1.3.2.1.40.*",              MAKER_FIRMWARE },  /* UBNT-AirFIBER-MIB fwVersion */
	{ 41112,   "41112.1.5.1.1.0",                 MAKER_MODEL    },  /* UI-EDGE */
	{ 41112,   "41112.1.5.1.3.0",                 MAKER_FIRMWARE },
	{ 41916,   "41916.3.1.1.1.5.1.0",             MAKER_SERIAL   },  /* Viptela */
	{ 41916,   "41916.11.1.2.0",                  MAKER_FIRMWARE },  /* VIPTELA-OPER-SYSTEM systemStatusVersion */
	{ 42111,   "~.2.1.0",                         MAKER_SERIAL   },  /* Inovonics */
	{ 42111,   "~.2.2.0",                         MAKER_FIRMWARE },
	{ 42397,   "42397.1.2.1.0",                   MAKER_SERIAL   },  /* Grandstream */
	{ 42397,   "42397.1.2.3.1.0",                 MAKER_FIRMWARE },  /* Grandstream HandyTone core */
	{ 43296,   "43296.3.1.1",                     MAKER_SERIAL   },  /* EXALINK-FUSION */
	{ 43296,   "43296.3.1.2",                     MAKER_FIRMWARE },
	{ 43296,   "43296.3.1.3",                     MAKER_MODEL    },
	{ 43356,   "43356.2.1.2.1.2.0",               MAKER_SERIAL   },  /* MIMOSA-NETWORKS-BFIVE-MIB mimosaSerialNumber */
	{ 43356,   "43356.2.1.2.1.3.0",               MAKER_FIRMWARE },  /* mimosaFirmwareVersion */
	{ 46242,   "46242.1.0",                       MAKER_FIRMWARE },  /* NETONIX-SWITCH-MIB firmwareVersion */
	{ 47565,   "47565.1.1.1.19.13.0",             MAKER_SERIAL   },
	{ 48690,   "48690.1.1.0",                     MAKER_SERIAL   },  /* TELTONIKA-MIB serial */
	{ 48690,   "48690.1.6.0",                     MAKER_FIRMWARE },  /* fwVersion */
	{ 48690,   "48690.1.2.0",                     MAKER_MODEL    },  /* modelName */
	{ 52642,   "52642.1.37.1.5.1.10.1.1",         MAKER_SERIAL   },  /* FS switches */
	{ 52642,   "52642.1.1.10.2.1.1.24.0",         MAKER_SERIAL   },
	{ 52642,   "52642.1.1.10.2.21.1.2.1.10.1",    MAKER_SERIAL   },
	{ 52642,   "52642.1.1.10.2.1.1.2.0",          MAKER_FIRMWARE },
	{ 52642,   "52642.1.1.10.2.1.1.26.0",         MAKER_MODEL    },
	{ 52642,   "52642.1.1.10.2.21.1.2.1.8.*",     MAKER_FIRMWARE },
	{ 52642,   "52642.1.37.1.5.1.4.*",            MAKER_MODEL    },
	{ 52674,   "318.1.4.2.2.1.3.1",               MAKER_SERIAL   },  /* NetBotz */
	{ 55062,   "55062.1.12.6.0",                  MAKER_FIRMWARE },  /* QuTS hero */
	{ 59732,   "59732.2.7.1.3.0",                 MAKER_FIRMWARE },  /* SKYHIGH web gateway */
	{ 1004849, "1004849.2.1.2.4.0",               MAKER_SERIAL   },  /* DAHUA-SNMP-MIB serialNumber */
	{ 1004849, "1004849.2.1.2.6.0",               MAKER_MODEL    },  /* deviceType */
	{ 1004849, "1004849.2.1.1.1.0",               MAKER_FIRMWARE },  /* softwareRevision */
	/* UPS-MIB (RFC 1628) is nobody's own, but those who have it have it beside one of these. */
};
const size_t snmp_makers_count = COUNT_OF(snmp_makers);

const struct snmp_field snmp_maker_fields[MAKER_KEY_COUNT] = {
	[MAKER_SERIAL]   = { .read = snmp_read_told_once, .source = "maker", .key = "serial" },
	[MAKER_MODEL]    = { .read = snmp_read_told_once, .source = "maker", .key = "model" },
	[MAKER_FIRMWARE] = { .read = snmp_read_told_once, .source = "maker", .key = "firmware" },
	[MAKER_OS]       = { .read = snmp_read_told_once, .source = "maker", .key = "os" },
	[MAKER_DESCR]    = { .read = snmp_read_text, .source = "maker", .key = "descr" },
};

const struct snmp_field snmp_page_field = { .read = snmp_read_page };

/*
 * These enterprises say whose SNMP agent or switching chip it is, not whose device; so those
 * whose subtrees such an agent has are looked for, and asked for their rows.
 */
const uint32_t snmp_maker_generic[] = { 0, 1, 4, 77, 99, 311, 2021, 2238, 3317, 3495, 4413, 8072, 10002, 12325, 16972,
	24686, 30155 };
const size_t snmp_maker_generic_count = COUNT_OF(snmp_maker_generic);

/* A server has these for what it watches (apcupsd, PowerPanel, RAID controllers): not its makers. */
const uint32_t snmp_maker_watched[] = { 318, 795, 3582, 3808 };
const size_t snmp_maker_watched_count = COUNT_OF(snmp_maker_watched);
/* clang-format on */
